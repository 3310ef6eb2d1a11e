#include "net/http_server.h"

#include <list>
#include <map>

#include "net/http_session.h"
#include "net/loop_context.h"
#include "net/ticker.h"

namespace chartbell {
namespace {

using Tcp = asio::ip::tcp;

// Connections over the cap that are told so; further ones are closed without a word.
constexpr std::size_t kTurnedAwayMax = 64;
// Before the next try when the process is out of file descriptors.
constexpr Milliseconds kAcceptPause{100};

}  // namespace

std::optional<RequestFault> HttpHandler::refuses_large(const HttpRequest&) {
  return RequestFault{413, "the body is too long"};
}

class HttpServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(EventLoop::Context& loop, std::shared_ptr<ServerShare> share, Acceptor acceptor)
      : loop_(loop),
        share_(std::move(share)),
        acceptor_(std::move(acceptor)),
        pause_(loop.io),
        ticker_(loop.io, [this] { return check_deadlines(); }) {
    ErrorCode ignored;
    port_ = acceptor_.local_endpoint(ignored).port();
  }

  void start() {
    asio::post(loop_.io, [self = shared_from_this()] {
      if (!self->share_->closed) spawn(self->loop_.io, accept(self));
    });
  }
  // From any thread.
  void shut() {
    loop_.call([this] { close(); });
  }
  std::uint16_t port() const { return port_; }

 private:
  using Sessions = std::list<std::shared_ptr<HttpSession>>;

  static Task<> accept(std::shared_ptr<Impl> self);
  static Task<> host(std::shared_ptr<Impl> self, Socket socket);
  // What is said to another connection of this network; nothing where it is welcome.
  std::optional<RequestFault> one_too_many(const std::string& network) const;
  void leave(const std::string& network);
  bool check_deadlines();
  void close();

  EventLoop::Context& loop_;
  const std::shared_ptr<ServerShare> share_;
  Acceptor acceptor_;
  Timer pause_;
  std::uint16_t port_ = 0;
  Sessions sessions_;
  std::size_t turned_away_ = 0;                     // of the sessions
  std::map<std::string, std::size_t> served_of_{};  // of the others, by network
  Ticker ticker_;
};

Task<> HttpServer::Impl::accept(std::shared_ptr<Impl> self) {
  while (!self->share_->closed) {
    Socket socket(self->loop_.io);
    const auto [error] = co_await self->acceptor_.async_accept(socket, kAwait);
    if (self->share_->closed) co_return;
    if (!error) {
      spawn(self->loop_.io, host(self, std::move(socket)));
      continue;
    }
    self->pause_.expires_after(kAcceptPause);
    co_await self->pause_.async_wait(kAwait);
  }
}

Task<> HttpServer::Impl::host(std::shared_ptr<Impl> self, Socket socket) {
  const std::string network = network_of(socket);
  const auto fault = self->one_too_many(network);
  if (fault && self->turned_away_ >= kTurnedAwayMax) co_return;
  const auto session = std::make_shared<HttpSession>(std::move(socket), self->share_);
  const auto place = self->sessions_.insert(self->sessions_.end(), session);
  self->ticker_.start(self);
  if (fault) {
    ++self->turned_away_;
    co_await HttpSession::turn_away(session, *fault);
    --self->turned_away_;
  } else {
    ++self->served_of_[network];
    co_await HttpSession::serve(session);
    self->leave(network);
  }
  if (!self->share_->closed) self->sessions_.erase(place);
}

std::optional<RequestFault> HttpServer::Impl::one_too_many(const std::string& network) const {
  const auto& options = share_->options;
  if (sessions_.size() - turned_away_ >= options.connections_max)
    return RequestFault{503, "too many connections"};
  const auto of_network = served_of_.find(network);
  if (of_network == served_of_.end() || of_network->second < options.connections_per_network)
    return std::nullopt;
  return RequestFault{429, "too many connections from this address"};
}

void HttpServer::Impl::leave(const std::string& network) {
  const auto of_network = served_of_.find(network);
  if (--of_network->second == 0) served_of_.erase(of_network);
}

bool HttpServer::Impl::check_deadlines() {
  const SteadyTime now = share_->clock.steady_now();
  for (const auto& session : sessions_) session->check_deadline(now);
  return !sessions_.empty();
}

void HttpServer::Impl::close() {
  share_->closed = true;
  ErrorCode ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  ticker_.stop();
  for (const auto& session : std::exchange(sessions_, {})) session->close();
}

Result<std::unique_ptr<HttpServer>> HttpServer::open(EventLoop& loop, ServerOptions options,
                                                     HttpHandler& handler, Refusal refuse) {
  asio::io_context& io = loop.context().io;
  const auto refused = [&](const ErrorCode& error) {
    return failure(Code::kConfig, "listening on " + options.address + " port " +
                                      std::to_string(options.port) + ": " + error.message());
  };
  ErrorCode error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return refused(error);
  const Tcp::endpoint here(address, options.port);
  Acceptor acceptor(io);
  acceptor.open(here.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(here, error);
  if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
  if (error) return refused(error);

  auto share = std::make_shared<ServerShare>(io, std::move(options), handler, std::move(refuse));
  auto impl = std::make_shared<Impl>(loop.context(), std::move(share), std::move(acceptor));
  impl->start();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->shut();
}

std::uint16_t HttpServer::port() const {
  return impl_->port();
}

}  // namespace chartbell
