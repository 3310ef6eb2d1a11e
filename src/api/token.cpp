#include "api/token.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::size_t kTokenBytesMax = 1024;

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Signed by us, so what is there is right; a token of an earlier version lacks members.
std::optional<Token> read_claims(const std::string& text) {
  json::error_code error;
  const auto claims = json::parse(text, error);
  if (error || !claims.is_object() || !claims.as_object().contains("gen")) return std::nullopt;
  return Token{.account = {std::stoll(std::string(claims.at("sub").as_string()))},
               .generation = claims.at("gen").as_int64(),
               .id = std::string(claims.at("jti").as_string()),
               .expires_at = from_ms(claims.at("exp").as_int64() * 1000)};
}

}  // namespace

TokenMint::TokenMint(std::string_view key, std::chrono::seconds lifetime, const Clock& clock,
                     Random& random)
    : hmac_(key), lifetime_(lifetime), clock_(clock), random_(random) {}

std::string TokenMint::signature(std::string_view signed_part) {
  const std::lock_guard lock(mutex_);
  return to_base64url(hmac_.sign({signed_part}));
}

std::string TokenMint::mint(AccountId account, std::int64_t generation) {
  const auto now = seconds_of(clock_.now());
  const std::string claims = "{\"sub\":\"" + to_string(account) +
                             "\",\"scp\":\"api_user\",\"iat\":" + std::to_string(now) +
                             ",\"exp\":" + std::to_string(now + lifetime_.count()) + ",\"jti\":\"" +
                             random_.hex(16) + "\",\"gen\":" + std::to_string(generation) + "}";
  const std::string signed_part = to_base64url(kHeader) + '.' + to_base64url(claims);
  return signed_part + '.' + signature(signed_part);
}

std::optional<Token> TokenMint::check(std::string_view token) {
  const auto last_dot = token.rfind('.');
  if (token.size() > kTokenBytesMax || last_dot == std::string_view::npos) return std::nullopt;
  const auto signed_part = token.substr(0, last_dot);
  if (!equal_in_constant_time(token.substr(last_dot + 1), signature(signed_part)))
    return std::nullopt;
  const auto dot = signed_part.find('.');
  if (signed_part.substr(0, dot) != to_base64url(kHeader)) return std::nullopt;
  const auto claims_text = from_base64url(signed_part.substr(dot + 1));
  if (!claims_text) return std::nullopt;
  auto read = read_claims(*claims_text);
  if (!read || read->expires_at <= clock_.now()) return std::nullopt;
  return read;
}

}  // namespace chartbell
