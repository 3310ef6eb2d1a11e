// Which addresses deliveries may reach. Everything is refused that is not known to be public.
//
// IPv4: all but the special-purpose blocks (RFC 6890 and its registry, and 168.63.129.16).
// IPv6: only 2000::/3, less 2001::/23, 2001:db8::/32, 2002::/16, 3fff::/20 and 2620:4f:8000::/48;
// so every embedded form of an IPv4 address is refused without looking inside.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chartbell {

using Ipv4 = std::array<unsigned char, 4>;
using Ipv6 = std::array<unsigned char, 16>;
using IpAddress = std::variant<Ipv4, Ipv6>;

// Canonical dotted quad or RFC 4291 text; nothing for anything else (127.1, zone ids, …).
std::optional<IpAddress> parse_address(std::string_view text);

class AddressPolicy {
 public:
  // Loopback is for development mode, where the subscriber is the next terminal.
  enum class Loopback : std::uint8_t { kRefused, kAllowed };

  constexpr explicit AddressPolicy(Loopback loopback) : loopback_(loopback) {}

  bool allows(const IpAddress& address) const;

 private:
  Loopback loopback_;
};

}  // namespace chartbell
