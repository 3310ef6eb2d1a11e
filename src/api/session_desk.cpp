#include "api/session_desk.h"

#include "base/ascii.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace chartbell {
namespace {

// A name that browsers take from this host alone, over TLS (RFC 6265bis §4.1.3.2).
constexpr std::string_view kSecureName = "__Host-chartbell";
constexpr std::string_view kPlainName = "chartbell";
constexpr std::size_t kIdCharacters = 43;  // of 32 bytes

std::string_view without_scheme(std::string_view origin) {
  const auto at = origin.find("://");
  return at == std::string_view::npos ? std::string_view() : origin.substr(at + 3);
}

}  // namespace

SessionDesk::SessionDesk(Parts parts)
    : parts_(std::move(parts)), secure_(parts_.public_url.starts_with("https:")) {}

std::string SessionDesk::token_of(std::string_view id) const {
  return to_base64url(Hmac(parts_.key).sign({"csrf\n", id}));
}

std::string SessionDesk::cookie(std::string_view value) const {
  const auto name = secure_ ? kSecureName : kPlainName;
  return std::string(name) + '=' + std::string(value) + "; Path=/; HttpOnly; SameSite=Strict" +
         (secure_ ? "; Secure" : "");
}

std::string SessionDesk::end_cookie() const {
  return cookie("") + "; Max-Age=0";
}

std::optional<std::string> SessionDesk::id_in(const HttpFields& fields) const {
  auto cookies = field(fields, "cookie").value_or("");
  while (const auto value = take_cookie(cookies, secure_ ? kSecureName : kPlainName))
    if (value->size() == kIdCharacters) return std::string(*value);
  return std::nullopt;
}

bool SessionDesk::has_cookie(const HttpFields& fields) const {
  return id_in(fields).has_value();
}

Result<SessionDesk::Begun> SessionDesk::begin(const User& user, SignInState state,
                                              std::string in_place_of,
                                              std::optional<AuditNote> note) {
  const auto id = to_base64url(parts_.new_seed());
  const auto now = parts_.clock.now();
  UserSession session{.id_hash = sha256(id),
                      .user = user.id,
                      .state = state,
                      .created_at = now,
                      .seen_at = now,
                      .generation = user.generation};
  TRY_DO(parts_.users.begin_session(session, std::move(in_place_of), std::move(note)));
  return Begun{{user, std::move(session), token_of(id)}, cookie(id)};
}

Result<std::optional<SignedIn>> SessionDesk::look_up(const HttpFields& fields) {
  const auto id = id_in(fields);
  if (!id) return std::optional<SignedIn>();
  TRY(auto known, parts_.users.session(sha256(*id)));
  if (!known || !lasts(known->session, parts_.clock.now())) return std::optional<SignedIn>();
  return std::optional(SignedIn{std::move(known->user), std::move(known->session), token_of(*id)});
}

Result<bool> SessionDesk::still_lasts(std::string_view id_hash) {
  TRY(const auto known, parts_.users.session(id_hash));
  return known && known->session.state == SignInState::kSignedIn &&
         lasts(known->session, parts_.clock.now());
}

void SessionDesk::seen(SignedIn& who) {
  const auto now = parts_.clock.now();
  if (now - who.session.seen_at < kSeenStep) return;
  parts_.users.see_session(who.session.id_hash, now);
  who.session.seen_at = now;
}

bool SessionDesk::is_foreign(const HttpRequest& request) const {
  const auto site = field(request.fields, "sec-fetch-site");
  if (site && *site != "same-origin" && *site != "none") return true;
  const auto origin = field(request.fields, "origin");
  if (!origin || *origin == parts_.public_url) return false;
  const auto host = field(request.fields, "host").value_or("");
  return host.empty() || !equal_ignoring_case(without_scheme(*origin), host);
}

bool SessionDesk::has_token(const HttpRequest& request, const SignedIn& who) {
  const auto given = field(request.fields, "x-chartbell-csrf").value_or("");
  return equal_in_constant_time(given, who.csrf_token);
}

}  // namespace chartbell
