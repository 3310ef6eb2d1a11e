#include "api/authentication.h"

#include <algorithm>

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

// A page sends it with what it asks for by itself.
constexpr std::string_view kBackground = "x-chartbell-background";

}  // namespace

bool is_good(const Account& account, WallTime now) {
  return !account.revoked_at && (!account.expires_at || *account.expires_at > now);
}

bool only_reads(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

HttpResponse refusal_of_foreign() {
  return refusal(403, "Another site made this browser ask");
}

HttpResponse refusal_of_pending() {
  auto out = refusal(401, "Second factor needed");
  out.fields.emplace_back("x-chartbell-sign-in", "second_factor");
  return out;
}

HttpResponse refusal_of_nobody(bool has_users) {
  auto out = refusal(401, "Not signed in");
  if (!has_users) out.fields.emplace_back("x-chartbell-sign-in", "setup");
  return out;
}

AccountId counted_as(UserId user) {
  return {-user.value};
}

AccountId counted_as(const Caller& caller) {
  return caller.user ? counted_as(caller.user->user.id) : caller.account.id;
}

std::expected<Caller, HttpResponse> Authenticator::caller_of(const HttpRequest& request,
                                                             Presence presence) {
  if (sign_in_ != nullptr && field(request.fields, "authorization").value_or("").empty() &&
      sign_in_->sessions().has_cookie(request.fields))
    return by_session(request, presence);
  const auto credential = credential_of(request.fields);
  auto caller = look_up(credential);
  if (!caller) return std::unexpected(refusal(caller.error()));
  if (*caller) return **std::move(caller);
  if (const auto wait = limiter_.fail(request.network)) {
    auto answer = refusal_until(*wait, "Too many wrong credentials from this address");
    answer.fields.emplace_back("connection", "close");
    return std::unexpected(std::move(answer));
  }
  return std::unexpected(refusal(401, "Unauthorized"));
}

// Nobody guesses 256 bits, so that a session that has ended is no wrong credential.
std::expected<Caller, HttpResponse> Authenticator::by_session(const HttpRequest& request,
                                                              Presence presence) {
  auto& sessions = sign_in_->sessions();
  if (sessions.is_foreign(request)) return std::unexpected(refusal_of_foreign());
  auto who = sessions.look_up(request.fields);
  if (!who) return std::unexpected(refusal(who.error()));
  if (!*who) return std::unexpected(refusal(401, "Not signed in"));
  if ((*who)->session.state != SignInState::kSignedIn) return std::unexpected(refusal_of_pending());
  if (!only_reads(request.method) && !SessionDesk::has_token(request, **who))
    return std::unexpected(refusal(403, "X-Chartbell-Csrf is missing or not this session's"));
  auto account = account_for(request);
  if (!account) return std::unexpected(refusal(account.error()));
  account->institutions = {"*"};
  account->scopes = scopes_of((*who)->user.role);
  account->limits = {};
  if (presence == Presence::kSeen && !field(request.fields, kBackground)) sessions.seen(**who);
  return Caller{.account = *std::move(account), .user = **std::move(who)};
}

Result<Account> Authenticator::account_for(const HttpRequest& request) {
  TRY(auto all, accounts_.accounts());
  const auto wanted = field(request.fields, "x-chartbell-account").value_or("");
  const auto now = sign_in_->clock().now();
  const auto found = std::ranges::find_if(all, [&](const Account& one) {
    return wanted.empty() ? is_good(one, now) : one.name == wanted;
  });
  if (found != all.end()) return std::move(*found);
  if (!wanted.empty()) return failure(Code::kInvalid, "X-Chartbell-Account names no key");
  return Account();
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
