// What a kept connection costs while nothing is sent over it.
//
//   bench_idle url=… [trust=FILE] [connections=2000]
//
// Sends 500, 1,000, … requests at once, so that as many connections are open, and prints the
// process's resident memory with all of them idle: "idle N rss_kib M".
#include <cstdio>
#include <future>

#include "app/loop_thread.h"
#include "arguments.h"
#include "base/clock.h"
#include "measure.h"
#include "net/http_client.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::int64_t kStep = 500;
constexpr Milliseconds kDeadline{60'000};

// As many requests at once as connections are to be open; returns when all are answered.
void open_connections(EventLoop& loop, HttpClient& client, const Url& url, std::int64_t count) {
  std::promise<void> all_answered;
  auto left = std::make_shared<std::int64_t>(count);
  const auto answered = [&all_answered, left](const Exchange& exchange) {
    if (exchange.failed) std::fprintf(stderr, "%s\n", std::string(name(*exchange.failed)).c_str());
    if (--*left == 0) all_answered.set_value();
  };
  loop.post([&] {
    const auto target = post_target(url, {});
    for (std::int64_t i = 0; i < count; ++i) client.post(target, "", "{}", kDeadline, answered);
  });
  all_answered.get_future().wait();
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const auto connections = arguments.number("connections", 2'000);
  SystemClock clock;
  LoopThread thread;
  auto client =
      must(HttpClient::open(thread.loop(), clock,
                            {.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed),
                             .trust_file = arguments.text("trust", ""),
                             .idle_connections_max = static_cast<std::size_t>(connections)}));
  thread.start();
  const auto url = must(parse_url(arguments.text("url")));
  for (std::int64_t count = kStep; count <= connections; count += kStep) {
    open_connections(thread.loop(), *client, url, count);
    std::printf("idle %lld rss_kib %.0f\n", static_cast<long long>(count), resident_mib() * 1024);
  }
  client.reset();
}
