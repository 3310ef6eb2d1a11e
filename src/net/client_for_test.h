// A client on a loop of its own thread, and a resolver that says what a test wants.
#pragma once

#include <future>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "net/http_client.h"
#include "net/raw_socket_for_test.h"
#include "net/resolver.h"

namespace chartbell {

constexpr Milliseconds kPatience{10'000};

inline HttpRequest post(std::string body = "{}") {
  return {.method = "POST", .target = "", .fields = {}, .body = std::move(body), .peer = ""};
}
inline HttpRequest get(std::string method = "GET") {
  return {.method = std::move(method), .target = "", .fields = {}, .body = "", .peer = ""};
}

inline Url url_to(std::uint16_t port, const std::string& host = "127.0.0.1",
                  const std::string& scheme = "http") {
  const auto url = parse_url(scheme + "://" + host + ':' + std::to_string(port) + "/hook?a=b");
  EXPECT_TRUE(url);
  return url ? *url : Url{};
}

// Knows the names it is told, keeps quiet about "silent.test", and has an error for all others.
class ScriptedResolver final : public Resolver {
 public:
  using Names = std::map<std::string, std::vector<std::string>>;

  explicit ScriptedResolver(Names names) : names_(std::move(names)) {}

  void resolve(const std::string& host, Done done) override {
    if (host == "silent.test") return unanswered_.push_back(std::move(done));
    const auto found = names_.find(host);
    if (found == names_.end()) return done(failure(Code::kUnreachable, "no such name"));
    std::vector<IpAddress> addresses;
    for (const std::string& text : found->second) addresses.push_back(*parse_address(text));
    done(std::move(addresses));
  }

 private:
  const Names names_;
  std::vector<Done> unanswered_;
};

class ClientForTest {
 public:
  explicit ClientForTest(const ClientOptions& options, const ScriptedResolver::Names& names = {}) {
    auto client =
        HttpClient::open_with(loop_, clock_, options, std::make_unique<ScriptedResolver>(names));
    EXPECT_TRUE(client);
    client_ = *std::move(client);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~ClientForTest() {
    client_.reset();
    loop_.stop();
    thread_.join();
  }

  std::future<Exchange> start(const Url& url, HttpRequest request,
                              Milliseconds deadline = kPatience, TlsIdentityPtr identity = {}) {
    const auto promise = std::make_shared<std::promise<Exchange>>();
    loop_.post([this, promise, url, request = std::move(request), deadline, identity] {
      client_->send(
          url, request, deadline,
          [promise](Exchange exchange) { promise->set_value(std::move(exchange)); }, identity);
    });
    return promise->get_future();
  }
  Exchange send(const Url& url, HttpRequest request, Milliseconds deadline = kPatience,
                TlsIdentityPtr identity = {}) {
    return start(url, std::move(request), deadline, std::move(identity)).get();
  }

  HttpClient& client() { return *client_; }
  EventLoop& loop() { return loop_; }
  void destroy_client() { client_.reset(); }

 private:
  SystemClock clock_;
  EventLoop loop_;
  std::unique_ptr<HttpClient> client_;
  std::thread thread_;
};

inline ClientOptions development_options() {
  ClientOptions options;
  options.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed);
  return options;
}

}  // namespace chartbell
