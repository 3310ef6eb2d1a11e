#include "api/multipart.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/encoding.h"

namespace chartbell {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::size_t kBoundaryMax = 70;

std::unexpected<Error> invalid(std::string_view what) {
  return failure(Code::kInvalid, "The form " + std::string(what));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

// RFC 9110 §5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

// RFC 2046 §5.1.1; one that ends in a space is none.
bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= kBoundaryMax && !text.ends_with(' ') &&
         std::ranges::all_of(text, [](char c) {
           return is_letter_or_digit(c) || std::string_view("'()+_,-./:=? ").contains(c);
         });
}

// ---- parameters of a header ---------------------------------------------------------------------

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Up to the closing quote, which is taken as well; a backslash makes what is behind it plain.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
    if (text.front() == '"') {
      text.remove_prefix(1);
      return out;
    }
    // Clients that do not know of it write folders of Windows as they are.
    const bool escapes =
        text.front() == '\\' && text.size() > 1 && (text[1] == '"' || text[1] == '\\');
    if (escapes) text.remove_prefix(1);
    out += text.front();
  }
  return std::nullopt;
}

std::optional<std::string> take_value(std::string_view& text) {
  if (text.starts_with('"')) return take_quoted(text);
  const auto value = trimmed(text.substr(0, text.find(';')));
  text.remove_prefix(std::min(text.size(), text.find(';')));
  return is_token(value) ? std::optional(std::string(value)) : std::nullopt;
}

// `; name=value` again and again; nothing for what is none, or has a name twice.
std::optional<Pairs> parameters_in(std::string_view text) {
  Pairs out;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    if (text.front() != ';') return std::nullopt;
    text = trimmed(text.substr(1));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !is_token(text.substr(0, equals))) return std::nullopt;
    auto name = to_lower(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    auto value = take_value(text);
    const bool twice = std::ranges::find(out, name, &Pairs::value_type::first) != out.end();
    if (!value || twice) return std::nullopt;
    out.emplace_back(std::move(name), *std::move(value));
  }
  return out;
}

std::optional<std::string> value_of(const Pairs& pairs, std::string_view name) {
  const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
  return found == pairs.end() ? std::nullopt : std::optional(found->second);
}

// What stands before the parameters, in lower case, and what they are.
std::pair<std::string, std::string_view> split(std::string_view value) {
  const auto end = std::min(value.size(), value.find(';'));
  return {to_lower(trimmed(value.substr(0, end))), value.substr(end)};
}

Result<std::string> boundary_in(std::string_view content_type) {
  const auto parameters = parameters_in(split(content_type).second);
  const auto boundary = parameters ? value_of(*parameters, "boundary") : std::nullopt;
  if (!boundary) return invalid("has no boundary in its Content-Type");
  if (!is_boundary(*boundary)) return invalid("has a boundary that is none (RFC 2046 §5.1.1)");
  return *boundary;
}

// ---- a part -------------------------------------------------------------------------------------

// RFC 8187 §3.2.1, in UTF-8.
Result<std::string> extended(std::string_view value) {
  constexpr std::string_view kUtf8 = "utf-8'";
  const auto quote = value.find('\'', kUtf8.size());
  if (to_lower(value.substr(0, kUtf8.size())) != kUtf8 || quote == std::string_view::npos)
    return invalid("has a filename* that is not in UTF-8");
  auto out = percent_decoded(value.substr(quote + 1));
  if (!out) return invalid("has a filename* with a bad escape");
  return *std::move(out);
}

Result<void> read_disposition(std::string_view value, FormPart& part) {
  const auto [kind, rest] = split(value);
  const auto parameters = parameters_in(rest);
  if (kind != "form-data" || !parameters)
    return invalid("has a part whose Content-Disposition is none of form-data");
  const auto name = value_of(*parameters, "name");
  if (!name || name->empty()) return invalid("has a part without a name");
  part.name = *name;
  part.filename = value_of(*parameters, "filename");
  const auto wide = value_of(*parameters, "filename*");
  if (!wide) return {};
  TRY(part.filename, extended(*wide));
  return {};
}

Result<void> read_field(std::string_view line, FormPart& part) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return invalid("has a part with a line in its head that is no field");
  const auto name = to_lower(line.substr(0, colon));
  const auto value = trimmed(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return c == '\0' || c == '\r' || c == '\n'; }))
    return invalid("has a part with control characters in its head");
  if (name == "content-transfer-encoding") {
    const auto how = to_lower(value);
    if (how != "binary" && how != "8bit" && how != "7bit")
      return invalid("has a part with a Content-Transfer-Encoding");
  }
  if (name != "content-disposition") return {};
  if (!part.name.empty()) return invalid("has a part with two of Content-Disposition");
  return read_disposition(value, part);
}

// `part` from behind its boundary's line up to the next one.
Result<FormPart> read_part(std::string_view text) {
  const auto end = text.substr(0, kPartHeadBytesMax).find(kHeadEnd);
  if (end == std::string_view::npos)
    return invalid(text.size() < kPartHeadBytesMax ? "has a part whose head has no end"
                                                   : "has a part whose head is too long");
  FormPart out;
  auto head = text.substr(0, end);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find(kLineEnd));
    head.remove_prefix(std::min(head.size(), line.size() + kLineEnd.size()));
    TRY_DO(read_field(line, out));
  }
  if (out.name.empty()) return invalid("has a part without a name");
  out.body = text.substr(end + kHeadEnd.size());
  return out;
}

Result<void> add(std::vector<FormPart>& parts, FormPart part) {
  if (std::ranges::find(parts, part.name, &FormPart::name) != parts.end())
    return invalid("has two parts of one name");
  parts.push_back(std::move(part));
  return {};
}

}  // namespace

bool is_form_data(std::string_view content_type) {
  return split(content_type).first == "multipart/form-data";
}

Result<std::vector<FormPart>> parse_form_data(std::string_view content_type,
                                              std::string_view body) {
  TRY(const auto boundary, boundary_in(content_type));
  const auto delimiter = "\r\n--" + boundary;
  const auto first = std::string_view(delimiter).substr(kLineEnd.size());
  if (!body.starts_with(first)) return invalid("does not begin with its boundary");
  body.remove_prefix(first.size());
  std::vector<FormPart> out;
  while (!body.starts_with("--")) {
    if (!body.starts_with(kLineEnd)) return invalid("has its boundary in its content");
    body.remove_prefix(kLineEnd.size());
    if (out.size() == kFormPartsMax) return invalid("has too many parts");
    const auto end = body.find(delimiter);
    if (end == std::string_view::npos) return invalid("has no boundary at its end");
    TRY(auto part, read_part(body.substr(0, end)));
    TRY_DO(add(out, std::move(part)));
    body.remove_prefix(end + delimiter.size());
  }
  body.remove_prefix(2);
  if (!body.empty() && body != kLineEnd) return invalid("goes on behind its last boundary");
  return out;
}

}  // namespace chartbell
