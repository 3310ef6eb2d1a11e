#include "forms/page_question.h"

#include "forms/page.h"

namespace chartbell {
namespace {

constexpr std::string_view kControl = "date";

std::string address(std::string_view token, std::string_view language) {
  return "/f/" + std::string(token) + "?lang=" + std::string(language);
}

void write_languages(Html& html, const QuestionView& view) {
  if (view.languages.size() < 2) return;
  html.open("nav",
            {{"class", "languages"}, {"aria-label", phrase(Phrase::kLanguage, view.language)}});
  for (const auto& language : view.languages) {
    const auto name = language_name(language);
    if (language == view.language)
      html.element("span", {{"lang", language}, {"aria-current", "true"}}, name);
    else
      html.element("a", {{"lang", language}, {"href", address(view.token, language)}}, name);
  }
  html.close();
}

void write_question(Html& html, const QuestionView& view) {
  const auto& language = view.language;
  html.open("fieldset", {{"class", view.fault ? "field wrong" : "field"},
                         {"aria-describedby", view.fault ? "date-help date-error" : "date-help"}});
  html.element("legend", {}, phrase(Phrase::kDateOfBirth, language));
  html.element("p", {{"class", "help"}, {"id", "date-help"}}, phrase(Phrase::kDateHint, language));
  if (view.fault)
    html.element("p", {{"class", "error"}, {"id", "date-error"}}, phrase(*view.fault, language));
  write_date(html,
             {.id = std::string(kControl),
              .name = "birth",
              .value = view.given,
              .wrong = view.fault.has_value(),
              .birthday = true},
             language);
  html.close();
}

}  // namespace

std::string question_page(const QuestionView& view) {
  const auto& language = view.language;
  const auto title = phrase(Phrase::kQuestionTitle, language);
  Html html;
  open_page(html, {.language = words_language(language),
                   .title = title,
                   .practice = view.practice,
                   .has_fault = view.fault.has_value()});
  write_languages(html, view);
  if (view.fault) {
    const PageFault fault{std::string(kControl), std::string(phrase(*view.fault, language))};
    write_faults(html, {&fault, 1}, language);
  }
  html.open("div", {{"class", "card"}}).element("h1", {}, title);
  html.element("p", {},
               view.signed_out ? std::string(phrase(Phrase::kSignedOut, language))
                               : phrase(Phrase::kQuestionText, language, {view.practice}));
  html.open("form",
            {{"method", "post"}, {"action", address(view.token, language)}, {"novalidate", true}});
  write_question(html, view);
  html.element("button", {{"class", "button"}}, phrase(Phrase::kContinue, language));
  html.close().close();
  return close_page(std::move(html));
}

}  // namespace chartbell
