#include "api/sign_in.h"

#include <algorithm>

#include "api/password_rules.h"
#include "base/ascii.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/totp.h"

namespace chartbell {
namespace {

constexpr std::string_view kIssuer = "Chartbell";
constexpr int kRecoveryCodes = 10;
constexpr std::size_t kRecoveryCharacters = 10;  // 50 bits
constexpr std::size_t kCodeBytesMax = 32;

std::unexpected<Error> wrong(std::string what) {
  return failure(Code::kUnauthorized, std::move(what));
}

bool is_six_digits(std::string_view code) {
  return code.size() == 6 && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

// As people type it: without blanks and dashes, in small letters.
std::string plain(std::string_view code) {
  std::string out;
  for (const char c : code)
    if (c != ' ' && c != '-') out += to_lower(c);
  return out;
}

// "abcde-fghij".
std::string in_two_halves(std::string code) {
  return code.insert(kRecoveryCharacters / 2, "-");
}

std::string what_changes(const UserChange& change) {
  std::string out;
  const auto add = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
  if (change.display_name) add("display_name");
  if (change.role) add("role " + std::string(name(*change.role)));
  if (change.disabled) add(*change.disabled ? "disabled" : "enabled");
  if (!change.password_hash.empty()) add("password");
  if (change.without_second_factor) add("second_factor off");
  return out;
}

}  // namespace

AuditNote note_of(const User& user, std::string act) {
  return {.user = user.id, .who = user.name, .act = std::move(act)};
}

SignIn::SignIn(SignInParts parts)
    : parts_(std::move(parts)),
      sessions_({.users = parts_.users,
                 .clock = parts_.clock,
                 .new_seed = parts_.new_seed,
                 .key = parts_.key,
                 .public_url = parts_.public_url}),
      guesses_(parts_.clock, parts_.rates),
      nobodys_hash_(password_hash(parts_.new_seed(), parts_.cost).value_or("")) {}

bool SignIn::is_setup_token(std::string_view text) const {
  return !parts_.setup_token.empty() && equal_in_constant_time(text, parts_.setup_token);
}

// ---- passwords ----------------------------------------------------------------------------------

Result<std::string> SignIn::checked_hash(const std::string& password, const std::string& name) {
  TRY_DO(check_new_password(password, name));
  return password_hash(password, parts_.cost);
}

Result<SignIn::Begun> SignIn::set_up(std::string name, std::string display_name,
                                     const std::string& password) {
  NewUser first{.name = std::move(name),
                .display_name = std::move(display_name),
                .role = Role::kAdmin,
                .password_hash = {}};
  TRY(first.password_hash, checked_hash(password, first.name));
  AuditNote note{.who = first.name, .act = "set_up", .detail = "role admin"};
  TRY(const auto user,
      parts_.users.add_user(std::move(first), UserStore::Which::kFirst, std::move(note)));
  return sessions_.begin(user, SignInState::kSignedIn, "", note_of(user, "signed_in"));
}

Result<SignIn::Begun> SignIn::enter(const std::string& name, const std::string& password,
                                    std::string in_place_of) {
  TRY(const auto secrets, parts_.users.secrets(name));
  const bool fits = password_fits(secrets ? secrets->password_hash : nobodys_hash_, password);
  if (!secrets) return wrong("Wrong name or password");
  const auto& user = secrets->user;
  if (!fits || user.disabled_at) {
    parts_.audit.record_soon(note_of(user, "sign_in_refused"));
    return wrong("Wrong name or password");
  }
  TRY_DO(renew(*secrets, password));
  if (user.second_factor)
    return sessions_.begin(user, SignInState::kPasswordOnly, std::move(in_place_of), std::nullopt);
  return sessions_.begin(user, SignInState::kSignedIn, std::move(in_place_of),
                         note_of(user, "signed_in"));
}

Result<void> SignIn::renew(const UserSecrets& secrets, const std::string& password) {
  if (!needs_rehash(secrets.password_hash, parts_.cost)) return {};
  TRY(auto hash, password_hash(password, parts_.cost));
  return parts_.users.renew_hash(secrets.user.id, secrets.password_hash, std::move(hash));
}

Result<UserSecrets> SignIn::proven(const SignedIn& who, const std::string& password) {
  TRY(auto secrets, parts_.users.secrets(who.user.id));
  if (!secrets || !password_fits(secrets->password_hash, password))
    return wrong("The password is wrong");
  return *std::move(secrets);
}

Result<SignIn::Begun> SignIn::begin_again(const SignedIn& before, std::optional<AuditNote> note) {
  TRY(const auto now, parts_.users.secrets(before.user.id));
  if (!now) return wrong("Not signed in");
  return sessions_.begin(now->user, SignInState::kSignedIn, before.session.id_hash,
                         std::move(note));
}

Result<SignIn::Begun> SignIn::change_password(const SignedIn& who, const std::string& current,
                                              const std::string& wanted) {
  TRY_DO(proven(who, current));
  if (wanted == current) return failure(Code::kInvalid, "password: is the one that you have");
  UserChange change;
  TRY(change.password_hash, checked_hash(wanted, who.user.name));
  TRY_DO(parts_.users.change_user(who.user.id, std::move(change),
                                  note_of(who.user, "changed_password")));
  return begin_again(who, std::nullopt);
}

Result<User> SignIn::add_user(const SignedIn& by, NewUser user, const std::string& password) {
  TRY(user.password_hash, checked_hash(password, user.name));
  auto note = note_of(by.user, "added_user");
  note.detail = user.name + ", role " + std::string(name(user.role));
  return parts_.users.add_user(std::move(user), UserStore::Which::kAny, std::move(note));
}

Result<User> SignIn::change_user(const SignedIn& by, UserId id, UserChange change,
                                 const std::string& password) {
  if (!password.empty()) {
    TRY(const auto whose, parts_.users.secrets(id));
    if (!whose) return failure(Code::kNotFound, "User not found");
    TRY(change.password_hash, checked_hash(password, whose->user.name));
  }
  auto note = note_of(by.user, "changed_user");
  note.about = "user " + to_string(id);
  note.detail = what_changes(change);
  return parts_.users.change_user(id, std::move(change), std::move(note));
}

// ---- the second factor --------------------------------------------------------------------------

std::string SignIn::recovery_hash(UserId id, std::string_view code) const {
  return Hmac(parts_.key).sign({"recovery\n", to_string(id), "\n", plain(code)});
}

std::vector<std::string> SignIn::new_recovery_codes() {
  std::vector<std::string> out;
  for (int i = 0; i < kRecoveryCodes; ++i)
    out.push_back(to_lower(to_base32(parts_.new_seed())).substr(0, kRecoveryCharacters));
  return out;
}

Result<bool> SignIn::use_code(const UserSecrets& secrets, const std::string& code) {
  const auto id = secrets.user.id;
  if (!is_six_digits(code))
    return parts_.users.use_recovery_code(id, recovery_hash(id, code),
                                          note_of(secrets.user, "used_recovery_code"));
  const auto step =
      totp_match(secrets.totp_secret, code, parts_.clock.now(), secrets.totp_last_step);
  return step ? parts_.users.use_step(id, *step) : Result<bool>(false);
}

Result<SignIn::Begun> SignIn::second_factor(const SignedIn& pending, const std::string& code) {
  TRY(const auto secrets, parts_.users.secrets(pending.user.id));
  if (!secrets || code.size() > kCodeBytesMax) return wrong("Wrong code");
  TRY(const bool right, use_code(*secrets, code));
  if (!right) {
    TRY_DO(parts_.users.count_wrong_code(pending.session.id_hash));
    parts_.audit.record_soon(note_of(secrets->user, "second_factor_refused"));
    return wrong("Wrong code");
  }
  return sessions_.begin(pending.user, SignInState::kSignedIn, pending.session.id_hash,
                         note_of(pending.user, "signed_in"));
}

Result<SignIn::Offer> SignIn::offer_second_factor(const SignedIn& who,
                                                  const std::string& password) {
  TRY_DO(proven(who, password));
  const auto secret = parts_.new_seed().substr(0, kTotpSecretBytes);
  TRY_DO(parts_.users.offer_second_factor(who.user.id, secret));
  return Offer{to_base32(secret), otpauth_uri(kIssuer, who.user.name, secret)};
}

Result<SignIn::Confirmed> SignIn::confirm_second_factor(const SignedIn& who,
                                                        const std::string& code) {
  TRY(const auto secrets, parts_.users.secrets(who.user.id));
  if (!secrets || secrets->totp_secret.empty() || secrets->user.second_factor)
    return failure(Code::kConflict, "No second factor waits to be confirmed");
  const auto step = totp_match(secrets->totp_secret, code, parts_.clock.now(), 0);
  if (!step) return wrong("Wrong code");
  auto codes = new_recovery_codes();
  std::vector<std::string> hashes;
  for (const auto& one : codes) hashes.push_back(recovery_hash(who.user.id, one));
  TRY_DO(parts_.users.confirm_second_factor(who.user.id, *step, std::move(hashes),
                                            note_of(who.user, "turned_on_second_factor")));
  TRY(auto begun, begin_again(who, std::nullopt));
  std::ranges::transform(codes, codes.begin(), in_two_halves);
  return Confirmed{std::move(begun), std::move(codes)};
}

Result<SignIn::Begun> SignIn::drop_second_factor(const SignedIn& who, const std::string& password) {
  TRY(const auto secrets, proven(who, password));
  if (!secrets.user.second_factor) return failure(Code::kConflict, "No second factor is on");
  UserChange change;
  change.without_second_factor = true;
  TRY_DO(parts_.users.change_user(who.user.id, std::move(change),
                                  note_of(who.user, "turned_off_second_factor")));
  return begin_again(who, std::nullopt);
}

}  // namespace chartbell
