// Between our addresses and the library's.
#pragma once

#include "net/address_policy.h"
#include "net/asio.h"

namespace chartbell {

inline IpAddress from_asio(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_v4().to_bytes();
  return address.to_v6().to_bytes();
}

inline asio::ip::address to_asio(const IpAddress& address) {
  if (const auto* v4 = std::get_if<Ipv4>(&address)) return asio::ip::address_v4(*v4);
  return asio::ip::address_v6(std::get<Ipv6>(address));
}

}  // namespace chartbell
