#include "model/form.h"

#include <algorithm>
#include <array>

namespace chartbell {
namespace {

constexpr std::array<std::string_view, 4> kRequests = {"open", "completed", "revoked", "expired"};
constexpr std::array<std::string_view, 3> kResponses = {"pending", "complete", "failed"};
constexpr std::size_t kNameDigits = 32;
constexpr std::size_t kDashBefore[] = {8, 12, 16, 20};  // RFC 9562 §4

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name(FormRequestStatus status) {
  return kRequests[static_cast<std::size_t>(status)];
}

std::optional<FormRequestStatus> form_request_status(std::string_view name) {
  return named<FormRequestStatus>(kRequests, name);
}

std::string_view name(FormResponseStatus status) {
  return kResponses[static_cast<std::size_t>(status)];
}

std::optional<FormResponseStatus> form_response_status(std::string_view name) {
  return named<FormResponseStatus>(kResponses, name);
}

std::string dashed(std::string_view request_name) {
  std::string out;
  for (std::size_t i = 0; i < request_name.size(); ++i) {
    if (std::ranges::find(kDashBefore, i) != std::end(kDashBefore)) out += '-';
    out += request_name[i];
  }
  return out;
}

std::optional<std::string> form_request_name(std::string_view text) {
  std::string plain;
  std::ranges::copy_if(text, std::back_inserter(plain), [](char c) { return c != '-'; });
  const bool hex = plain.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (plain.size() != kNameDigits || !hex) return std::nullopt;
  return text == plain || text == dashed(plain) ? std::optional(plain) : std::nullopt;
}

}  // namespace chartbell
