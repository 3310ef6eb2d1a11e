#include "forms/page_form.h"

#include <algorithm>

#include "forms/page.h"
#include "forms/page_field.h"
#include "forms/phrases.h"

namespace chartbell {
namespace {

std::string_view words(Phrase of, const FormView& view) {
  return phrase(of, view.language);
}

std::optional<AnswerFault> fault_of(const FormView& view, std::size_t field) {
  const auto found = std::ranges::find(view.faults, field, &FieldFault::field);
  return found == view.faults.end() ? std::nullopt : std::optional(found->fault);
}

// "Do you smoke? ", "Email: ".
std::string before_fault(std::string_view label) {
  const bool ends = !label.empty() && std::string_view("?!.:").contains(label.back());
  return std::string(label) + (ends ? " " : ": ");
}

void write_fault_list(Html& html, const FormView& view) {
  std::vector<PageFault> lines;
  for (const auto& [index, fault] : view.faults) {
    const auto& field = view.form.fields[index];
    lines.push_back({control_id(field), before_fault(field.label.in(view.language)) +
                                            fault_text(field, fault, view.language)});
  }
  write_faults(html, lines, view.language);
}

void write_kept(Html& html, const FormView& view) {
  html.open("div", {{"class", "notice"}, {"role", "status"}});
  write_words(html, "h2", {}, Phrase::kKeptTitle, view.language);
  write_words(html, "p", {}, Phrase::kKeptText, view.language);
  html.close();
}

// The buttons send the form, so that nothing typed is lost.
void write_languages(Html& html, const FormView& view) {
  if (view.form.languages.size() < 2) return;
  html.open(
      "div",
      {{"class", "languages"}, {"role", "group"}, {"aria-label", words(Phrase::kLanguage, view)}});
  for (const auto& language : view.form.languages) {
    const auto name = language_name(language);
    if (language == view.language)
      html.element("span", {{"lang", language}, {"aria-current", "true"}}, name);
    else
      html.element("button",
                   {{"name", "_act"}, {"value", "language-" + language}, {"lang", language}}, name);
  }
  html.close();
}

void write_intro(Html& html, const FormView& view) {
  html.element("h1", {}, view.form.title.in(view.language));
  html.open("p", {{"class", "patient"}, language_of_words(view.language)});
  html.text(words(Phrase::kPatient, view)).text(": ");
  html.element("bdi", {}, view.patient).close();
  html.paragraphs({}, view.form.text.in(view.language));
  if (std::ranges::any_of(view.form.fields, &FormField::required))
    write_words(html, "p", {{"class", "help"}}, Phrase::kRequiredText, view.language);
}

void write_section(Html& html, const FormView& view, const FormSection& section) {
  html.open("fieldset", {{"class", "card"}});
  const auto title = section.title.in(view.language);
  if (!title.empty()) html.open("legend").element("h2", {}, title).close();
  html.paragraphs({}, section.text.in(view.language));
  for (auto field = section.begin; field < section.end; ++field)
    write_field(html, {.form = view.form,
                       .index = field,
                       .input = view.input,
                       .fault = fault_of(view, field),
                       .language = view.language});
  html.close();
}

void write_hidden(Html& html, HtmlAttribute name, std::string_view value) {
  html.single("input", {{"type", "hidden"}, std::move(name), {"value", value}});
}

void write_acts(Html& html, const FormView& view) {
  html.open("div", {{"class", "acts"}});
  write_words(html, "button", {{"class", "button"}, {"name", "_act"}, {"value", "submit"}},
              Phrase::kSubmit, view.language);
  write_words(html, "button", {{"class", "quiet"}, {"name", "_act"}, {"value", "keep"}},
              Phrase::kKeep, view.language);
  html.open("p", {{"class", "saved"}, {"role", "status"}, language_of_words(view.language)})
      .close();
  html.close();
}

void open_form(Html& html, const FormView& view) {
  html.open("form", {{"method", "post"},
                     {"action", "/f/" + std::string(view.token) + "/answers"},
                     {"id", "answers"},
                     {"novalidate", true},
                     {"data-saved", words(Phrase::kSavedNow, view)},
                     {"data-unsaved", words(Phrase::kNotSaved, view)}});
  write_hidden(html, {"name", "_secret"}, view.form_secret);
  write_hidden(html, {"name", "_lang"}, view.language);
  // The Enter key presses a form's first button, which must not be a language.
  html.element("button",
               {{"class", "first"}, {"name", "_act"}, {"value", "submit"}, {"tabindex", "-1"}},
               words(Phrase::kSubmit, view));
}

}  // namespace

std::string form_page(const FormView& view) {
  Html html;
  open_page(html, {.language = view.language,
                   .title = view.form.title.in(view.language),
                   .practice = view.practice,
                   .place = view.place,
                   .has_fault = !view.faults.empty()});
  open_form(html, view);
  write_languages(html, view);
  if (!view.faults.empty()) write_fault_list(html, view);
  if (view.kept) write_kept(html, view);
  write_intro(html, view);
  for (const auto& section : view.form.sections) write_section(html, view, section);
  write_acts(html, view);
  html.close();
  write_words(html, "p", {{"class", "help"}}, Phrase::kPrivate, view.language);
  return close_page(std::move(html));
}

}  // namespace chartbell
