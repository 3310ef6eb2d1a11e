#include "forms/page_field.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "forms/page.h"
#include "forms/phrases.h"

namespace chartbell {
namespace {

std::string id_of(std::string_view kind, const FormField& field) {
  return std::string(kind) + '-' + field.name;
}

std::string_view words(Phrase of, const FieldView& view) {
  return phrase(of, view.language);
}

// ---- what stands above the controls -------------------------------------------------------------

std::string_view answer_label(const FormField& field, std::string_view value,
                              std::string_view language) {
  if (field.kind == FieldKind::kConsent) return phrase(Phrase::kAgree, language);
  if (field.kind == FieldKind::kYesNo)
    return phrase(value == "true" ? Phrase::kYes : Phrase::kNo, language);
  const auto found = std::ranges::find(field.choices, value, &FormChoice::value);
  return found == field.choices.end() ? value : found->label.in(language);
}

std::string condition_text(const FieldView& view) {
  const auto& condition = *view.field().show_if;
  const auto& other = view.form.fields[condition.field];
  return phrase(
      Phrase::kAnswerIf, view.language,
      {other.label.in(view.language), answer_label(other, condition.value, view.language)});
}

// Words that belong to the kind of question, before the template's own help.
std::optional<Phrase> kind_help(const FormField& field) {
  if (field.kind == FieldKind::kDate) return Phrase::kDateHint;
  if (field.kind == FieldKind::kChoices) return Phrase::kChooseAny;
  if (field.kind == FieldKind::kSignature) return Phrase::kSignName;
  return std::nullopt;
}

bool has_help(const FieldView& view) {
  return kind_help(view.field()) || !view.field().help.in(view.language).empty();
}

// The ids of all that describes the controls; nothing where nothing does.
std::optional<std::string> described_by(const FieldView& view) {
  std::string out;
  const auto add = [&](std::string_view kind) {
    (out += out.empty() ? "" : " ") += id_of(kind, view.field());
  };
  if (view.field().show_if) add("if");
  if (!view.field().statement.in(view.language).empty()) add("statement");
  if (has_help(view)) add("help");
  if (view.fault) add("error");
  return out.empty() ? std::nullopt : std::optional(out);
}

void write_label_text(Html& html, const FieldView& view) {
  html.element("span", {{"class", "label"}}, view.field().label.in(view.language));
  if (view.field().required)
    write_words(html.text(" "), "span", {{"class", "required"}}, Phrase::kRequired, view.language);
}

void write_help(Html& html, const FieldView& view) {
  if (!has_help(view)) return;
  html.open("div", {{"class", "help"}, {"id", id_of("help", view.field())}});
  html.paragraphs({}, view.field().help.in(view.language));
  if (const auto of_kind = kind_help(view.field()))
    write_words(html, "p", {}, *of_kind, view.language);
  html.close();
}

void write_above(Html& html, const FieldView& view) {
  const auto& field = view.field();
  if (field.show_if)
    html.element("p", {{"class", "condition"}, {"id", id_of("if", field)}}, condition_text(view));
  const auto statement = field.statement.in(view.language);
  if (!statement.empty()) {
    html.open("div", {{"class", "statement"}, {"id", id_of("statement", field)}});
    html.paragraphs({}, statement).close();
  }
  write_help(html, view);
  if (!view.fault) return;
  html.open("p",
            {{"class", "error"}, {"id", id_of("error", field)}, language_of_words(view.language)});
  html.element("span", {{"class", "unseen"}}, words(Phrase::kError, view));
  html.text(" ").text(fault_text(field, *view.fault, view.language)).close();
}

// ---- controls of one input ----------------------------------------------------------------------

struct TextControl {
  std::string_view type = "text";
  std::optional<std::string> inputmode;
  std::string_view dir = "auto";
};

TextControl text_control(FieldKind kind) {
  if (kind == FieldKind::kEmail) return {.type = "email", .inputmode = {}, .dir = "ltr"};
  if (kind == FieldKind::kPhone) return {.type = "tel", .inputmode = {}, .dir = "ltr"};
  if (kind == FieldKind::kInteger) return {.inputmode = "numeric", .dir = "ltr"};
  if (kind == FieldKind::kNumber) return {.inputmode = "decimal", .dir = "ltr"};
  return {.inputmode = {}};
}

std::optional<std::string> invalid(const FieldView& view) {
  return view.fault ? std::optional<std::string>("true") : std::nullopt;
}

std::optional<std::string> if_any(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

void write_label(Html& html, const FieldView& view) {
  html.open("label", {{"for", control_id(view.field())}});
  write_label_text(html, view);
  html.close();
}

void write_text(Html& html, const FieldView& view) {
  const auto& field = view.field();
  const auto control = text_control(field.kind);
  write_label(html, view);
  write_above(html, view);
  html.single("input", {{"id", control_id(field)},
                        {"name", field.name},
                        {"type", control.type},
                        {"inputmode", control.inputmode},
                        {"dir", control.dir},
                        {"value", view.input.text(field.name)},
                        {"autocomplete", if_any(field.autocomplete)},
                        {"aria-describedby", described_by(view)},
                        {"aria-invalid", invalid(view)}});
}

void write_long_text(Html& html, const FieldView& view) {
  const auto& field = view.field();
  write_label(html, view);
  write_above(html, view);
  html.element("textarea",
               {{"id", control_id(field)},
                {"name", field.name},
                {"rows", "4"},
                {"dir", "auto"},
                {"autocomplete", if_any(field.autocomplete)},
                {"aria-describedby", described_by(view)},
                {"aria-invalid", invalid(view)}},
               view.input.text(field.name));
}

void write_select(Html& html, const FieldView& view) {
  const auto& field = view.field();
  write_label(html, view);
  write_above(html, view);
  html.open("select", {{"id", control_id(field)},
                       {"name", field.name},
                       {"autocomplete", if_any(field.autocomplete)},
                       {"aria-describedby", described_by(view)},
                       {"aria-invalid", invalid(view)}});
  write_words(html, "option", {{"value", ""}}, Phrase::kChoose, view.language);
  for (const auto& choice : field.choices)
    html.element(
        "option",
        {{"value", choice.value}, {"selected", view.input.text(field.name) == choice.value}},
        choice.label.in(view.language));
  html.close();
}

void write_signature(Html& html, const FieldView& view) {
  const auto& field = view.field();
  const auto strokes = field.name + ".strokes";
  write_text(html, view);
  html.single("input", {{"type", "hidden"},
                        {"id", id_of("strokes", field)},
                        {"name", strokes},
                        {"value", view.input.text(strokes)}});
  html.open("div", {{"class", "pad"}, {"hidden", true}, {"data-strokes", id_of("strokes", field)}});
  write_words(html, "p", {{"class", "help"}}, Phrase::kSignDraw, view.language);
  html.open("canvas", {{"width", "600"},
                       {"height", "200"},
                       {"role", "img"},
                       {"aria-label", words(Phrase::kSignCanvas, view)}})
      .close();
  write_words(html, "button", {{"type", "button"}, {"class", "quiet"}}, Phrase::kClear,
              view.language);
  html.close();
}

// ---- controls of several ------------------------------------------------------------------------

void open_group(Html& html, const FieldView& view) {
  html.open("fieldset", {{"class", "group"}, {"aria-describedby", described_by(view)}});
  html.open("legend");
  write_label_text(html, view);
  html.close();
  write_above(html, view);
}

struct Option {
  std::string_view type;
  std::string_view value;
  std::string_view label;
};

void write_option(Html& html, const FieldView& view, const Option& option, std::size_t number) {
  const auto& field = view.field();
  const auto id =
      number == 0 ? control_id(field) : control_id(field) + '-' + std::to_string(number);
  const auto given = view.input.all(field.name);
  html.open("div", {{"class", "option"}});
  html.single("input", {{"id", id},
                        {"name", field.name},
                        {"type", option.type},
                        {"value", option.value},
                        {"checked", std::ranges::find(given, option.value) != given.end()}});
  const bool ours = field.choices.empty();
  html.element(
      "label",
      {{"for", id}, ours ? language_of_words(view.language) : HtmlAttribute("lang", std::nullopt)},
      option.label);
  html.close();
}

std::vector<Option> options_of(const FieldView& view) {
  if (view.field().kind == FieldKind::kYesNo)
    return {{"radio", "true", words(Phrase::kYes, view)},
            {"radio", "false", words(Phrase::kNo, view)}};
  if (view.field().kind == FieldKind::kConsent)
    return {{"checkbox", "true", words(Phrase::kAgree, view)}};
  const auto type = view.field().kind == FieldKind::kChoices ? "checkbox" : "radio";
  std::vector<Option> out;
  for (const auto& choice : view.field().choices)
    out.push_back({type, choice.value, choice.label.in(view.language)});
  return out;
}

void write_options(Html& html, const FieldView& view) {
  open_group(html, view);
  const bool in_a_row = view.field().kind == FieldKind::kYesNo;
  html.open("div", {{"class", in_a_row ? "options row" : "options"}});
  std::size_t number = 0;
  for (const auto& option : options_of(view)) write_option(html, view, option, number++);
  html.close().close();
}

void write_date_group(Html& html, const FieldView& view) {
  const auto& field = view.field();
  open_group(html, view);
  write_date(html,
             {.id = control_id(field),
              .name = field.name,
              .value = split_date(view.input.text(field.name)),
              .wrong = view.fault.has_value(),
              .birthday = field.autocomplete == "bday"},
             view.language);
  html.close();
}

void write_controls(Html& html, const FieldView& view) {
  switch (view.field().kind) {
    case FieldKind::kLongText:
      return write_long_text(html, view);
    case FieldKind::kDate:
      return write_date_group(html, view);
    case FieldKind::kChoice:
      return view.field().choices.size() > kRadiosMax ? write_select(html, view)
                                                      : write_options(html, view);
    case FieldKind::kYesNo:
    case FieldKind::kChoices:
    case FieldKind::kConsent:
      return write_options(html, view);
    case FieldKind::kSignature:
      return write_signature(html, view);
    default:
      return write_text(html, view);
  }
}

Phrase missing(FieldKind kind) {
  if (kind == FieldKind::kDate) return Phrase::kFaultMissingDate;
  if (kind == FieldKind::kSignature) return Phrase::kFaultMissingSignature;
  if (kind == FieldKind::kConsent) return Phrase::kFaultNotAgreed;
  const bool chosen =
      kind == FieldKind::kYesNo || kind == FieldKind::kChoice || kind == FieldKind::kChoices;
  return chosen ? Phrase::kFaultMissingChoice : Phrase::kFaultMissing;
}

// The shortest text of it: "12", "12.5".
std::string number_text(auto number) {
  std::array<char, 32> out{};
  const auto [end, error] = std::to_chars(out.data(), out.data() + out.size(), number);
  return {out.data(), end};
}

bool is_text(FieldKind kind) {
  return kind <= FieldKind::kPhone || kind == FieldKind::kSignature;
}

}  // namespace

std::string control_id(const FormField& field) {
  return id_of("f", field);
}

std::string fault_text(const FormField& field, AnswerFault fault, std::string_view language) {
  using enum AnswerFault;
  const auto with = [&](Phrase of, auto number) {
    return phrase(of, language, {number_text(number)});
  };
  const auto plain = [&](Phrase of) { return std::string(phrase(of, language)); };
  switch (fault) {
    case kMissing:
      return plain(missing(field.kind));
    case kTooShort:
      return with(Phrase::kFaultTooShort, field.length_min);
    case kTooLong:
      return is_text(field.kind) ? with(Phrase::kFaultTooLong, field.length_max)
                                 : plain(Phrase::kFaultTooLongAny);
    case kCharacters:
      return plain(Phrase::kFaultCharacters);
    case kNoEmail:
      return plain(Phrase::kFaultEmail);
    case kNoPhone:
      return plain(Phrase::kFaultPhone);
    case kNoDate:
      return plain(Phrase::kFaultDate);
    case kNoInteger:
      return plain(Phrase::kFaultInteger);
    case kNoNumber:
      return plain(Phrase::kFaultNumber);
    case kTooSmall:
      return with(Phrase::kFaultTooSmall, field.minimum.value_or(0));
    case kTooLarge:
      return with(Phrase::kFaultTooLarge, field.maximum.value_or(0));
    case kNoChoice:
      return plain(Phrase::kFaultChoice);
    case kNotAgreed:
      return plain(Phrase::kFaultNotAgreed);
  }
  return plain(Phrase::kFaultMissing);
}

void write_field(Html& html, const FieldView& view) {
  const auto& field = view.field();
  HtmlAttributes attributes = {{"class", view.fault ? "field wrong" : "field"}};
  if (field.show_if) {
    attributes.push_back({"data-if", view.form.fields[field.show_if->field].name});
    attributes.push_back({"data-is", field.show_if->value});
  }
  html.open("div", attributes);
  write_controls(html, view);
  html.close();
}

}  // namespace chartbell
