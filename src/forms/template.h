// FormTemplate: what a form asks, and in which order, words and languages. docs/forms.md describes
// the text: a JSON Schema of the answers (2020-12, a subset), and sections that say how to ask.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace chartbell {

inline constexpr std::size_t kTemplateBytesMax = std::size_t{256} * 1024;

// A text in each of the template's languages.
class LocalText {
 public:
  LocalText() = default;
  explicit LocalText(std::map<std::string, std::string, std::less<>> by_language)
      : by_language_(std::move(by_language)) {}

  // Empty where there is none.
  std::string_view in(std::string_view language) const;
  bool empty() const { return by_language_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> by_language_;
};

enum class FieldKind : std::uint8_t {
  kText,
  kLongText,
  kEmail,
  kPhone,
  kDate,
  kInteger,
  kNumber,
  kYesNo,
  kChoice,
  kChoices,  // any number of them
  kConsent,  // must be agreed to where it is required
  kSignature,
};

struct FormChoice {
  std::string value;
  LocalText label;
};

// A field is asked only where an earlier one that is itself asked has this answer, or has it among
// its answers.
struct ShowIf {
  std::size_t field = 0;  // index in FormTemplate::fields
  std::string value;      // "true" and "false" of a yes or no
};

struct FormField {
  std::string name;  // the property of the schema
  FieldKind kind = FieldKind::kText;
  LocalText label;
  LocalText help;
  LocalText statement;    // of a consent: what is agreed to
  bool required = false;  // where it is shown
  std::optional<ShowIf> show_if;
  std::vector<FormChoice> choices;
  std::size_t length_min = 0;  // characters (code points)
  std::size_t length_max = 200;
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::string autocomplete;  // a token of HTML's, "given-name"
  std::string prefill;       // a leaf of the patient, "bio.cell_phone_number"
};

struct FormSection {
  LocalText title;
  LocalText text;
  std::size_t begin = 0;  // of its fields
  std::size_t end = 0;
};

struct FormTemplate {
  std::string name;                    // [a-z0-9-]{1,64}
  std::vector<std::string> languages;  // "en", "es"; the first is what others fall back to
  LocalText title;
  LocalText text;  // above the first section
  std::vector<FormSection> sections;
  std::vector<FormField> fields;

  // The template's own for a language that was asked for: itself, or the first.
  std::string_view language(std::string_view wanted) const;
};

// kInvalid, naming the place of the first fault as a JSON pointer (RFC 6901) and what is wanted
// there: "/sections/0/fields/2/show_if/field: \"smokes\" is no earlier field". kTooLarge beyond
// kTemplateBytesMax.
Result<FormTemplate> parse_template(std::string_view text);

// The templates that come with Chartbell, as texts.
struct ShippedTemplate {
  std::string_view name;
  std::string_view text;
};
std::span<const ShippedTemplate> shipped_templates();

}  // namespace chartbell
