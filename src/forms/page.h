// Pages: what all of them have around their content, and those that say one thing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "forms/date_parts.h"
#include "forms/html.h"
#include "forms/phrases.h"

namespace chartbell {

struct PageFrame {
  std::string_view language;
  std::string_view title;
  std::string_view practice{};  // who asks; empty where nobody may know
  std::string_view place{};
  bool has_fault = false;
};

// Everything up to the inside of <main>, and from its end on.
void open_page(Html& html, const PageFrame& frame);
std::string close_page(Html html);

// An element of ours among a template's, which says so where that has another language.
void write_words(Html& html, HtmlName element, HtmlAttributes attributes, Phrase words,
                 std::string_view language);
HtmlAttribute language_of_words(std::string_view language);

// The list of what is wrong, which has the focus; each line leads to its control.
struct PageFault {
  std::string control;  // its id
  std::string text;
};
void write_faults(Html& html, std::span<const PageFault> faults, std::string_view language);

// Three inputs NAME.day, NAME.month, NAME.year in the language's order. The first has the id `id`.
struct DateControl {
  std::string id;
  std::string name;
  DateParts value;
  bool wrong = false;
  bool birthday = false;  // a browser may fill it in
};
void write_date(Html& html, const DateControl& control, std::string_view language);
// The id of its first input is `id`, so that its label's is not taken.
std::string part_id(std::string_view id, DatePart part, std::string_view language);

struct Notice {
  std::string_view language;
  std::string_view title;
  std::string_view text;
  std::string back{};  // a link to the form; empty for none
};
std::string notice_page(const Notice& notice);
// The same in both languages, for whoever is not known: byte for byte the same each time.
std::string notice_page(Phrase title, Phrase text);

}  // namespace chartbell
