#include "deliver/signing.h"

#include <charconv>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

constexpr std::string_view kPrefix = "whsec_";

std::string standard_key(std::string_view secret) {
  if (!secret.starts_with(kPrefix)) return std::string(secret);
  return from_base64(secret.substr(kPrefix.size())).value_or(std::string(secret));
}

// The header may hold several signatures, separated by blanks.
bool any_equals(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const auto one = list.substr(0, list.find(' '));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    if (equal_in_constant_time(one, wanted)) return true;
  }
  return false;
}

Verdict verdict(bool genuine) {
  return genuine ? Verdict::kGenuine : Verdict::kWrong;
}

std::int64_t unix_seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string vendor_with(Hmac& hmac, std::string_view timestamp, std::string_view body) {
  return to_hex(hmac.sign({timestamp, ".", to_base64(body)}));
}

std::string standard_with(Hmac& hmac, std::string_view id, std::string_view unix_seconds,
                          std::string_view body) {
  return "v1," + to_base64(hmac.sign({id, ".", unix_seconds, ".", body}));
}

}  // namespace

std::string vendor_signature(std::string_view secret, std::string_view timestamp,
                             std::string_view body) {
  Hmac hmac(secret);
  return vendor_with(hmac, timestamp, body);
}

std::string standard_signature(std::string_view secret, std::string_view id,
                               std::int64_t unix_seconds, std::string_view body) {
  Hmac hmac(standard_key(secret));
  return standard_with(hmac, id, std::to_string(unix_seconds), body);
}

std::string new_secret(Random& random) {
  unsigned char bytes[32];
  random.fill(bytes);
  return std::string(kPrefix) + to_base64({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

Signer::Signer(std::string secret)
    : secret_(std::move(secret)), vendor_(secret_), standard_(standard_key(secret_)) {}

std::vector<std::pair<std::string, std::string>> Signer::fields(std::string_view message_id,
                                                                WallTime now,
                                                                std::string_view body) {
  const std::string timestamp = to_text(now);
  const std::string seconds = std::to_string(unix_seconds_of(now));
  return {{"content-type", "application/json"},
          {"timestamp", timestamp},
          {"signature", vendor_with(vendor_, timestamp, body)},
          {"webhook-id", std::string(message_id)},
          {"webhook-timestamp", seconds},
          {"webhook-signature", standard_with(standard_, message_id, seconds, body)}};
}

Verification verify_values(std::string_view secret, std::string_view timestamp,
                           std::string_view signature, std::string_view id,
                           std::string_view unix_seconds, std::string_view standard,
                           std::string_view body) {
  Verification out;
  if (!signature.empty())
    out.vendor =
        verdict(equal_in_constant_time(signature, vendor_signature(secret, timestamp, body)));
  if (!standard.empty()) {
    std::int64_t seconds = 0;
    const auto* end = unix_seconds.data() + unix_seconds.size();
    const bool sound = std::from_chars(unix_seconds.data(), end, seconds).ptr == end;
    out.standard =
        verdict(sound && any_equals(standard, standard_signature(secret, id, seconds, body)));
  }
  return out;
}

}  // namespace chartbell
