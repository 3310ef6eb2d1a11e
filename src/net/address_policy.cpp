#include "net/address_policy.h"

#include <algorithm>
#include <charconv>
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

constexpr Block<Ipv4> kLoopbackIpv4[] = {{{127, 0, 0, 0}, 8}};
constexpr Block<Ipv6> kLoopbackIpv6[] = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128}};

// Private use (RFC 1918, 6598, 4193): refused, but an operator may open a part.
constexpr Block<Ipv4> kPrivateIpv4[] = {
    {{10, 0, 0, 0}, 8}, {{100, 64, 0, 0}, 10}, {{172, 16, 0, 0}, 12}, {{192, 168, 0, 0}, 16}};
constexpr Block<Ipv6> kPrivateIpv6[] = {{{0xfc}, 7}};

// Metadata services that sit in the blocks above, with credentials for whoever asks.
constexpr Block<Ipv4> kMetadataIpv4[] = {{{100, 100, 100, 200}, 32}};
constexpr Block<Ipv6> kMetadataIpv6[] = {
    {{0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, 128},
    {{0xfd, 0x20, 0x00, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, 128},
};

std::uint32_t number_of(const Ipv4& address) {
  return std::uint32_t{address[0]} << 24 | std::uint32_t{address[1]} << 16 |
         std::uint32_t{address[2]} << 8 | address[3];
}

bool begins_with(const Ipv4& address, const Ipv4& start, unsigned bits) {
  return bits == 0 || (number_of(address) ^ number_of(start)) >> (32 - bits) == 0;
}
bool begins_with(const Ipv6& address, const Ipv6& start, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(address.begin(), address.begin() + whole, start.begin())) return false;
  return bits % 8 == 0 || (address[whole] ^ start[whole]) >> (8 - bits % 8) == 0;
}

template <class Address>
struct Tables;
template <>
struct Tables<Ipv4> {
  static constexpr std::span<const Block<Ipv4>> kRefused = kRefusedIpv4;
  static constexpr std::span<const Block<Ipv4>> kLoopback = kLoopbackIpv4;
  static constexpr std::span<const Block<Ipv4>> kPrivate = kPrivateIpv4;
  static constexpr std::span<const Block<Ipv4>> kMetadata = kMetadataIpv4;
};
template <>
struct Tables<Ipv6> {
  static constexpr std::span<const Block<Ipv6>> kRefused = kRefusedIpv6;
  static constexpr std::span<const Block<Ipv6>> kLoopback = kLoopbackIpv6;
  static constexpr std::span<const Block<Ipv6>> kPrivate = kPrivateIpv6;
  static constexpr std::span<const Block<Ipv6>> kMetadata = kMetadataIpv6;
};

// All addresses that begin as this one does.
template <class Address>
bool is_inside(const Block<Address>& block, std::span<const Block<Address>> blocks) {
  return std::ranges::any_of(blocks, [&](const auto& outer) {
    return outer.bits <= block.bits && begins_with(block.start, outer.start, outer.bits);
  });
}
template <class Address>
bool overlaps(const Block<Address>& block, std::span<const Block<Address>> blocks) {
  return std::ranges::any_of(blocks, [&](const auto& other) {
    return begins_with(block.start, other.start, std::min(block.bits, other.bits));
  });
}

bool may_be_public(const Block<Ipv4>&) {
  return true;
}
bool may_be_public(const Block<Ipv6>& block) {
  return block.bits >= kPublicIpv6.bits &&
         begins_with(block.start, kPublicIpv6.start, kPublicIpv6.bits);
}
template <class Address>
bool is_public(const Block<Address>& block) {
  return may_be_public(block) && !overlaps(block, Tables<Address>::kRefused);
}

template <class Address>
Block<Address> alone(const Address& address) {
  return {address, 8 * sizeof address};
}

bool is_public(const IpAddress& address) {
  return std::visit([](const auto& bytes) { return is_public(alone(bytes)); }, address);
}
bool is_metadata(const IpAddress& address) {
  return std::visit(
      [](const auto& bytes) {
        return is_inside(alone(bytes), Tables<std::decay_t<decltype(bytes)>>::kMetadata);
      },
      address);
}

bool may_be_opened(const AddressBlock& block) {
  return std::visit(
      [&](const auto& start) {
        const Block<std::decay_t<decltype(start)>> typed{start, block.bits};
        return is_public(typed) ||
               is_inside(typed, Tables<std::decay_t<decltype(start)>>::kPrivate);
      },
      block.start);
}

bool has_bits_behind(const AddressBlock& block) {
  return std::visit(
      [&](const auto& start) {
        auto cleared = start;
        for (std::size_t bit = block.bits; bit < 8 * sizeof start; ++bit)
          cleared[bit / 8] &= static_cast<unsigned char>(~(0x80U >> bit % 8));
        return cleared != start;
      },
      block.start);
}

template <class Number>
std::optional<Number> parse_number(std::string_view text, Number max) {
  Number number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool canonical = !text.empty() && (text.front() != '0' || text.size() == 1);
  if (!canonical || error != std::errc() || stop != end || number > max) return std::nullopt;
  return number;
}

std::unexpected<Error> no_block(std::string_view text, std::string_view why) {
  return failure(Code::kConfig, "\"" + std::string(text) + "\" " + std::string(why));
}

Result<AddressBlock> parse_block(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto start = parse_address(text.substr(0, slash));
  if (!start) return no_block(text, "is no address or block; write it like 10.1.2.0/24 or fd12::1");
  const unsigned bits_max = std::holds_alternative<Ipv4>(*start) ? 32 : 128;
  AddressBlock block{*start, bits_max};
  if (slash == text.size()) return block;
  const auto bits = parse_number(text.substr(slash + 1), bits_max);
  if (!bits)
    return no_block(text, "has a prefix that is no number up to " + std::to_string(bits_max));
  block.bits = *bits;
  if (has_bits_behind(block)) return no_block(text, "has bits set behind its prefix; clear them");
  return block;
}

}  // namespace

