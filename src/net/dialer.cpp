#include "net/dialer.h"

#include "net/socket_address.h"

namespace chartbell {
namespace {

using Tcp = asio::ip::tcp;

// Of a name with many addresses, so many are tried.
constexpr std::size_t kAddressesMax = 4;

// Puts a question to a Resolver as an asynchronous operation of the library.
struct Ask {
  template <class Handler>
  void operator()(Handler handler, Resolver* resolver, const std::string& host) const {
    const auto shared = std::make_shared<Handler>(std::move(handler));
    resolver->resolve(host, [shared](Result<std::vector<IpAddress>> found) {
      auto addresses = found ? *std::move(found) : std::vector<IpAddress>{};
      // Not from inside the resolver, which may answer before resolve() returns.
      asio::post(shared->get_executor(), [shared, addresses = std::move(addresses)]() mutable {
        std::move (*shared)(std::move(addresses));
      });
    });
  }
};

}  // namespace

Task<Failure> Dialer::dial(std::shared_ptr<Dialer> self, FlightPtr flight) {
  const auto addresses = co_await addresses_of(self, flight->target->url.host);
  if (flight->ended()) co_return std::nullopt;
  if (addresses.empty()) co_return OutcomeClass::kNameNotResolved;
  for (const IpAddress& address : addresses)
    if (!self->may_dial(flight->target->url, address)) co_return OutcomeClass::kAddressRefused;
  const Failure failed = co_await connect(self, flight, addresses);
  if (failed || flight->ended() || flight->target->url.scheme == Scheme::kHttp) co_return failed;
  co_return co_await secure(self, flight);
}

bool Dialer::may_dial(const Url& url, const IpAddress& address) const {
  // In clear to nobody but a subscriber in development, whatever name led there.
  if (url.scheme == Scheme::kHttp && !is_loopback(address)) return false;
  return policy_.allows(address, url.port);
}

// One after the other; what is left of the deadline is shared out among those still to try.
Task<Failure> Dialer::connect(std::shared_ptr<Dialer> self, FlightPtr flight,
                              std::vector<IpAddress> addresses) {
  if (addresses.size() > kAddressesMax) addresses.resize(kAddressesMax);
  bool connected = false;
  for (std::size_t i = 0; i < addresses.size() && !connected && !flight->ended(); ++i) {
    const SteadyTime now = self->clock_.steady_now();
    const auto others = static_cast<int>(addresses.size() - i - 1);
    if (others > 0) flight->connect_by = now + (flight->deadline - now) / (others + 1);
    connected = co_await connect_to(self, flight, addresses[i]);
    flight->connect_by = SteadyTime::max();
  }
  if (connected) co_return std::nullopt;
  co_return OutcomeClass::kNotConnected;
}

Task<bool> Dialer::connect_to(std::shared_ptr<Dialer> self, FlightPtr flight, IpAddress address) {
  const auto connection = std::make_shared<Connection>(self->io_);
  const Tcp::endpoint there(to_asio(address), flight->target->url.port);
  flight->connection = connection;
  const auto [error] = co_await connection->socket.async_connect(there, kAwait);
  if (error) co_return false;
  ErrorCode failed;
  if (connection->socket.remote_endpoint(failed) != there || failed) co_return false;
  connection->socket.set_option(Tcp::no_delay(true), failed);
  connection->socket.non_blocking(true, failed);
  co_return !failed;
}

Task<std::vector<IpAddress>> Dialer::addresses_of(std::shared_ptr<Dialer> self, std::string host) {
  if (const auto literal = parse_address(host)) co_return std::vector<IpAddress>{*literal};
  if (!self->resolver_) co_return std::vector<IpAddress>{};
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>,
                                          void(std::vector<IpAddress>)>(
      Ask{}, asio::use_awaitable_t<Executor>{}, self->resolver_.get(), host);
}

Task<Failure> Dialer::secure(std::shared_ptr<Dialer> self, FlightPtr flight) {
  const auto connection = flight->connection;
  connection->tls = self->tls_->layer(flight->target->url, flight->target->identity.get());
  auto& tls = *connection->tls;
  while (true) {
    const auto state = tls.shake();
    const auto outgoing = asio::buffer(tls.outgoing());
    const auto [unsent, sent] = co_await asio::async_write(connection->socket, outgoing, kAwait);
    if (unsent || state == TlsLayer::Handshake::kFailed) co_return OutcomeClass::kTlsFailed;
    tls.sent(sent);
    if (state == TlsLayer::Handshake::kDone) co_return std::nullopt;
    const auto space = connection->space();
    const auto [error, bytes] = co_await connection->socket.async_read_some(space, kAwait);
    if (error || flight->ended()) co_return OutcomeClass::kTlsFailed;
    tls.take_in({static_cast<const char*>(space.data()), bytes});
  }
}

}  // namespace chartbell
