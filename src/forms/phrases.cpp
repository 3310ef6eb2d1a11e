#include "forms/phrases.h"

#include <algorithm>
#include <array>

namespace chartbell {
namespace {

struct Words {
  Phrase phrase;
  std::string_view english;
  std::string_view spanish;
};

using enum Phrase;

constexpr Words kWords[] = {
    {kLanguage, "Language", "Idioma"},
    {kError, "Error:", "Error:"},
    {kProblem, "There is a problem", "Hay un problema"},
    {kContinue, "Continue", "Continuar"},
    {kDay, "Day", "Día"},
    {kMonth, "Month", "Mes"},
    {kYear, "Year", "Año"},
    {kDateHint, "For example, 3 27 1975", "Por ejemplo, 27 3 1975"},

    {kQuestionTitle, "Confirm your date of birth", "Confirme su fecha de nacimiento"},
    {kQuestionText,
     "{} has asked you to fill in a form. To keep it private, enter the patient’s date of birth "
     "first.",
     "{} le pide que rellene un formulario. Para proteger sus datos, indique primero la fecha de "
     "nacimiento del paciente."},
    {kDateOfBirth, "Date of birth", "Fecha de nacimiento"},
    {kWrongDate, "This is not the date of birth that we have. Check it and try again",
     "Esta no es la fecha de nacimiento que tenemos. Revísela e inténtelo de nuevo"},
    {kEnterDate, "Enter a date of birth, with all four digits of the year",
     "Escriba una fecha de nacimiento, con las cuatro cifras del año"},
    {kSignedOut,
     "To protect your privacy, this page was closed after some time. Your answers are saved. Enter "
     "the date of birth to go on.",
     "Para proteger su privacidad, esta página se cerró después de un tiempo. Sus respuestas están "
     "guardadas. Escriba la fecha de nacimiento para continuar."},

    {kPatient, "Patient", "Paciente"},
    {kRequired, "required", "obligatorio"},
    {kRequiredText, "Questions marked “required” need an answer.",
     "Las preguntas marcadas como «obligatorio» necesitan una respuesta."},
    {kAnswerIf, "Answer this if “{}” is “{}”.", "Responda solo si «{}» es «{}»."},
    {kYes, "Yes", "Sí"},
    {kNo, "No", "No"},
    {kChoose, "Choose", "Elija"},
    {kChooseAny, "Choose all that apply.", "Elija todas las que correspondan."},
    {kAgree, "I have read this and I agree", "He leído esto y estoy de acuerdo"},
    {kSignName, "Type your full name to sign.", "Escriba su nombre completo para firmar."},
    {kSignDraw, "You can also draw your signature here. This is optional.",
     "También puede dibujar su firma aquí. Es opcional."},
    {kSignCanvas, "Area for drawing a signature", "Área para dibujar una firma"},
    {kClear, "Clear the drawing", "Borrar el dibujo"},
    {kSubmit, "Send the form", "Enviar el formulario"},
    {kKeep, "Save and continue later", "Guardar y continuar más tarde"},
    {kKeptTitle, "Your answers are saved", "Sus respuestas están guardadas"},
    {kKeptText,
     "The form has not been sent yet. You can close this page and open the same link again to "
     "continue.",
     "El formulario aún no se ha enviado. Puede cerrar esta página y abrir el mismo enlace para "
     "continuar."},
    {kSavedNow, "Saved", "Guardado"},
    {kNotSaved, "Not saved yet", "Aún no se ha guardado"},
    {kPrivate, "This page is for you alone. Do not share its link.",
     "Esta página es solo para usted. No comparta su enlace."},

    {kFaultMissing, "Enter an answer", "Escriba una respuesta"},
    {kFaultMissingChoice, "Choose an answer", "Elija una respuesta"},
    {kFaultMissingDate, "Enter a date", "Escriba una fecha"},
    {kFaultMissingSignature, "Type your full name to sign",
     "Escriba su nombre completo para firmar"},
    {kFaultNotAgreed, "Confirm that you agree", "Confirme que está de acuerdo"},
    {kFaultTooShort, "Use {} characters or more", "Use {} caracteres o más"},
    {kFaultTooLong, "Use {} characters or fewer", "Use {} caracteres o menos"},
    {kFaultTooLongAny, "Use a shorter answer", "Use una respuesta más corta"},
    {kFaultCharacters, "Remove characters that cannot be printed",
     "Quite los caracteres que no se pueden imprimir"},
    {kFaultEmail, "Enter an email address, like name@example.com",
     "Escriba un correo electrónico, como nombre@example.com"},
    {kFaultPhone, "Enter a phone number, like 555 010 0123",
     "Escriba un número de teléfono, como 555 010 0123"},
    {kFaultDate, "Enter a real date, with all four digits of the year",
     "Escriba una fecha real, con las cuatro cifras del año"},
    {kFaultInteger, "Enter a whole number, like 12", "Escriba un número entero, como 12"},
    {kFaultNumber, "Enter a number, like 12.5", "Escriba un número, como 12.5"},
    {kFaultTooSmall, "Enter {} or more", "Escriba {} o más"},
    {kFaultTooLarge, "Enter {} or less", "Escriba {} o menos"},
    {kFaultChoice, "Choose one of the answers", "Elija una de las respuestas"},

    {kThanksTitle, "Thank you", "Gracias"},
    {kThanksText, "Your form has been sent to your practice. You can close this page.",
     "Su formulario se ha enviado a su consultorio. Puede cerrar esta página."},
    {kInvalidTitle, "This link is not valid", "Este enlace no es válido"},
    {kInvalidText,
     "It may have expired, or have been used already. If you have sent your form, there is nothing "
     "more to do. Otherwise ask your practice for a new link.",
     "Puede que haya caducado o que ya se haya usado. Si ya envió su formulario, no tiene que "
     "hacer "
     "nada más. Si no, pida un enlace nuevo a su consultorio."},
    {kLockedTitle, "Wait before you try again", "Espere antes de intentarlo de nuevo"},
    {kLockedText,
     "The date of birth was wrong several times. To protect the patient, nobody can open this form "
     "for now. Minutes to wait: {}.",
     "La fecha de nacimiento fue incorrecta varias veces. Para proteger al paciente, nadie puede "
     "abrir este formulario por ahora. Minutos de espera: {}."},
    {kOftenTitle, "Too many requests", "Demasiadas solicitudes"},
    {kOftenText, "Wait a minute and try again.", "Espere un minuto e inténtelo de nuevo."},
    {kBusyTitle, "Your form could not be sent just now", "No se pudo enviar su formulario"},
    {kBusyText, "Your answers are saved. Go back in a minute and send the form again.",
     "Sus respuestas están guardadas. Vuelva en un minuto y envíe el formulario de nuevo."},
    {kBack, "Back to the form", "Volver al formulario"},
    {kRefusedTitle, "This page cannot be used", "Esta página no se puede usar"},
    {kRefusedText, "Open the link that you were given once more.",
     "Abra de nuevo el enlace que recibió."},
    {kBrokenTitle, "Something went wrong", "Algo salió mal"},
    {kBrokenText, "Try again in a minute.", "Inténtelo de nuevo en un minuto."},
};
static_assert(std::size(kWords) == kPhrases);
static_assert(std::ranges::is_sorted(kWords, {}, &Words::phrase));

struct Language {
  std::string_view code;
  std::string_view name;
  bool right_to_left = false;
};

constexpr Language kLanguages[] = {
    {"ar", "العربية", true}, {"de", "Deutsch"},    {"en", "English"},     {"es", "Español"},
    {"fa", "فارسی", true},   {"fr", "Français"},   {"he", "עברית", true}, {"hi", "हिन्दी"},
    {"it", "Italiano"},      {"ja", "日本語"},     {"ko", "한국어"},      {"pl", "Polski"},
    {"pt", "Português"},     {"ru", "Русский"},    {"so", "Soomaali"},    {"tl", "Tagalog"},
    {"uk", "Українська"},    {"ur", "اردو", true}, {"vi", "Tiếng Việt"},  {"zh", "中文"},
};

const Language* known(std::string_view language) {
  const auto* found = std::ranges::find(kLanguages, primary(language), &Language::code);
  return found == std::end(kLanguages) ? nullptr : found;
}

}  // namespace

std::string_view phrase(Phrase phrase, std::string_view language) {
  const auto& words = kWords[static_cast<std::size_t>(phrase)];
  return primary(language) == "es" ? words.spanish : words.english;
}

std::string phrase(Phrase of, std::string_view language,
                   std::initializer_list<std::string_view> holes) {
  auto rest = phrase(of, language);
  std::string out;
  for (const auto hole : holes) {
    const auto at = std::min(rest.find("{}"), rest.size());
    out.append(rest.substr(0, at)) += hole;
    rest.remove_prefix(std::min(rest.size(), at + 2));
  }
  return out.append(rest);
}

std::string_view words_language(std::string_view language) {
  const auto code = primary(language);
  return code == "es" || code == "en" ? language : std::string_view("en");
}

std::string_view primary(std::string_view language) {
  return language.substr(0, language.find('-'));
}

std::string_view language_name(std::string_view language) {
  const auto* found = known(language);
  return found == nullptr ? language : found->name;
}

bool is_right_to_left(std::string_view language) {
  const auto* found = known(language);
  return found != nullptr && found->right_to_left;
}

}  // namespace chartbell