bool AddressBlock::contains(const IpAddress& address) const {
  return std::visit(
      [&](const auto& bytes) {
        const auto* same = std::get_if<std::decay_t<decltype(bytes)>>(&start);
        return same != nullptr && begins_with(bytes, *same, bits);
      },
      address);
}

bool is_loopback(const IpAddress& address) {
  return std::visit(
      [](const auto& bytes) {
        return is_inside(alone(bytes), Tables<std::decay_t<decltype(bytes)>>::kLoopback);
      },
      address);
}

Result<AllowedBlock> parse_allowed(std::string_view text) {
  std::string_view block = text;
  std::string_view port;
  const bool bracketed = text.starts_with('[');
  // Without brackets a second colon makes it an IPv6 address, which has no port then.
  const auto colon = bracketed ? text.find("]:") : text.find(':');
  if (bracketed && colon == std::string_view::npos)
    return no_block(text, "has a bracket without \"]:port\" behind it");
  if (bracketed || (colon != std::string_view::npos && colon == text.rfind(':'))) {
    block = text.substr(bracketed ? 1 : 0, colon - (bracketed ? 1 : 0));
    port = text.substr(colon + (bracketed ? 2 : 1));
  }
  AllowedBlock out;
  TRY(out.block, parse_block(block));
  if (block.size() != text.size()) {
    const auto number = parse_number<unsigned>(port, 65535);
    if (!number || *number == 0) return no_block(text, "has a port that is none of 1 to 65535");
    out.port = static_cast<std::uint16_t>(*number);
  }
  if (!may_be_opened(out.block))
    return no_block(text,
                    "cannot be allowed; a block lies wholly in 10.0.0.0/8, 172.16.0.0/12, "
                    "192.168.0.0/16, 100.64.0.0/10 or fc00::/7, or is public");
  return out;
}

Result<AddressBlock> parse_nat64(std::string_view text) {
  constexpr unsigned kLengths[] = {32, 40, 48, 56, 64, 96};
  TRY(const auto block, parse_block(text));
  if (std::holds_alternative<Ipv4>(block.start) || std::ranges::count(kLengths, block.bits) == 0)
    return no_block(text, "is no NAT64 prefix; those are IPv6, of 32, 40, 48, 56, 64 or 96 bits");
  return block;
}

bool AddressPolicy::allows(const IpAddress& address, std::uint16_t port) const {
  if (is_loopback(address)) return loopback_ == Loopback::kAllowed;
  if (is_refused_here(address)) return false;
  return is_listed(address, port) || (is_usual(port) && is_public(address));
}

bool AddressPolicy::is_refused_here(const IpAddress& address) const {
  return std::ranges::count(rules_.own, address) != 0 || is_metadata(address) ||
         std::ranges::any_of(rules_.nat64, [&](const auto& one) { return one.contains(address); });
}

bool AddressPolicy::is_listed(const IpAddress& address, std::uint16_t port) const {
  return std::ranges::any_of(rules_.allow, [&](const AllowedBlock& allowed) {
    return allowed.block.contains(address) &&
           (allowed.port == 0 ? is_usual(port) : allowed.port == port);
  });
}

bool AddressPolicy::is_usual(std::uint16_t port) const {
  return rules_.ports.empty() || std::ranges::count(rules_.ports, port) != 0;
}

bool AddressPolicy::may_use_port(std::uint16_t port) const {
  return loopback_ == Loopback::kAllowed || is_usual(port) ||
         std::ranges::count(rules_.allow, port, &AllowedBlock::port) != 0;
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
