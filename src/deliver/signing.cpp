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

}  // namespace

std::string vendor_signature(std::string_view secret, std::string_view timestamp,
                             std::string_view body) {
  return to_hex(Hmac(secret).sign({timestamp, ".", to_base64(body)}));
}

std::string standard_signature(std::string_view secret, std::string_view id,
                               std::int64_t unix_seconds, std::string_view body) {
  const std::string time = std::to_string(unix_seconds);
  return "v1," + to_base64(Hmac(standard_key(secret)).sign({id, ".", time, ".", body}));
}

std::string new_secret(Random& random) {
  unsigned char bytes[32];
  random.fill(bytes);
  return std::string(kPrefix) + to_base64({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

std::vector<std::pair<std::string, std::string>> signed_fields(std::string_view secret,
                                                               std::string_view message_id,
                                                               WallTime now,
                                                               std::string_view body) {
  const std::string timestamp = to_text(now);
  const auto seconds = unix_seconds_of(now);
  return {{"content-type", "application/json"},
          {"timestamp", timestamp},
          {"signature", vendor_signature(secret, timestamp, body)},
          {"webhook-id", std::string(message_id)},
          {"webhook-timestamp", std::to_string(seconds)},
          {"webhook-signature", standard_signature(secret, message_id, seconds, body)}};
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
