// The egress filter as a function of its whole domain, for a second writing of it to compare with.
//
// bench_guard ipv4   every address; prints "FIRST LAST allowed|refused" for each run of one verdict
// bench_guard ipv6   reads addresses, one a line; prints 1 or 0 for each
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include "net/address_policy.h"

namespace chartbell {
namespace {

constexpr std::uint16_t kHttps = 443;

Ipv4 to_bytes(std::uint64_t number) {
  return {static_cast<unsigned char>(number >> 24), static_cast<unsigned char>(number >> 16),
          static_cast<unsigned char>(number >> 8), static_cast<unsigned char>(number)};
}

void print_run(std::uint64_t first, std::uint64_t last, bool allowed) {
  std::printf("%llu %llu %s\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(last), allowed ? "allowed" : "refused");
}

void sweep_ipv4(const AddressPolicy& policy) {
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;
  std::uint64_t first = 0;
  bool allowed = policy.allows(to_bytes(0), kHttps);
  for (std::uint64_t number = 1; number < kEnd; ++number) {
    const bool now = policy.allows(to_bytes(number), kHttps);
    if (now == allowed) continue;
    print_run(first, number - 1, allowed);
    first = number;
    allowed = now;
  }
  print_run(first, kEnd - 1, allowed);
}

int judge_ipv6(const AddressPolicy& policy) {
  for (std::string line; std::getline(std::cin, line);) {
    const auto address = parse_address(line);
    if (!address) return 1;
    std::cout << (policy.allows(*address, kHttps) ? "1\n" : "0\n");
  }
  return 0;
}

}  // namespace
}  // namespace chartbell

int main(int count, char** words) {
  using namespace chartbell;
  const AddressPolicy policy(AddressPolicy::Loopback::kRefused);
  const std::string_view what = count == 2 ? words[1] : "";
  if (what == "ipv4") sweep_ipv4(policy);
  if (what == "ipv6") return judge_ipv6(policy);
  return what == "ipv4" ? 0 : 2;
}
