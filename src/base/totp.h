// One-time codes of an authenticator app: TOTP (RFC 6238) over HMAC-SHA1, 30 seconds, 6 digits,
// which is what every such app can do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace chartbell {

inline constexpr std::size_t kTotpSecretBytes = 20;  // as long as the hash (RFC 4226 §4)

// Which 30 seconds since 1970.
std::int64_t totp_step(WallTime time);
// Six digits.
std::string totp_code(std::string_view secret, std::int64_t step);
// The step whose code this is: the present one, or one to either side for clocks that differ and
// people who type slowly (RFC 6238 §5.2). Only steps behind `last_used` count, so that a code is
// good once.
std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code, WallTime now,
                                       std::int64_t last_used);
// What apps read from a QR code.
std::string otpauth_uri(std::string_view issuer, std::string_view name, std::string_view secret);

}  // namespace chartbell
