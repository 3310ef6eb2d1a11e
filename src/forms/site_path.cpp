#include "forms/site_path.h"

#include "base/encoding.h"
#include "forms/site.h"

namespace chartbell {
namespace {

constexpr std::size_t kTokenCharacters = 43;  // of kLinkTokenBytes

bool is_token(std::string_view text) {
  const auto bytes = from_base64url(text);
  return text.size() == kTokenCharacters && bytes && bytes->size() == kLinkTokenBytes;
}

}  // namespace

std::optional<SitePath> site_path(std::string_view rest) {
  const auto token = rest.substr(0, rest.find('/'));
  const auto behind = rest.substr(token.size());
  if (!is_token(token)) return std::nullopt;
  if (behind.empty()) return SitePath{std::string(token), SitePage::kForm};
  if (behind == "/answers") return SitePath{std::string(token), SitePage::kAnswers};
  if (behind == "/done") return SitePath{std::string(token), SitePage::kDone};
  return std::nullopt;
}

bool reads(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

bool allows(SitePage page, std::string_view method) {
  return reads(method) || (method == "POST" && page != SitePage::kDone);
}

std::string address(std::string_view token, std::string_view behind) {
  return std::string(kFormSitePath) + std::string(token) + std::string(behind);
}

}  // namespace chartbell
