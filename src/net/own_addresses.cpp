#include "net/own_addresses.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <ifaddrs.h>
#include <netinet/in.h>

namespace chartbell {
namespace {

template <class Address, class Number>
Address bytes_of(const Number& number) {
  Address out;
  static_assert(sizeof out == sizeof number);
  std::memcpy(out.data(), &number, sizeof out);
  return out;
}

std::optional<IpAddress> address_of(const sockaddr* socket) {
  if (socket == nullptr) return std::nullopt;  // an interface without one
  if (socket->sa_family == AF_INET)
    return bytes_of<Ipv4>(reinterpret_cast<const sockaddr_in*>(socket)->sin_addr);
  if (socket->sa_family == AF_INET6)
    return bytes_of<Ipv6>(reinterpret_cast<const sockaddr_in6*>(socket)->sin6_addr);
  return std::nullopt;
}

}  // namespace

Result<std::vector<IpAddress>> own_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0)
    return failure(Code::kInternal, "the addresses of this machine cannot be read: " +
                                        std::string(std::strerror(errno)));
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, ::freeifaddrs);
  std::vector<IpAddress> out;
  for (const auto* one = list; one != nullptr; one = one->ifa_next)
    if (const auto address = address_of(one->ifa_addr)) out.push_back(*address);
  return out;
}

}  // namespace chartbell
