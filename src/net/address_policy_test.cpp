#include "net/address_policy.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "net/own_addresses.h"

namespace chartbell {
namespace {

constexpr std::uint16_t kHttps = 443;
constexpr int kRandomIpv4 = 4'000'000;
constexpr int kRandomIpv6 = 1'000'000;

const AddressPolicy kStrict{AddressPolicy::Loopback::kRefused};
const AddressPolicy kDevelopment{AddressPolicy::Loopback::kAllowed};

bool allowed(std::string_view text, const AddressPolicy& policy = kStrict, int port = kHttps) {
  const auto address = parse_address(text);
  EXPECT_TRUE(address) << text;
  return address && policy.allows(*address, static_cast<std::uint16_t>(port));
}

AddressPolicy opened_by(std::initializer_list<std::string_view> entries, EgressRules rules = {}) {
  for (const auto entry : entries) {
    const auto block = parse_allowed(entry);
    EXPECT_TRUE(block) << entry;
    if (block) rules.allow.push_back(*block);
  }
  return AddressPolicy(AddressPolicy::Loopback::kRefused, std::move(rules));
}

// The same rules once more, written as ranges of numbers rather than as prefixes.
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

bool expected(std::uint32_t address) {
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
      EXPECT_EQ(kDevelopment.allows(*address, kHttps), kStrict.allows(*address, kHttps)) << text;
}

TEST(AddressPolicy, AgreesWithASecondWritingOfTheRulesForIpv4) {
  SeededRandom random(4);
  for (int i = 0; i < kRandomIpv4; ++i) {
    const auto number = static_cast<std::uint32_t>(random.below(std::uint64_t{1} << 32));
    ASSERT_EQ(kStrict.allows(to_bytes(number), kHttps), expected(number)) << number;
  }
}

TEST(AddressPolicy, AgreesWithASecondWritingOfTheRulesAtEveryEdge) {
  for (const Range& range : kRanges)
    for (const std::uint32_t edge : {range.first, range.last})
      for (const std::uint32_t number : {edge - 1, edge, edge + 1})
        ASSERT_EQ(kStrict.allows(to_bytes(number), kHttps), expected(number)) << number;
}

TEST(AddressPolicy, AgreesWithASecondWritingOfTheRulesForIpv6) {
  SeededRandom random(6);
  constexpr unsigned char kStarts[][6] = {{0x20, 0x01, 0x00},
                                          {0x20, 0x01, 0x0d, 0xb8},
                                          {0x20, 0x02},
                                          {0x3f, 0xff},
                                          {0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}};
  for (int i = 0; i < kRandomIpv6; ++i) {
    Ipv6 address;
    random.fill(address);
    // Half of them begin as a block does, for a random number of bytes.
    if (i % 2 == 0) {
      const auto& start = kStarts[random.below(std::size(kStarts))];
      std::copy_n(start, random.below(7), address.begin());
    }
    ASSERT_EQ(kStrict.allows(address, kHttps), expected(address)) << i;
  }
}

// All forms in which an IPv6 address leads to an IPv4 one: mapped, compatible, translated, NAT64
// (well-known and local), 6to4, Teredo (server and client), ISATAP under a ULA and link-local.
std::vector<Ipv6> embedded(const Ipv4& inner) {
  struct Form {
    Ipv6 start;
    std::size_t at;
    unsigned char mask;
  };
  const Form kForms[] = {
      {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 12, 0},
      {{}, 12, 0},
      {{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 12, 0},
      {{0x00, 0x64, 0xff, 0x9b}, 12, 0},
      {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 12, 0},
      {{0x20, 0x02}, 2, 0},
      {{0x20, 0x01, 0, 0}, 4, 0},
      {{0x20, 0x01, 0, 0}, 12, 0xff},
      {{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x5e, 0xfe}, 12, 0},
      {{0xfd, 0x12, 0, 0, 0, 0, 0, 0, 0x02, 0, 0x5e, 0xfe}, 12, 0},
  };
  std::vector<Ipv6> out;
  for (const Form& form : kForms) {
    out.push_back(form.start);
    for (std::size_t i = 0; i < 4; ++i)
      out.back()[form.at + i] = static_cast<unsigned char>(inner[i] ^ form.mask);
  }
  return out;
}

TEST(AddressPolicy, NoEmbeddedFormOfAnyIpv4AddressIsAllowed) {
  SeededRandom random(8);
  for (const Range& range : kRanges)
    for (const auto number :
         {range.first, range.last,
          range.first + static_cast<std::uint32_t>(random.below(range.last - range.first + 1UL))})
      for (const Ipv6& address : embedded(to_bytes(number))) {
        EXPECT_FALSE(kStrict.allows(address, kHttps)) << number;
        EXPECT_FALSE(kDevelopment.allows(address, kHttps) && !is_loopback(address)) << number;
      }
}

TEST(AddressPolicy, PortsAreThoseOfTheListOrAny) {
  const AddressPolicy some(AddressPolicy::Loopback::kRefused, {.ports = {443, 8443}});
  for (const int port : {443, 8443}) EXPECT_TRUE(allowed("8.8.8.8", some, port));
  for (const int port : {1, 22, 80, 442, 444, 65535}) EXPECT_FALSE(allowed("8.8.8.8", some, port));
  EXPECT_TRUE(some.may_use_port(8443));
  EXPECT_FALSE(some.may_use_port(22));
  EXPECT_TRUE(allowed("8.8.8.8", kStrict, 22));
  const AddressPolicy development(AddressPolicy::Loopback::kAllowed, {.ports = {443}});
  EXPECT_TRUE(allowed("127.0.0.1", development, 8041));
  EXPECT_TRUE(development.may_use_port(8041));
  EXPECT_FALSE(allowed("8.8.8.8", development, 8041));
}

TEST(AddressPolicy, AnAllowedBlockOpensItsAddressesAndPortsAlone) {
  const AddressPolicy policy =
      opened_by({"10.1.2.0/24:8443", "192.168.7.9", "[fd12::/64]:9443"}, {.ports = {443}});
  EXPECT_TRUE(allowed("10.1.2.0", policy, 8443));
  EXPECT_TRUE(allowed("10.1.2.255", policy, 8443));
  EXPECT_FALSE(allowed("10.1.2.1", policy, 443));
  EXPECT_FALSE(allowed("10.1.1.255", policy, 8443));
  EXPECT_FALSE(allowed("10.1.3.0", policy, 8443));
  EXPECT_TRUE(allowed("192.168.7.9", policy, 443));
  EXPECT_FALSE(allowed("192.168.7.9", policy, 8443));
  EXPECT_FALSE(allowed("192.168.7.8", policy, 443));
  EXPECT_TRUE(allowed("fd12::1", policy, 9443));
  EXPECT_FALSE(allowed("fd12:0:0:1::1", policy, 9443));
  // And nothing else changes.
  EXPECT_FALSE(allowed("8.8.8.8", policy, 8443));
  EXPECT_TRUE(allowed("8.8.8.8", policy, 443));
  for (const char* text : {"127.0.0.1", "::1", "169.254.169.254", "10.0.0.1", "::ffff:10.1.2.1",
                           "64:ff9b::10.1.2.1", "2002:a01:201::", "::10.1.2.1"})
    for (const int port : {443, 8443}) EXPECT_FALSE(allowed(text, policy, port)) << text;
  EXPECT_TRUE(policy.may_use_port(9443));
  EXPECT_FALSE(policy.may_use_port(9444));
}

TEST(AddressPolicy, AnAllowedPublicBlockHasItsOwnPort) {
  const AddressPolicy policy = opened_by({"8.8.8.0/24:8443"}, {.ports = {443}});
  EXPECT_TRUE(allowed("8.8.8.8", policy, 8443));
  EXPECT_TRUE(allowed("8.8.8.8", policy, 443));
  EXPECT_FALSE(allowed("8.8.4.4", policy, 8443));
}

TEST(AddressPolicy, NoEntryOpensThisMachineAGatewayOrMetadata) {
  EgressRules rules;
  rules.own = {*parse_address("10.1.2.3"), *parse_address("fd12::3"), *parse_address("8.8.8.8")};
  rules.nat64 = {*parse_nat64("fd12:64::/96"), *parse_nat64("2a00:64::/32")};
  const AddressPolicy policy = opened_by({"10.0.0.0/8", "100.64.0.0/10", "fc00::/7"}, rules);
  for (const char* text : {"10.1.2.3", "fd12::3", "8.8.8.8", "fd12:64::a9fe:a9fe", "2a00:64::1",
                           "100.100.100.200", "fd00:ec2::254", "fd20:ce::254"})
    EXPECT_FALSE(allowed(text, policy)) << text;
  for (const char* text : {"10.1.2.4", "fd12::4", "8.8.4.4", "fd12:64::1:0:0", "2a00:65::1",
                           "100.100.100.201", "fd00:ec2::255"})
    EXPECT_TRUE(allowed(text, policy)) << text;
}

TEST(AddressPolicy, OwnAddressesHoldLoopback) {
  const auto own = own_addresses();
  ASSERT_TRUE(own) << own.error().detail;
  EXPECT_EQ(std::ranges::count(*own, *parse_address("127.0.0.1")), 1);
  const AddressPolicy policy(AddressPolicy::Loopback::kRefused, {.own = *own});
  for (const IpAddress& address : *own) EXPECT_FALSE(policy.allows(address, kHttps));
}

TEST(ParseAllowed, TakesPrivateAndPublicBlocks) {
  for (const char* text : {"10.0.0.0/8", "10.1.2.3", "10.1.2.3/32:1", "172.16.0.0/12",
                           "192.168.0.0/16:65535", "100.64.0.0/10", "8.8.8.8:8443", "fc00::/7",
                           "fd12::1", "[fd12::1]:8443", "[2606:4700::/32]:443"})
    EXPECT_TRUE(parse_allowed(text)) << text;
}

TEST(ParseAllowed, RefusesTheRestAndSaysWhy) {
  const std::pair<const char*, const char*> kTexts[] = {
      {"", "no address"},
      {"clinic.example", "no address"},
      {"10.1", "no address"},
      {"10.1.2.3.4", "no address"},
      {"/8", "no address"},
      {"010.0.0.0/8", "no address"},
      {"[10.0.0.0/8", "bracket"},
      {"[fd12::1]", "bracket"},
      {"10.0.0.0/", "prefix"},
      {"10.0.0.0/33", "prefix"},
      {"10.0.0.0/-1", "prefix"},
      {"10.0.0.0/08", "prefix"},
      {"10.0.0.0/8x", "prefix"},
      {"fd12::/129", "prefix"},
      {"10.1.2.3/24", "bits set behind"},
      {"fd12::1/64", "bits set behind"},
      {"10.0.0.0/8:", "port"},
      {"10.0.0.0/8:0", "port"},
      {"10.0.0.0/8:65536", "port"},
      {"10.0.0.0/8:https", "port"},
      {"[fd12::1]:", "port"},
      {"0.0.0.0/0", "cannot be allowed"},
      {"10.0.0.0/7", "cannot be allowed"},
      {"0.0.0.0", "cannot be allowed"},
      {"127.0.0.1:8443", "cannot be allowed"},
      {"169.254.169.254", "cannot be allowed"},
      {"168.63.129.16", "cannot be allowed"},
      {"168.63.0.0/16", "cannot be allowed"},
      {"192.0.0.192", "cannot be allowed"},
      {"224.0.0.0/4", "cannot be allowed"},
      {"::/0", "cannot be allowed"},
      {"::1", "cannot be allowed"},
      {"::ffff:10.0.0.0/104", "cannot be allowed"},
      {"64:ff9b::/96", "cannot be allowed"},
      {"2000::/3", "cannot be allowed"},
      {"2001::/32", "cannot be allowed"},
      {"2002::/16", "cannot be allowed"},
      {"fe80::/10", "cannot be allowed"},
  };
  for (const auto& [text, why] : kTexts) {
    const auto block = parse_allowed(text);
    ASSERT_FALSE(block) << text;
    EXPECT_EQ(block.error().code, Code::kConfig);
    EXPECT_THAT(block.error().detail, testing::HasSubstr(why)) << text;
  }
}

TEST(ParseNat64, TakesTheLengthsThatThereAre) {
  for (const char* text : {"64:ff9b::/96", "2a00:64::/32", "fd12:64::/40", "fd12:64::/48",
                           "fd12:64::/56", "fd12:64::/64"})
    EXPECT_TRUE(parse_nat64(text)) << text;
  for (const char* text :
       {"2a00:64::/33", "2a00:64::", "10.0.0.0/8", "10.0.0.0/32", "2a00:64::1/96", "gateway"})
    EXPECT_FALSE(parse_nat64(text)) << text;
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
