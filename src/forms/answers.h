// Answers: what a patient has sent, checked against the template.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "forms/template.h"
#include "model/document.h"

namespace chartbell {

// What was sent, as it was sent: names of fields and their texts, not checked. A yes or no is
// "true" or "false", a consent "true"; of choices each has the field's name. A signature has two
// names: "NAME" for the typed name, "NAME.strokes" for what was drawn. It holds patient data.
class FormInput {
 public:
  static constexpr std::size_t kValuesMax = 2'000;

  // Of an application/x-www-form-urlencoded body. kInvalid for bad escapes, text that is no UTF-8,
  // and more than kValuesMax.
  static Result<FormInput> of_body(std::string_view body);
  // Of a draft. kCorrupt where it is none.
  static Result<FormInput> of_draft(const Document& draft);
  Document draft() const;

  void add(std::string name, std::string value);
  // The first of that name; empty where there is none.
  std::string_view text(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  bool has(std::string_view name) const { return values_.contains(name); }
  bool empty() const { return values_.empty(); }

 private:
  std::multimap<std::string, std::string, std::less<>> values_;
};

// The name that was typed, and what was drawn: "x,y x,y;x,y …", strokes of points in whole numbers
// in a field of 600 × 200 units; empty where nothing was. Only such a text is ever in `strokes`.
struct Signature {
  std::string name;
  std::string strokes;

  friend bool operator==(const Signature&, const Signature&) = default;
};
inline constexpr std::size_t kStrokesBytesMax = std::size_t{64} * 1024;

// Numbers are decimal texts, dates YYYY-MM-DD.
using Answer = std::variant<std::monostate, std::string, bool, std::vector<std::string>, Signature>;
// One for each field of the template; monostate where it was not asked or not answered.
using Answers = std::vector<Answer>;

enum class AnswerFault : std::uint8_t {
  kMissing,
  kTooShort,
  kTooLong,
  kCharacters,  // control characters, or such as turn the direction of writing
  kNoEmail,
  kNoPhone,
  kNoDate,
  kNoInteger,
  kNoNumber,
  kTooSmall,
  kTooLarge,
  kNoChoice,
  kNotAgreed,
};

struct FieldFault {
  std::size_t field = 0;
  AnswerFault fault = AnswerFault::kMissing;

  friend bool operator==(const FieldFault&, const FieldFault&) = default;
};

struct Filled {
  Answers answers;
  std::vector<FieldFault> faults;  // in the template's order, one a field at most
};

// What is not asked is not looked at. Names that the template lacks are passed over. Texts lose the
// blanks around them; a field whose answer has a fault has none, and what hangs on it is not asked.
Filled fill(const FormTemplate& form, const FormInput& input);

// Whether a field is asked, given the answers to those before it.
bool is_asked(const FormTemplate& form, std::size_t field, const Answers& answers);

// An object by the template's schema, with what was answered; numbers are JSON numbers, a signature
// {"name", "strokes"}. It fits the schema wherever fill() found no fault.
Document answers_document(const FormTemplate& form, const Answers& answers);

}  // namespace chartbell
