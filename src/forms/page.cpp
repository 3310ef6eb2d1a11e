#include "forms/page.h"

namespace chartbell {
namespace {

constexpr std::string_view kBothLanguages[] = {"en", "es"};

void write_head(Html& html, const PageFrame& frame) {
  std::string title =
      frame.has_fault ? std::string(phrase(Phrase::kError, frame.language)) + " " : "";
  title += frame.title;
  if (!frame.practice.empty()) title.append(" – ").append(frame.practice);
  html.open("head");
  html.single("meta", {{"charset", "utf-8"}});
  html.single("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.single("meta", {{"name", "robots"}, {"content", "noindex, nofollow"}});
  html.single("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.element("title", {}, title);
  html.single("link", {{"rel", "icon"}, {"href", "/f/icon.svg"}});
  html.single("link", {{"rel", "stylesheet"}, {"href", "/f/style.css"}});
  html.open("script", {{"src", "/f/form.js"}, {"defer", true}}).close();
  html.close();
}

void write_header(Html& html, const PageFrame& frame) {
  if (frame.practice.empty()) return;
  html.open("header", {{"class", "top"}});
  html.element("p", {{"class", "practice"}, {"dir", "auto"}}, frame.practice);
  if (!frame.place.empty() && frame.place != frame.practice)
    html.element("p", {{"class", "place"}, {"dir", "auto"}}, frame.place);
  html.close();
}

std::string_view name_of(DatePart part) {
  constexpr std::string_view kNames[] = {"day", "month", "year"};
  return kNames[static_cast<std::size_t>(part)];
}

const std::string& value_of(const DateParts& parts, DatePart part) {
  if (part == DatePart::kYear) return parts.year;
  return part == DatePart::kMonth ? parts.month : parts.day;
}

Phrase phrase_of(DatePart part) {
  constexpr Phrase kPhrasesOfParts[] = {Phrase::kDay, Phrase::kMonth, Phrase::kYear};
  return kPhrasesOfParts[static_cast<std::size_t>(part)];
}

void write_part(Html& html, const DateControl& control, DatePart part, std::string_view language) {
  const auto id = part_id(control.id, part, language);
  const auto name = std::string(name_of(part));
  html.open("div", {{"class", "part-" + name}});
  write_words(html, "label", {{"for", id}}, phrase_of(part), language);
  html.single("input", {{"id", id},
                        {"name", control.name + '.' + name},
                        {"type", "text"},
                        {"inputmode", "numeric"},
                        {"value", value_of(control.value, part)},
                        {"autocomplete", control.birthday ? "bday-" + name : std::string("off")},
                        {"aria-invalid",
                         control.wrong ? std::optional<std::string>("true") : std::nullopt}});
  html.close();
}

}  // namespace

void open_page(Html& html, const PageFrame& frame) {
  html.open("html",
            {{"lang", frame.language}, {"dir", is_right_to_left(frame.language) ? "rtl" : "ltr"}});
  write_head(html, frame);
  html.open("body");
  write_header(html, frame);
  html.open("main");
}

std::string close_page(Html html) {
  html.close().close().close();
  return std::move(html).take();
}

void write_words(Html& html, HtmlName element, HtmlAttributes attributes, Phrase words,
                 std::string_view language) {
  attributes.push_back(language_of_words(language));
  html.element(element, attributes, phrase(words, language));
}

HtmlAttribute language_of_words(std::string_view language) {
  const auto of_words = words_language(language);
  return {"lang", of_words == language ? std::nullopt : std::optional<std::string>(of_words)};
}

void write_faults(Html& html, std::span<const PageFault> faults, std::string_view language) {
  html.open("div", {{"class", "summary"},
                    {"role", "alert"},
                    {"tabindex", "-1"},
                    {"autofocus", true},
                    {"aria-labelledby", "summary-title"}});
  write_words(html, "h2", {{"id", "summary-title"}}, Phrase::kProblem, language);
  html.open("ul");
  for (const auto& fault : faults)
    html.open("li").element("a", {{"href", '#' + fault.control}}, fault.text).close();
  html.close().close();
}

std::string part_id(std::string_view id, DatePart part, std::string_view language) {
  if (part == date_order(language)[0]) return std::string(id);
  return std::string(id) + '-' + std::string(name_of(part));
}

void write_date(Html& html, const DateControl& control, std::string_view language) {
  html.open("div", {{"class", "date"}});
  for (const auto part : date_order(language)) write_part(html, control, part, language);
  html.close();
}

std::string notice_page(const Notice& notice) {
  Html html;
  open_page(html, {.language = words_language(notice.language), .title = notice.title});
  html.open("div", {{"class", "card"}});
  html.element("h1", {}, notice.title);
  html.element("p", {}, notice.text);
  if (!notice.back.empty())
    html.open("p")
        .element("a", {{"class", "button"}, {"href", notice.back}},
                 phrase(Phrase::kBack, notice.language))
        .close();
  html.close();
  return close_page(std::move(html));
}

std::string notice_page(Phrase title, Phrase text) {
  Html html;
  open_page(html, {.language = kBothLanguages[0], .title = phrase(title, kBothLanguages[0])});
  for (const auto language : kBothLanguages) {
    const bool first = language == kBothLanguages[0];
    html.open("div", {{"class", "card"}, {"lang", language}});
    if (first)
      html.element("h1", {}, phrase(title, language));
    else
      html.element("h2", {}, phrase(title, language));
    html.element("p", {}, phrase(text, language)).close();
  }
  return close_page(std::move(html));
}

}  // namespace chartbell
