#include "net/resolver.h"

#include <unordered_map>

#include "net/asio.h"
#include "net/loop_context.h"
#include "net/socket_address.h"

namespace chartbell {
namespace {

constexpr std::size_t kThreads = 4;

Result<std::vector<IpAddress>> look_up(const std::string& host) {
  asio::io_context unused;
  asio::ip::tcp::resolver resolver(unused);
  ErrorCode error;
  const auto found = resolver.resolve(host, "", error);
  if (error) return failure(Code::kUnreachable, "resolving " + host + ": " + error.message());
  std::vector<IpAddress> addresses;
  for (const auto& entry : found) addresses.push_back(from_asio(entry.endpoint().address()));
  return addresses;
}

class SystemResolver final : public Resolver {
 public:
  explicit SystemResolver(asio::io_context& io) : io_(io) {}

  void resolve(const std::string& host, Done done) override {
    auto& waiting = (*waiting_)[host];
    waiting.push_back(std::move(done));
    if (waiting.size() > 1) return;
    asio::post(threads_, [&io = io_, host, askers = std::weak_ptr(waiting_)] {
      asio::post(io, [askers, host, found = look_up(host)] { deliver(askers, host, found); });
    });
  }

 private:
  using Waiting = std::unordered_map<std::string, std::vector<Done>>;

  static void deliver(const std::weak_ptr<Waiting>& askers, const std::string& host,
                      const Result<std::vector<IpAddress>>& found) {
    const auto waiting = askers.lock();
    if (!waiting) return;
    const auto node = waiting->extract(host);
    for (const Done& done : node.mapped()) done(found);
  }

  asio::io_context& io_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
  asio::thread_pool threads_{kThreads};
};

}  // namespace

std::unique_ptr<Resolver> make_system_resolver(EventLoop& loop) {
  return std::make_unique<SystemResolver>(loop.context().io);
}

}  // namespace chartbell
