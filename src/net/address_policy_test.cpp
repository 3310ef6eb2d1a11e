#include "net/address_policy.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace chartbell {
namespace {

constexpr AddressPolicy kStrict{AddressPolicy::Loopback::kRefused};
constexpr AddressPolicy kDevelopment{AddressPolicy::Loopback::kAllowed};
constexpr int kRandomAddresses = 300'000;

bool allowed(std::string_view text, AddressPolicy policy = kStrict) {
  const auto address = parse_address(text);
  EXPECT_TRUE(address) << text;
  return address && policy.allows(*address);
}

// The same rules once more, written as ranges of numbers rather than as prefixes.
bool expected(std::uint32_t address) {
  struct Range {
    std::uint32_t first, last;
  };
  constexpr Range kRanges[] = {
      {0x00000000, 0x00ffffff}, {0x0a000000, 0x0affffff}, {0x64400000, 0x647fffff},
      {0x7f000000, 0x7fffffff}, {0xa83f8110, 0xa83f8110}, {0xa9fe0000, 0xa9feffff},
      {0xac100000, 0xac1fffff}, {0xc0000000, 0xc00000ff}, {0xc0000200, 0xc00002ff},
      {0xc01fc400, 0xc01fc4ff}, {0xc034c100, 0xc034c1ff}, {0xc0586300, 0xc05863ff},
      {0xc0a80000, 0xc0a8ffff}, {0xc0af3000, 0xc0af30ff}, {0xc6120000, 0xc613ffff},
      {0xc6336400, 0xc63364ff}, {0xcb007100, 0xcb0071ff}, {0xe0000000, 0xffffffff},
  };
  for (const Range& range : kRanges)
    if (address >= range.first && address <= range.last) return false;
  return true;
}

bool expected(const Ipv6& bytes) {
  const auto group = [&](int i) {
    const auto at = static_cast<std::size_t>(2 * i);
    return bytes[at] << 8 | bytes[at + 1];
  };
  const int first = group(0);
  const int second = group(1);
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) return false;
  if (first == 0x2002) return false;
  if (first == 0x3fff && second < 0x1000) return false;
  return !(first == 0x2620 && second == 0x004f && group(2) == 0x8000);
}

Ipv4 to_bytes(std::uint32_t number) {
  return {static_cast<unsigned char>(number >> 24), static_cast<unsigned char>(number >> 16),
          static_cast<unsigned char>(number >> 8), static_cast<unsigned char>(number)};
}

