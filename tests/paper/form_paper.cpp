// form_paper [TIMES]: a form as JSON on its input → its PDF on its output, made TIMES over. It says
// what one took, in milliseconds, on its error output; and how memory grew since the tenth, in KiB.
//
//   {"language": "es", "title": …, "text": …, "institution": …, "location": …, "patient": …,
//    "date_of_birth": …, "completed_at": …, "timezone": …, "reference": …,
//    "sections": [{"title": …, "text": …, "fields": [
//        {"kind": "text", "label": …, "answer": "…"},
//        {"kind": "choices", "label": …, "choices": {"value": "label"}, "answer": ["value"]},
//        {"kind": "consent", "label": …, "statement": …, "answer": true},
//        {"kind": "signature", "label": …, "answer": {"name": …, "strokes": …}}]}]}
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>

#include <boost/json.hpp>
#include <sys/resource.h>

#include "forms/pdf.h"

namespace chartbell {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

LocalText local(const json::object& object, std::string_view name) {
  return LocalText({{"xx", text_of(object, name)}});
}

FieldKind kind_of(std::string_view name) {
  if (name == "date") return FieldKind::kDate;
  if (name == "yes_no") return FieldKind::kYesNo;
  if (name == "choice") return FieldKind::kChoice;
  if (name == "choices") return FieldKind::kChoices;
  if (name == "consent") return FieldKind::kConsent;
  if (name == "signature") return FieldKind::kSignature;
  return FieldKind::kLongText;
}

Answer answer_of(const json::value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_array()) {
    std::vector<std::string> out;
    for (const auto& each : value.as_array()) out.emplace_back(each.as_string());
    return out;
  }
  if (value.is_object())
    return Signature{text_of(value.as_object(), "name"), text_of(value.as_object(), "strokes")};
  return {};
}

FormField field_of(const json::object& object) {
  FormField out;
  out.kind = kind_of(text_of(object, "kind"));
  out.label = local(object, "label");
  out.statement = local(object, "statement");
  if (const auto* choices = object.if_contains("choices"))
    for (const auto& [value, label] : choices->as_object())
      out.choices.push_back({std::string(value), LocalText({{"xx", label.as_string().c_str()}})});
  return out;
}

struct Form {
  FormTemplate form;
  Answers answers;
};

void add_section(Form& out, const json::object& object) {
  FormSection section{.title = local(object, "title"), .text = local(object, "text")};
  section.begin = out.form.fields.size();
  for (const auto& field : object.at("fields").as_array()) {
    out.form.fields.push_back(field_of(field.as_object()));
    const auto* answer = field.as_object().if_contains("answer");
    out.answers.push_back(answer == nullptr ? Answer() : answer_of(*answer));
  }
  section.end = out.form.fields.size();
  out.form.sections.push_back(std::move(section));
}

Form form_of(const json::object& object) {
  Form out;
  out.form.name = "form";
  out.form.languages = {"xx"};
  out.form.title = local(object, "title");
  out.form.text = local(object, "text");
  for (const auto& section : object.at("sections").as_array())
    add_section(out, section.as_object());
  return out;
}

long memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Result<std::string> make(const FormPaper& paper, int times) {
  const SystemClock clock;
  long early = 0;
  SteadyTime begin = clock.steady_now();
  Result<std::string> out = form_pdf(paper);
  for (int i = 1; i < times && out; ++i) {
    if (i == 1) begin = clock.steady_now();
    if (i == 10) early = memory();
    if (form_pdf(paper).value() != *out) return failure(Code::kInternal, "other bytes");
  }
  const double ms = static_cast<double>((clock.steady_now() - begin).count()) / 1000;
  std::fprintf(stderr, "%.1f ms, %ld KiB more\n", ms / std::max(times - 1, 1), memory() - early);
  return out;
}

int run(int times) {
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const auto object = json::parse(text).as_object();
  const auto form = form_of(object);
  const auto zone = Zone::open(text_of(object, "timezone")).value();
  const auto pdf = make({.form = form.form,
                         .answers = form.answers,
                         .language = text_of(object, "language"),
                         .institution = text_of(object, "institution"),
                         .location = text_of(object, "location"),
                         .patient = text_of(object, "patient"),
                         .date_of_birth = text_of(object, "date_of_birth"),
                         .completed_at = parse_utc(text_of(object, "completed_at")).value(),
                         .zone = zone,
                         .reference = text_of(object, "reference")},
                        times);
  if (!pdf) std::fprintf(stderr, "%s\n", pdf.error().detail.c_str());
  if (pdf) std::cout << *pdf;
  return pdf ? 0 : 1;
}

}  // namespace
}  // namespace chartbell

int main(int argc, char** argv) {
  return chartbell::run(argc > 1 ? std::atoi(argv[1]) : 1);
}
