#include "model/members.h"

#include <algorithm>

namespace chartbell {
namespace {

std::size_t end_of_string(std::string_view text, std::size_t quote) {
  for (auto i = quote + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i;
    if (text[i] == '\\') ++i;
  }
  return text.size();
}

}  // namespace

Members::Members(std::string_view object) : rest_(object) {
  broken_ = !rest_.starts_with('{') || !rest_.ends_with('}');
  if (!broken_) rest_ = rest_.substr(1, rest_.size() - 2);
}

std::optional<Members::Member> Members::next() {
  if (broken_ || rest_.empty()) return std::nullopt;
  const auto quote = end_of_string(rest_, 0);
  broken_ = rest_.front() != '"' || rest_.size() < quote + 2 || rest_[quote + 1] != ':';
  if (broken_) return std::nullopt;
  Member out{.key = rest_.substr(1, quote - 1), .value = rest_.substr(quote + 2)};
  out.value = out.value.substr(0, value_size(out.value));
  broken_ = broken_ || out.value.empty();
  rest_.remove_prefix(std::min(rest_.size(), quote + 2 + out.value.size() + 1));
  return broken_ ? std::nullopt : std::optional(out);
}

// Up to the comma behind the value; all where there is none.
std::size_t Members::value_size(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') i = end_of_string(text, i);
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c == ',' && depth == 0) return i;
  }
  broken_ = depth != 0;
  return text.size();
}

}  // namespace chartbell
