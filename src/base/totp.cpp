#include "base/totp.h"

#include "base/crypto.h"
#include "base/encoding.h"

namespace chartbell {
namespace {

constexpr std::chrono::seconds kStep{30};
constexpr std::uint32_t kCodes = 1'000'000;
constexpr std::size_t kDigits = 6;

std::string big_endian(std::int64_t number) {
  std::string out(8, '\0');
  for (auto at = out.rbegin(); at != out.rend(); ++at, number >>= 8)
    *at = static_cast<char>(number & 0xff);
  return out;
}

// RFC 4226 §5.3.
std::uint32_t truncated(std::string_view hash) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(hash[at]); };
  const std::size_t at = byte(hash.size() - 1) & 0x0fU;
  return (byte(at) & 0x7fU) << 24 | static_cast<std::uint32_t>(byte(at + 1)) << 16 |
         static_cast<std::uint32_t>(byte(at + 2)) << 8 | byte(at + 3);
}

}  // namespace

std::int64_t totp_step(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch() / kStep;
}

std::string totp_code(std::string_view secret, std::int64_t step) {
  const auto digits = std::to_string(truncated(hmac_sha1(secret, big_endian(step))) % kCodes);
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code, WallTime now,
                                       std::int64_t last_used) {
  std::optional<std::int64_t> out;
  const auto present = totp_step(now);
  for (auto step = present - 1; step <= present + 1; ++step)
    if (equal_in_constant_time(totp_code(secret, step), code) && step > last_used) out = step;
  return out;
}

std::string otpauth_uri(std::string_view issuer, std::string_view name, std::string_view secret) {
  return "otpauth://totp/" + percent_encoded(issuer) + ":" + percent_encoded(name) +
         "?secret=" + to_base32(secret) + "&issuer=" + percent_encoded(issuer) +
         "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace chartbell