TEST(AddressPolicy, EdgesOfEveryIpv4Block) {
  struct Block {
    const char *before, *first, *last, *after;  // null where the neighbour is refused, too
  };
  const Block kBlocks[] = {
      {nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
      {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
      {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
      {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
      {"168.63.129.15", "168.63.129.16", "168.63.129.16", "168.63.129.17"},
      {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
      {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
      {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
      {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
      {"192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0"},
      {"192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0"},
      {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
      {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
      {"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"},
      {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
      {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
      {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
      {"223.255.255.255", "224.0.0.0", "239.255.255.255", nullptr},
      {nullptr, "240.0.0.0", "255.255.255.255", nullptr},
  };
  for (const Block& block : kBlocks) {
    EXPECT_FALSE(allowed(block.first)) << block.first;
    EXPECT_FALSE(allowed(block.last)) << block.last;
    if (block.before) EXPECT_TRUE(allowed(block.before)) << block.before;
    if (block.after) EXPECT_TRUE(allowed(block.after)) << block.after;
  }
}

TEST(AddressPolicy, EdgesOfEveryIpv6Block) {
  for (const char* text : {"2000::", "2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
                           "2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::",
                           "2606:4700:4700::1111", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff",
                           "2620:4f:8001::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                           "3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"})
    EXPECT_TRUE(allowed(text)) << text;
  for (const char* text : {"1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                           "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                           "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                           "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                           "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
                           "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                           "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"})
    EXPECT_FALSE(allowed(text)) << text;
}

// What filters elsewhere let through (GitLab, Gogs, Gitea, Mattermost and others).
TEST(AddressPolicy, KnownWaysAroundFiltersAreClosed) {
  for (const char* text : {"169.254.169.254",
                           "168.63.129.16",
                           "192.0.0.192",
                           "100.100.100.200",
                           "0.1.2.3",
                           "198.18.0.1",
                           "240.0.0.1",
                           "192.88.99.1",
                           "::",
                           "::1",
                           "::7f00:1",
                           "::127.0.0.1",
                           "::ffff:127.0.0.1",
                           "::ffff:8.8.8.8",
                           "64:ff9b::a9fe:a9fe",
                           "64:ff9b:1::a9fe:a9fe",
                           "2002:a9fe:a9fe::",
                           "2001:0:7f00:1::",
                           "2001:2::1",
                           "2001:20::1",
                           "100::1",
                           "100:0:0:1::1",
                           "fd00:ec2::254",
                           "fd20:ce::254",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "4000::1",
                           "5f00::1",
                           "3fff::1"})
    EXPECT_FALSE(allowed(text)) << text;
}

TEST(AddressPolicy, DevelopmentModeAddsLoopbackAndNothingElse) {
  for (const char* text : {"127.0.0.1", "127.255.255.255", "::1", "8.8.8.8", "2606:4700::1"})
    EXPECT_TRUE(allowed(text, kDevelopment)) << text;
  for (const char* text : {"10.0.0.1", "0.0.0.0", "128.0.0.0.", "::", "::2", "::ffff:127.0.0.1"})
    if (const auto address = parse_address(text))
      EXPECT_EQ(kDevelopment.allows(*address), kStrict.allows(*address)) << text;
}

TEST(AddressPolicy, AgreesWithASecondWritingOfTheRulesForIpv4) {
  SeededRandom random(4);
  for (int i = 0; i < kRandomAddresses; ++i) {
    const auto number = static_cast<std::uint32_t>(random.below(std::uint64_t{1} << 32));
    ASSERT_EQ(kStrict.allows(to_bytes(number)), expected(number)) << number;
  }
}

TEST(AddressPolicy, AgreesWithASecondWritingOfTheRulesNearTheirEdges) {
  SeededRandom random(5);
  constexpr std::uint32_t kEdges[] = {0x00000000, 0x0a000000, 0x64400000, 0x7f000000, 0xa83f8110,
                                      0xa9fe0000, 0xac100000, 0xc0000000, 0xc0000200, 0xc01fc400,
                                      0xc034c100, 0xc0586300, 0xc0a80000, 0xc0af3000, 0xc6120000,
                                      0xc6336400, 0xcb007100, 0xe0000000};
  for (int i = 0; i < kRandomAddresses; ++i) {
    const std::uint32_t edge = kEdges[random.below(std::size(kEdges))];
    const auto number = static_cast<std::uint32_t>(edge ^ random.below(1U << random.below(26)));
    ASSERT_EQ(kStrict.allows(to_bytes(number)), expected(number)) << number;
  }
}

TEST(AddressPolicy, AgreesWithASecondWritingOfTheRulesForIpv6) {
  SeededRandom random(6);
  constexpr unsigned char kStarts[][6] = {{0x20, 0x01, 0x00},
                                          {0x20, 0x01, 0x0d, 0xb8},
                                          {0x20, 0x02},
                                          {0x3f, 0xff},
                                          {0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}};
  for (int i = 0; i < kRandomAddresses; ++i) {
    Ipv6 address;
    random.fill(address);
    // Half of them begin as a block does, for a random number of bytes.
    if (i % 2 == 0) {
      const auto& start = kStarts[random.below(std::size(kStarts))];
      std::copy_n(start, random.below(7), address.begin());
    }
    ASSERT_EQ(kStrict.allows(address), expected(address)) << i;
  }
}

TEST(ParseAddress, TakesCanonicalTextOnly) {
  EXPECT_EQ(parse_address("1.2.3.4"), IpAddress(Ipv4{1, 2, 3, 4}));
  EXPECT_EQ(parse_address("::1"), IpAddress(Ipv6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_TRUE(parse_address("::ffff:1.2.3.4"));
  for (const char* text : {"", "1", "127.1", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "01.2.3.4",
                           "0x7f.0.0.1", "1.2.3.256", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4:80", "[::1]",
                           "::1%lo", "fe80::1%1", ":::", "1::2::3", "12345::", "localhost"})
    EXPECT_FALSE(parse_address(text)) << text;
  EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0x", sizeof "1.2.3.4\0x" - 1)));
}

}  // namespace
}  // namespace chartbell
