// rebinding_probe N: N requests to names whose DNS answers flip between a public address that
// nobody has and private ones, each through the real resolver and client. Prints what it connected
// to as DNS, and what came of the requests; whoever traces it sees where it went.
#include <cstdio>
#include <cstdlib>
#include <map>

#include "net/dns_server_for_test.h"
#include "net/http_client.h"
#include "net/resolver.h"

namespace chartbell {
namespace {

constexpr int kAtOnce = 64;
constexpr Milliseconds kDeadline{300};

// 2d00::/8 is assigned to nobody: it fails at once, or at the deadline.
DnsReply flip(const DnsQuestion& question, unsigned turn) {
  static const std::vector<std::string> kAnswers[] = {
      {"2d00::1"},
      {"127.0.0.1", "::1"},
      {"2d00::1"},
      {"10.0.0.1", "fd00::1"},
      {"2d00::1", "2d00::2"},
      {"169.254.169.254", "::ffff:169.254.169.254"},
      {"2d00::1"},
      {"2d00::1", "::ffff:127.0.0.1"},
      {"2d00::1"},
      {"192.168.0.1", "2d00::1", "64:ff9b::7f00:1"},
  };
  return addresses_for(question, kAnswers[turn % std::size(kAnswers)]);
}

class Probe {
 public:
  Probe(int requests, const std::string& server) : left_(requests) {
    auto client =
        HttpClient::open_with(loop_, clock_, {}, make_resolver(loop_, clock_, {.servers = server}));
    if (!client) std::abort();
    client_ = *std::move(client);
  }

  std::map<std::string_view, int> run() {
    loop_.post([this] {
      for (int i = 0; i < kAtOnce; ++i) ask();
    });
    loop_.run();
    return outcomes_;
  }

 private:
  // Few names, again and again: what was public a moment ago is private now.
  void ask() {
    if (left_ == 0) return;
    const std::string host = std::to_string(--left_ % kAtOnce) + ".flip.test";
    ++open_;
    client_->send(*parse_url("https://" + host + "/"), HttpRequest{.method = "GET"}, kDeadline,
                  [this](Exchange exchange) {
                    ++outcomes_[exchange.failed ? name(*exchange.failed) : "answered"];
                    --open_;
                    ask();
                    if (open_ == 0) loop_.stop();
                  });
  }

  const SystemClock clock_;
  EventLoop loop_;
  std::unique_ptr<HttpClient> client_;
  std::map<std::string_view, int> outcomes_;
  int left_;
  int open_ = 0;
};

}  // namespace
}  // namespace chartbell

int main(int count, char** words) {
  using namespace chartbell;
  if (count != 2) return 2;
  std::map<std::string, unsigned> asked;
  const DnsServer server([&](const DnsQuestion& question) {
    return flip(question, asked[question.name]++ / 2);  // a lookup asks for both families
  });
  std::printf("dns %s\n", server.address().c_str());
  const auto outcomes = Probe(std::atoi(words[1]), server.address()).run();
  std::printf("questions %d\n", server.questions());
  for (const auto& [outcome, times] : outcomes) std::printf("%s %d\n", outcome.data(), times);
}
