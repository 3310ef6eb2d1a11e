// Phrases: the words of the patient's page that are no template's, in English and Spanish. Other
// languages have the English ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chartbell {

enum class Phrase : std::uint8_t {
  // Everywhere
  kLanguage,
  kError,
  kProblem,
  kContinue,
  // Dates
  kDay,
  kMonth,
  kYear,
  kDateHint,
  // The question
  kQuestionTitle,
  kQuestionText,  // {} the practice
  kDateOfBirth,
  kWrongDate,
  kEnterDate,
  kSignedOut,
  // The form
  kPatient,
  kRequired,
  kRequiredText,
  kAnswerIf,  // {} another question, {} its answer
  kYes,
  kNo,
  kChoose,
  kChooseAny,
  kAgree,
  kSignName,
  kSignDraw,
  kSignCanvas,
  kClear,
  kSubmit,
  kKeep,
  kKeptTitle,
  kKeptText,
  kSavedNow,
  kNotSaved,
  kPrivate,
  // What is wrong with an answer
  kFaultMissing,
  kFaultMissingChoice,
  kFaultMissingDate,
  kFaultMissingSignature,
  kFaultNotAgreed,
  kFaultTooShort,    // {} characters
  kFaultTooLong,     // {} characters
  kFaultTooLongAny,  // where no number helps
  kFaultCharacters,
  kFaultEmail,
  kFaultPhone,
  kFaultDate,
  kFaultInteger,
  kFaultNumber,
  kFaultTooSmall,  // {} the least
  kFaultTooLarge,  // {} the most
  kFaultChoice,
  // Other pages
  kThanksTitle,
  kThanksText,
  kInvalidTitle,
  kInvalidText,
  kLockedTitle,
  kLockedText,  // {} minutes
  kOftenTitle,
  kOftenText,
  kBusyTitle,
  kBusyText,
  kBack,
  kRefusedTitle,
  kRefusedText,
  kBrokenTitle,
  kBrokenText,
};
inline constexpr std::size_t kPhrases = static_cast<std::size_t>(Phrase::kBrokenText) + 1;

std::string_view phrase(Phrase phrase, std::string_view language);
// With texts in place of its {}.
std::string phrase(Phrase phrase, std::string_view language,
                   std::initializer_list<std::string_view> holes);

// The language that its words are in: itself, or "en".
std::string_view words_language(std::string_view language);

// "es" of "es-MX".
std::string_view primary(std::string_view language);
// What a language calls itself; its code where that is not known here.
std::string_view language_name(std::string_view language);
// Whether it is written from right to left.
bool is_right_to_left(std::string_view language);

}  // namespace chartbell
