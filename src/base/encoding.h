// Hex, base64 and base32 (RFC 4648 §4 to §6), and the little-endian varints of our packed records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chartbell {

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

// Standard alphabet, padded, no line breaks.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
// URL alphabet without padding: what a JSON Web Token is made of (RFC 7515 §2).
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// Capital letters without padding (RFC 4648 §6): what authenticator apps call a secret.
std::string to_base32(std::string_view bytes);

// %41 → A (RFC 3986 §2.1); nothing where a % is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text);

// Everything but letters, digits and - . _ ~ as %41.
std::string percent_encoded(std::string_view text);

void append_varint(std::string& out, std::uint64_t value);
// Takes one varint off the front of `in`; nothing if it is cut short or longer than 64 bits.
std::optional<std::uint64_t> take_varint(std::string_view& in);

}  // namespace chartbell
