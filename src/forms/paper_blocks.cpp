#include "forms/paper_blocks.h"

#include <algorithm>

#include "forms/paper_words.h"
#include "forms/printable.h"

namespace chartbell {
namespace {

class Writer {
 public:
  explicit Writer(const FormPaper& paper) : paper_(paper), words_(paper_words(paper.language)) {}

  std::vector<PaperBlock> write() &&;

 private:
  void put(BlockKind kind, std::string_view text, std::string_view label = {}) {
    if (!text.empty()) blocks_.push_back({kind, printable(text), std::string(label)});
  }
  std::string_view in_language(const LocalText& text) const {
    const auto wanted = text.in(paper_.language);
    return wanted.empty() ? text.in(paper_.form.languages.front()) : wanted;
  }

  void put_head();
  void put_section(const FormSection& section);
  void put_field(std::size_t field);
  void put_answer(const FormField& field, const Answer& answer);
  void put_text(const FormField& field, const std::string& text);
  void put_choices(const FormField& field, const std::vector<std::string>& values);
  void put_signature(const Signature& signature);
  std::string label_of(const FormField& field, std::string_view value) const;

  const FormPaper& paper_;
  const PaperWords& words_;
  std::vector<PaperBlock> blocks_;
};

std::vector<PaperBlock> Writer::write() && {
  put_head();
  for (const auto& section : paper_.form.sections) put_section(section);
  return std::move(blocks_);
}

void Writer::put_head() {
  put(BlockKind::kPractice, paper_.institution);
  if (paper_.location != paper_.institution) put(BlockKind::kPlace, paper_.location);
  put(BlockKind::kTitle, in_language(paper_.form.title));
  put(BlockKind::kFact, paper_.patient, words_.patient);
  put(BlockKind::kFact, words_.date(paper_.date_of_birth), words_.date_of_birth);
  const auto utc = to_text(paper_.completed_at);
  put(BlockKind::kFact,
      words_.moment(paper_.completed_at, paper_.zone) + "\n" + utc.substr(0, 10) + " " +
          utc.substr(11, 8) + " UTC",
      words_.completed);
  put(BlockKind::kFact, paper_.reference, words_.reference);
  put(BlockKind::kText, in_language(paper_.form.text));
}

void Writer::put_section(const FormSection& section) {
  const auto is_shown = [&](std::size_t field) {
    return is_asked(paper_.form, field, paper_.answers);
  };
  bool begun = false;
  for (std::size_t field = section.begin; field < section.end; ++field) {
    if (!is_shown(field)) continue;
    if (!begun) put(BlockKind::kSection, in_language(section.title));
    if (!begun) put(BlockKind::kText, in_language(section.text));
    begun = true;
    put_field(field);
  }
}

void Writer::put_field(std::size_t index) {
  const auto& field = paper_.form.fields[index];
  put(BlockKind::kQuestion, in_language(field.label));
  put(BlockKind::kStatement, in_language(field.statement));
  const auto before = blocks_.size();
  put_answer(field, paper_.answers[index]);
  if (blocks_.size() == before) put(BlockKind::kUnanswered, words_.not_answered);
}

void Writer::put_answer(const FormField& field, const Answer& answer) {
  if (const auto* text = std::get_if<std::string>(&answer)) put_text(field, *text);
  if (const auto* values = std::get_if<std::vector<std::string>>(&answer))
    put_choices(field, *values);
  if (const auto* signature = std::get_if<Signature>(&answer)) put_signature(*signature);
  if (const auto* yes = std::get_if<bool>(&answer)) {
    const bool consent = field.kind == FieldKind::kConsent;
    put(BlockKind::kAnswer,
        *yes ? (consent ? words_.agreed : words_.yes) : (consent ? words_.not_agreed : words_.no));
  }
}

void Writer::put_text(const FormField& field, const std::string& text) {
  const bool choice = field.kind == FieldKind::kChoice;
  const bool date = field.kind == FieldKind::kDate;
  put(BlockKind::kAnswer, choice ? label_of(field, text) : date ? words_.date(text) : text);
}

void Writer::put_choices(const FormField& field, const std::vector<std::string>& values) {
  std::string lines;
  for (const auto& value : values) lines += (lines.empty() ? "" : "\n") + label_of(field, value);
  put(BlockKind::kAnswer, lines);
}

void Writer::put_signature(const Signature& signature) {
  put(BlockKind::kStrokes, signature.strokes);
  put(BlockKind::kFact, signature.name, words_.signed_by);
}

std::string Writer::label_of(const FormField& field, std::string_view value) const {
  const auto found = std::ranges::find(field.choices, value, &FormChoice::value);
  return std::string(found == field.choices.end() ? value : in_language(found->label));
}

}  // namespace

std::vector<PaperBlock> paper_blocks(const FormPaper& paper) {
  return Writer(paper).write();
}

}  // namespace chartbell
