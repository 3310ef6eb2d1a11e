#include <cstdio>
#include <cstdlib>
#include <vector>

#include "app/commands.h"
#include "app/loop_thread.h"
#include "app/receiver.h"
#include "app/stop.h"
#include "app/terminal.h"
#include "base/time_text.h"
#include "net/http_client.h"

namespace chartbell {
namespace {

constexpr Milliseconds kForwardDeadline{10'000};

constexpr std::size_t kIndent = 14;  // behind the time

struct Piece {
  Color color;
  std::string text;
};

Piece mark(const std::string& scheme, Verdict verdict) {
  switch (verdict) {
    case Verdict::kGenuine:
      return {Color::kGreen, "✓ " + scheme};
    case Verdict::kWrong:
      return {Color::kRed, "✗ " + scheme};
    case Verdict::kMissing:
      return {Color::kYellow, "– " + scheme};
  }
  return {Color::kPlain, {}};
}

// Side by side, and where the terminal ends below each other.
std::string laid_out(const std::vector<Piece>& pieces, std::optional<std::size_t> columns) {
  std::string out;
  std::size_t used = 0;
  for (const auto& piece : pieces) {
    if (piece.text.empty()) continue;
    const auto width = characters(piece.text);
    const bool breaks = used > 0 && columns && used + 2 + width > *columns;
    if (used > 0) out += breaks ? "\n" + std::string(kIndent, ' ') : "  ";
    used = (used == 0 ? 0 : breaks ? kIndent : used + 2) + width;
    out += painted(piece.color, piece.text);
  }
  return out;
}

std::string name_of(const Received& received) {
  if (!received.event_name.empty()) return printable(received.event_name);
  return "(" + printable(received.request.method, 10) + ", not an event)";
}

std::string lines_of(const Received& received, const Clock& clock) {
  const auto id = received.resource_id;
  auto out = laid_out({{Color::kDim, to_text(clock.now()).substr(11, 12)},
                       mark("vendor", received.verification.vendor),
                       mark("standard", received.verification.standard),
                       {Color::kBold, name_of(received)},
                       {Color::kPlain, printable(received.subdomain)},
                       {Color::kPlain, id == 0 ? std::string() : "#" + std::to_string(id)},
                       {Color::kDim, printable(received.message_id)}},
                      terminal_columns());
  for (const auto& change : received.changes) out += "\n" + std::string(kIndent, ' ') + change;
  return out;
}

// Sends deliveries on as they came, so that a program under development sees the real thing.
class Forwarder {
 public:
  static Result<std::unique_ptr<Forwarder>> open(EventLoop& loop, const Clock& clock,
                                                 const std::string& target) {
    TRY(auto url, parse_url(target));
    TRY(auto client,
        HttpClient::open(loop, clock,
                         {.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed)}));
    return std::make_unique<Forwarder>(std::move(url), std::move(client));
  }
  Forwarder(Url url, std::unique_ptr<HttpClient> client)
      : url_(std::move(url)), client_(std::move(client)) {}

  void forward(const HttpRequest& request) {
    HttpRequest copy{
        .method = "POST", .target = url_.target, .fields = {}, .body = request.body, .peer = {}};
    for (const auto& [name, value] : request.fields)
      if (is_ours(name)) copy.fields.emplace_back(name, value);
    client_->send(url_, std::move(copy), kForwardDeadline, [](const Exchange& exchange) {
      const auto what = exchange.failed ? std::string(name(*exchange.failed))
                                        : std::to_string(exchange.answer.status);
      std::printf("%*sforwarded: %s\n", static_cast<int>(kIndent), "", what.c_str());
      std::fflush(stdout);
    });
  }

 private:
  static bool is_ours(std::string_view name) {
    constexpr std::string_view kNames[] = {"content-type", "timestamp", "signature"};
    for (const auto known : kNames)
      if (name == known) return true;
    return name.starts_with("webhook-");
  }

  Url url_;
  std::unique_ptr<HttpClient> client_;
};

}  // namespace

int listen(const ListenArguments& arguments) {
  block_signals();
  SystemClock clock;
  LoopThread thread;
  std::unique_ptr<Forwarder> forwarder;
  if (arguments.forward_url) {
    auto opened = Forwarder::open(thread.loop(), clock, *arguments.forward_url);
    if (!opened) return complain(within("--forward", opened.error()));
    forwarder = *std::move(opened);
  }
  Receiver receiver(clock, arguments.status, [&](const Received& received) {
    std::printf("%s\n", lines_of(received, clock).c_str());
    std::fflush(stdout);
    if (forwarder) forwarder->forward(received.request);
  });
  receiver.set_secret(arguments.secret);
  const auto refuse = [](int status, std::string_view) {
    return HttpResponse{.status = status, .fields = {}, .body = {}};
  };
  auto server = HttpServer::open(
      thread.loop(), {.address = arguments.address, .port = arguments.port}, receiver, refuse);
  if (!server) return complain(server.error());
  std::printf("listening on http://%s:%u, answering %d; Ctrl-C ends\n", arguments.address.c_str(),
              static_cast<unsigned>((*server)->port()), arguments.status);
  std::fflush(stdout);
  thread.start();
  wait_for_signal();
  server->reset();
  forwarder.reset();
  return EXIT_SUCCESS;
}

}  // namespace chartbell
