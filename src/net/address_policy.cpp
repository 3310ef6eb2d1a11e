#include "net/address_policy.h"

#include <algorithm>
#include <span>

#include <arpa/inet.h>

namespace chartbell {
namespace {

// The addresses whose first `bits` bits are those of `start`.
template <class Address>
struct Block {
  Address start;
  unsigned bits;
};

// IANA IPv4 Special-Purpose Address Registry, multicast, and the host agent of one cloud, which has
// a public number.
constexpr Block<Ipv4> kRefusedIpv4[] = {
    {{0, 0, 0, 0}, 8},        {{10, 0, 0, 0}, 8},     {{100, 64, 0, 0}, 10},
    {{127, 0, 0, 0}, 8},      {{169, 254, 0, 0}, 16}, {{172, 16, 0, 0}, 12},
    {{192, 0, 0, 0}, 24},     {{192, 0, 2, 0}, 24},   {{192, 31, 196, 0}, 24},
    {{192, 52, 193, 0}, 24},  {{192, 88, 99, 0}, 24}, {{192, 168, 0, 0}, 16},
    {{192, 175, 48, 0}, 24},  {{198, 18, 0, 0}, 15},  {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24},   {{224, 0, 0, 0}, 4},    {{240, 0, 0, 0}, 4},
    {{168, 63, 129, 16}, 32},
};

constexpr Block<Ipv6> kPublicIpv6 = {{0x20}, 3};
constexpr Block<Ipv6> kRefusedIpv6[] = {
    {{0x20, 0x01}, 23},              // protocol assignments: Teredo, benchmarking, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4
    {{0x3f, 0xff}, 20},              // documentation
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48},  // AS112
};

constexpr Block<Ipv4> kLoopbackIpv4 = {{127, 0, 0, 0}, 8};
constexpr Block<Ipv6> kLoopbackIpv6 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128};

template <class Address>
bool within(const Address& address, const Block<Address>& block) {
  const std::size_t whole = block.bits / 8;
  if (!std::equal(address.begin(), address.begin() + whole, block.start.begin())) return false;
  if (block.bits % 8 == 0) return true;
  return (address[whole] ^ block.start[whole]) >> (8 - block.bits % 8) == 0;
}

template <class Address>
bool within_any(const Address& address, std::span<const Block<Address>> blocks) {
  return std::ranges::any_of(blocks, [&](const auto& block) { return within(address, block); });
}

bool is_public(const Ipv4& address) {
  return !within_any(address, std::span<const Block<Ipv4>>(kRefusedIpv4));
}

bool is_public(const Ipv6& address) {
  return within(address, kPublicIpv6) &&
         !within_any(address, std::span<const Block<Ipv6>>(kRefusedIpv6));
}

bool is_loopback(const Ipv4& address) {
  return within(address, kLoopbackIpv4);
}
bool is_loopback(const Ipv6& address) {
  return within(address, kLoopbackIpv6);
}

}  // namespace

bool AddressPolicy::allows(const IpAddress& address) const {
  return std::visit(
      [this](const auto& bytes) {
        return is_public(bytes) || (loopback_ == Loopback::kAllowed && is_loopback(bytes));
      },
      address);
}

std::optional<IpAddress> parse_address(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  // inet_pton is strict where the resolver's reader is not: four decimal parts, no leading zeros.
  if (Ipv4 v4; inet_pton(AF_INET, terminated.c_str(), v4.data()) == 1) return v4;
  if (Ipv6 v6; inet_pton(AF_INET6, terminated.c_str(), v6.data()) == 1) return v6;
  return std::nullopt;
}

}  // namespace chartbell
