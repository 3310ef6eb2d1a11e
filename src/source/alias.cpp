#include "source/alias.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"

namespace chartbell {
namespace {

struct ConversionName {
  std::string_view name;
  Conversion conversion;
  std::array<FieldType, 2> gives;
};

using enum FieldType;

constexpr ConversionName kConversions[] = {
    {"str", Conversion::kText, {kText, kText}},
    {"int", Conversion::kInteger, {kInteger, kFlag}},
    {"bool", Conversion::kBoolean, {kBoolean, kFlag}},
    {"date", Conversion::kDate, {kDate, kDate}},
    {"money", Conversion::kMoney, {kMoney, kMoney}},
    {"local", Conversion::kLocal, {kTime, kTime}},
    {"local_timed", Conversion::kLocalTimed, {kTime, kTime}},
    {"plus_minutes", Conversion::kPlusMinutes, {kTime, kTime}},
    {"utc", Conversion::kUtc, {kTime, kTime}},
    {"enum", Conversion::kEnum, {kText, kText}},
    {"ref", Conversion::kReference, {kInteger, kInteger}},
    {"refs", Conversion::kReferences, {kIntegers, kIntegers}},
    {"json", Conversion::kJson, {kJson, kIntegers}},
};

constexpr std::string_view kControls[] = {"@key", "@location", "@parent"};

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string known_conversions() {
  std::string out;
  for (const auto& known : kConversions) out += (out.empty() ? "" : ", ") + std::string(known.name);
  return out;
}

// The conversion of an alias that names none; a time has to say whose clock it is.
std::optional<Conversion> default_conversion(FieldType type) {
  switch (type) {
    case kText:
      return Conversion::kText;
    case kInteger:
      return Conversion::kInteger;
    case kBoolean:
      return Conversion::kBoolean;
    case kFlag:
      return Conversion::kBoolean;
    case kDate:
      return Conversion::kDate;
    case kMoney:
      return Conversion::kMoney;
    case kJson:
      return Conversion::kJson;
    case kTime:
      return std::nullopt;
    case kIntegers:
      return std::nullopt;
  }
  return std::nullopt;
}

struct Parts {
  std::string_view path;
  std::string_view conversion;
  std::string_view argument;
};

Parts split(std::string_view alias) {
  Parts parts;
  const auto colon = alias.find(':');
  parts.path = alias.substr(0, colon);
  if (colon == std::string_view::npos) return parts;
  parts.conversion = alias.substr(colon + 1);
  const auto open = parts.conversion.find('(');
  if (open != std::string_view::npos && parts.conversion.ends_with(')')) {
    parts.argument = parts.conversion.substr(open + 1, parts.conversion.size() - open - 2);
    parts.conversion = parts.conversion.substr(0, open);
  }
  return parts;
}

Result<void> set_argument(Column& column, std::string_view argument) {
  switch (column.conversion) {
    case Conversion::kEnum:
      if (argument.empty()) return failure(Code::kMapping, "enum needs a code list: enum(name)");
      column.code_list = argument;
      return {};
    case Conversion::kReference:
    case Conversion::kReferences: {
      const auto kind = resource_kind(argument);
      if (!kind)
        return failure(Code::kMapping, "no kind of resource " + quoted(argument) +
                                           "; known: " + known_resource_kinds());
      column.referenced = *kind;
      return {};
    }
    default:
      if (!argument.empty()) return failure(Code::kMapping, "this conversion takes no argument");
      return {};
  }
}

Result<Conversion> conversion_of(const Parts& parts, const Field& field) {
  if (parts.conversion.empty()) {
    if (const auto found = default_conversion(field.type)) return *found;
    return failure(Code::kMapping,
                   quoted(parts.path) + " needs a conversion, such as :local, :utc or :refs(kind)");
  }
  const auto* found = std::ranges::find(kConversions, parts.conversion, &ConversionName::name);
  if (found == std::end(kConversions))
    return failure(Code::kMapping,
                   "no conversion " + quoted(parts.conversion) + "; known: " + known_conversions());
  if (!contains(found->gives, field.type))
    return failure(Code::kMapping,
                   quoted(parts.conversion) + " does not give the type of " + quoted(parts.path));
  return found->conversion;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Walks SQL token by token: words, quoted texts (kept whole) and single characters.
class Tokens {
 public:
  explicit Tokens(std::string_view sql) : sql_(sql) {}

  // Empty at the end.
  std::string_view next() {
    while (at_ < sql_.size() && is_blank(sql_[at_])) ++at_;
    start_ = at_;
    if (at_ == sql_.size()) return {};
    if (is_word(sql_[at_])) {
      while (at_ < sql_.size() && is_word(sql_[at_])) ++at_;
    } else if (sql_[at_] == '\'' || sql_[at_] == '"') {
      const auto close = sql_.find(sql_[at_], at_ + 1);
      at_ = close == std::string_view::npos ? sql_.size() : close + 1;
    } else {
      ++at_;
    }
    return sql_.substr(start_, at_ - start_);
  }
  std::size_t offset() const { return start_; }

 private:
  std::string_view sql_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
};

std::string_view unquoted(std::string_view token) {
  const bool whole = token.size() >= 2 && token.front() == '"' && token.back() == '"';
  return whole ? token.substr(1, token.size() - 2) : std::string_view();
}

}  // namespace

Result<std::vector<AliasText>> aliases_of(std::string_view select, std::size_t* fault) {
  std::vector<AliasText> out;
  Tokens tokens(select);
  if (to_lower(tokens.next()) != "select")
    return failure(Code::kMapping, "a select begins with SELECT");
  int depth = 0;
  std::string_view last, before_last;
  std::size_t last_offset = 0;
  while (true) {
    const auto token = tokens.next();
    if (token.empty() && depth != 0) {
      *fault = last_offset;
      return failure(Code::kMapping, "the parentheses of the SELECT list do not match");
    }
    const bool list_ends = depth == 0 && (token.empty() || to_lower(token) == "from");
    if (list_ends || (depth == 0 && token == ",")) {
      if (to_lower(before_last) != "as" || unquoted(last).empty()) {
        *fault = last_offset;
        return failure(Code::kMapping, "this item of the SELECT list lacks AS \"alias\"");
      }
      out.push_back({std::string(unquoted(last)), last_offset});
    }
    if (list_ends) return out;
    if (token == "(") ++depth;
    if (token == ")") --depth;
    before_last = last;
    last = token;
    last_offset = tokens.offset();
  }
}

Result<Column> parse_alias(std::string_view alias, const Shape& shape) {
  const Parts parts = split(alias);
  Column column{.path = std::string(parts.path)};
  if (parts.path.starts_with('@')) {
    if (!contains(kControls, alias))
      return failure(Code::kMapping,
                     "no control column " + quoted(alias) + "; known: @key, @location, @parent");
    column.conversion = Conversion::kControl;
    return column;
  }
  const auto index = shape.index_of(parts.path);
  if (!index) return failure(Code::kMapping, shape.no_such_field(parts.path));
  const Field& field = shape.fields()[*index];
  if (field.origin == Origin::kOurs)
    return failure(Code::kMapping, quoted(parts.path) + " is written by Chartbell itself");
  TRY(column.conversion, conversion_of(parts, field));
  TRY_DO(set_argument(column, parts.argument));
  return column;
}

std::string_view from_clause(std::string_view select) {
  Tokens tokens(select);
  int depth = 0;
  for (auto token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "(") ++depth;
    if (token == ")") --depth;
    if (depth == 0 && to_lower(token) == "from") return select.substr(tokens.offset());
  }
  return {};
}

std::vector<std::string> tables_of(std::string_view select) {
  std::vector<std::string> out;
  Tokens tokens(select);
  for (auto token = tokens.next(); !token.empty(); token = tokens.next()) {
    const auto word = to_lower(token);
    if (word != "from" && word != "join") continue;
    const auto table = to_lower(tokens.next());
    if (!table.empty() && table != "(" && !contains(out, table)) out.push_back(table);
  }
  return out;
}

}  // namespace chartbell
