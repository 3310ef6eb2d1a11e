// A form by hand, and its paper, for tests.
#pragma once

#include "forms/pdf.h"

namespace chartbell {

inline LocalText in_english(std::string text) {
  return LocalText({{"en", std::move(text)}});
}

// One section; add() puts questions into it.
class PaperForTest {
 public:
  PaperForTest() {
    form_.name = "history";
    form_.languages = {"en", "es"};
    form_.title = LocalText({{"en", "Medical history"}, {"es", "Historia clínica"}});
    form_.sections = {{.title = in_english("Health"), .begin = 0, .end = 0}};
  }

  void add(FormField field, Answer answer) {
    form_.fields.push_back(std::move(field));
    answers_.push_back(std::move(answer));
    form_.sections.front().end = form_.fields.size();
  }
  void add(FieldKind kind, std::string label, Answer answer) {
    add({.name = label, .kind = kind, .label = in_english(label)}, std::move(answer));
  }

  FormPaper paper(std::string language = "en") const {
    return {.form = form_,
            .answers = answers_,
            .language = std::move(language),
            .institution = "Lakeside Dental",
            .location = "Downtown",
            .patient = "Ada Muster",
            .date_of_birth = "1980-03-05",
            .completed_at = parse_utc("2026-03-21T17:52:47.824Z").value(),
            .zone = zone_,
            .reference = "d2594a76862247209d4c35a92e0902f8"};
  }

 private:
  FormTemplate form_;
  Answers answers_;
  Zone zone_ = Zone::open("America/New_York").value();
};

}  // namespace chartbell
