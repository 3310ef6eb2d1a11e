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

std::string vendor_with(Hmac& hmac, std::string_view timestamp, std::string_view body) {
  return to_hex(hmac.sign({timestamp, ".", to_base64(body)}));
}

std::string standard_with(Hmac& hmac, std::string_view id, std::string_view unix_seconds,
                          std::string_view body) {
  return "v1," + to_base64(hmac.sign({id, ".", unix_seconds, ".", body}));
}

std::string asymmetric(std::string_view seed, std::string_view id, std::string_view unix_seconds,
                       std::string_view body) {
  std::string message;
  message.append(id).append(".").append(unix_seconds).append(".").append(body);
  return "v1a," + to_base64(ed25519_sign(seed, message));
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
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

Signer::Keys Signer::keys_of(std::string_view secret, std::optional<WallTime> until) {
  return {until, Hmac(secret), Hmac(standard_key(secret))};
}

Signer::Signer(const Endpoint& endpoint)
    : secret_(endpoint.secret_key), options_(endpoint.options) {
  keys_.push_back(keys_of(secret_, std::nullopt));
  for (const auto& retired : options_.retired_secrets)
    keys_.push_back(keys_of(retired.secret, retired.until));
}

bool Signer::fits(const Endpoint& endpoint) const {
  return secret_ == endpoint.secret_key && options_ == endpoint.options;
}

Signer::Keys& Signer::vendor_keys(WallTime now) {
  return keys_.size() > 1 && now < *keys_.back().until ? keys_.back() : keys_.front();
}

std::string Signer::lines(std::string_view message_id, WallTime now, std::string_view body) {
  const std::string timestamp = to_text(now);
  const std::string seconds = std::to_string(unix_seconds_of(now));
  std::string out;
  out.reserve(512);
  append_line(out, "content-type", "application/json");
  append_line(out, "timestamp", timestamp);
  append_line(out, "signature", vendor_with(vendor_keys(now).vendor, timestamp, body));
  append_line(out, "webhook-id", message_id);
  append_line(out, "webhook-timestamp", seconds);
  out += "webhook-signature: ";
  for (auto& keys : keys_) {
    if (keys.until && now >= *keys.until) continue;
    if (out.back() != ' ') out += ' ';
    out += standard_with(keys.standard, message_id, seconds, body);
  }
  if (!options_.ed25519_seed.empty())
    out += " " + asymmetric(options_.ed25519_seed, message_id, seconds, body);
  out += "\r\n";
  if (!options_.legacy_header.empty())
    append_line(out, options_.legacy_header, to_hex(vendor_keys(now).vendor.sign({body})));
  return out;
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
