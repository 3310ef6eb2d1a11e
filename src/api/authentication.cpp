#include "api/authentication.h"

#include "api/answer.h"
#include "base/crypto.h"

namespace chartbell {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kCredentialBytesMax = 1024;

// Clients send every combination.
std::string_view credential_of(const HttpFields& fields) {
  auto out = field(fields, "authorization").value_or("");
  if (out.starts_with(kBearer)) out.remove_prefix(kBearer.size());
  return out.size() <= kCredentialBytesMax ? out : std::string_view();
}

}  // namespace

std::expected<Caller, HttpResponse> Authenticator::caller_of(const HttpRequest& request) {
  const auto credential = credential_of(request.fields);
  auto caller = look_up(credential);
  if (!caller) return std::unexpected(refusal(caller.error()));
  if (*caller) return **std::move(caller);
  if (const auto wait = limiter_.fail(request.peer)) {
    auto answer = refusal_until(*wait, "Too many wrong credentials from this address");
    answer.fields.emplace_back("connection", "close");
    return std::unexpected(std::move(answer));
  }
  return std::unexpected(refusal(401, "Unauthorized"));
}

Result<std::optional<Caller>> Authenticator::look_up(std::string_view credential) {
  if (credential.empty()) return std::optional<Caller>();
  if (const auto token = tokens_.check(credential)) return look_up(*token);
  TRY(auto account, accounts_.account_by_key(sha256(credential)));
  if (!account) return std::optional<Caller>();
  return std::optional(Caller{.account = *std::move(account)});
}

Result<std::optional<Caller>> Authenticator::look_up(const Token& token) {
  TRY(auto account, accounts_.account(token.account));
  if (!account || account->generation != token.generation) return std::optional<Caller>();
  TRY(const bool revoked, accounts_.is_token_revoked(token.id));
  if (revoked) return std::optional<Caller>();
  return std::optional(Caller{.account = *std::move(account), .token = token});
}

}  // namespace chartbell
