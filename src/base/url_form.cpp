#include "base/url_form.h"

#include <algorithm>

#include "base/encoding.h"

namespace chartbell {

std::optional<std::string> url_decoded(std::string_view text) {
  std::string blanks(text);
  std::ranges::replace(blanks, '+', ' ');
  auto out = percent_decoded(blanks);
  return out && out->find('\0') == std::string::npos ? out : std::nullopt;
}

Result<std::optional<UrlPair>> take_url_pair(std::string_view& form) {
  form.remove_prefix(std::min(form.size(), form.find_first_not_of('&')));
  if (form.empty()) return std::nullopt;
  const auto pair = form.substr(0, form.find('&'));
  form.remove_prefix(pair.size());
  const auto equals = std::min(pair.find('='), pair.size());
  auto name = url_decoded(pair.substr(0, equals));
  auto value = url_decoded(pair.substr(std::min(pair.size(), equals + 1)));
  if (!name || !value) return failure(Code::kInvalid, "Bad escape in the parameters");
  return UrlPair{*std::move(name), *std::move(value)};
}

}  // namespace chartbell
