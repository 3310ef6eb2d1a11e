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
#include <vector>

#include "base/result.h"

namespace chartbell {

using Ipv4 = std::array<unsigned char, 4>;
using Ipv6 = std::array<unsigned char, 16>;
using IpAddress = std::variant<Ipv4, Ipv6>;

// Canonical dotted quad or RFC 4291 text; nothing for anything else (127.1, zone ids, …).
std::optional<IpAddress> parse_address(std::string_view text);
bool is_loopback(const IpAddress& address);

// The addresses whose first `bits` bits are those of `start`.
struct AddressBlock {
  IpAddress start;
  unsigned bits = 0;

  bool contains(const IpAddress& address) const;
  friend bool operator==(const AddressBlock&, const AddressBlock&) = default;
};

// What an operator opens beyond the public addresses: a receiver in the same house.
struct AllowedBlock {
  AddressBlock block;
  std::uint16_t port = 0;  // 0: the ports of the policy

  friend bool operator==(const AllowedBlock&, const AllowedBlock&) = default;
};

// "10.1.2.0/24:8443", "192.168.7.9", "fd12::/64", "[fd12::1]:8443". kConfig, saying what is wrong,
// for bits set behind the prefix, and for blocks that are neither wholly in 10/8, 172.16/12,
// 192.168/16, 100.64/10 or fc00::/7 nor wholly public: link-local, loopback and embedded addresses
// are not for anybody to open.
Result<AllowedBlock> parse_allowed(std::string_view text);
// The prefix of a NAT64 gateway: IPv6 of 32, 40, 48, 56, 64 or 96 bits (RFC 6052 §2.2). kConfig.
Result<AddressBlock> parse_nat64(std::string_view text);

struct EgressRules {
  std::vector<AllowedBlock> allow{};
  std::vector<std::uint16_t> ports{};  // any, where empty
  std::vector<AddressBlock> nat64{};   // prefixes of the network's own gateways; refused
  std::vector<IpAddress> own{};        // addresses of this machine (own_addresses.h); refused
};

class AddressPolicy {
 public:
  // Loopback is for development mode, where the subscriber is the next terminal.
  enum class Loopback : std::uint8_t { kRefused, kAllowed };

  explicit AddressPolicy(Loopback loopback, EgressRules rules = {})
      : loopback_(loopback), rules_(std::move(rules)) {}

  // An entry of the allow list opens its addresses and nothing else: those of this machine, of a
  // NAT64 gateway and of the clouds' metadata services stay refused. Allowed loopback has all
  // ports.
  bool allows(const IpAddress& address, std::uint16_t port) const;
  // False where no address could be reached there.
  bool may_use_port(std::uint16_t port) const;

 private:
  bool is_refused_here(const IpAddress& address) const;
  bool is_listed(const IpAddress& address, std::uint16_t port) const;
  bool is_usual(std::uint16_t port) const;

  Loopback loopback_;
  EgressRules rules_;
};

}  // namespace chartbell
