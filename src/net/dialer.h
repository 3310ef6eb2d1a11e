// Dialer: from the host of a URL to a connection that may carry a request.
//
// Resolves the name, vets every address, connects to a vetted one, compares the peer, and goes
// through the handshake of TLS. On the loop's thread.
#pragma once

#include <memory>
#include <vector>

#include "net/flight.h"
#include "net/resolver.h"
#include "net/tls.h"

namespace chartbell {

class Dialer {
 public:
  Dialer(asio::io_context& io, const Clock& clock, AddressPolicy policy,
         std::unique_ptr<TlsClient> tls, std::unique_ptr<Resolver> resolver)
      : io_(io),
        clock_(clock),
        policy_(std::move(policy)),
        tls_(std::move(tls)),
        resolver_(std::move(resolver)) {}

  // Leaves the connection in the flight, or says where the way ended. Nothing of both means
  // anything when the flight has ended meanwhile.
  static Task<Failure> dial(std::shared_ptr<Dialer> self, FlightPtr flight);
  // Drops who waits for a name; nothing is dialled from then on.
  void close() { resolver_.reset(); }

 private:
  bool may_dial(const Url& url, const IpAddress& address) const;
  static Task<std::vector<IpAddress>> addresses_of(std::shared_ptr<Dialer> self, std::string host);
  static Task<Failure> connect(std::shared_ptr<Dialer> self, FlightPtr flight,
                               std::vector<IpAddress> addresses);
  static Task<bool> connect_to(std::shared_ptr<Dialer> self, FlightPtr flight, IpAddress address);
  static Task<Failure> secure(std::shared_ptr<Dialer> self, FlightPtr flight);

  asio::io_context& io_;
  const Clock& clock_;
  const AddressPolicy policy_;
  const std::unique_ptr<TlsClient> tls_;
  std::unique_ptr<Resolver> resolver_;  // null once closed
};

}  // namespace chartbell
