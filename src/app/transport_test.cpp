#include "app/transport.h"

#include <future>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chartbell {
namespace {

// Takes connections and never answers.
class Silent {
 public:
  Silent() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, raw, size), 0);
    EXPECT_EQ(::listen(socket_, 128), 0);
    EXPECT_EQ(::getsockname(socket_, raw, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Silent() { ::close(socket_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  const int socket_;
  int port_ = 0;
};

class TransportTest : public testing::Test {
 protected:
  TransportTest() {
    home_.start();
    transport_ = HttpTransport::open(home_.loop(), clock_,
                                     {.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed)})
                     .value();
  }

  PendingAttempt attempt(bool suspect, Milliseconds deadline) {
    return {.destination = transport_->destination({.target_url = silent_.url()}),
            .body = "{}",
            .deadline = deadline,
            .suspect = suspect};
  }
  void send(PendingAttempt attempt, std::function<void(Outcome)> done) {
    home_.loop().post([this, attempt = std::move(attempt), done = std::move(done)]() mutable {
      transport_->send(std::move(attempt), std::move(done));
    });
  }

  SystemClock clock_;
  Silent silent_;
  LoopThread home_;
  std::unique_ptr<HttpTransport> transport_;
};

TEST_F(TransportTest, WhatComesOfAnAttemptIsToldOnTheDispatchersThread) {
  std::promise<std::thread::id> home;
  home_.loop().post([&] { home.set_value(std::this_thread::get_id()); });
  const auto at_home = home.get_future().get();
  for (const bool suspect : {false, true}) {
    std::promise<std::pair<OutcomeClass, std::thread::id>> told;
    send(attempt(suspect, Milliseconds(50)), [&](const Outcome& outcome) {
      told.set_value({outcome.result, std::this_thread::get_id()});
    });
    const auto [result, thread] = told.get_future().get();
    EXPECT_EQ(result, OutcomeClass::kTimedOut);
    EXPECT_EQ(thread, at_home);
  }
}

TEST_F(TransportTest, ItMayGoWhileAttemptsAreUnderWayAndWaiting) {
  for (int i = 0; i < 200; ++i)
    send(attempt(i % 2 == 0, Milliseconds(60'000)), [](const Outcome&) {});
  std::promise<void> sent;
  home_.loop().post([&] { sent.set_value(); });
  sent.get_future().wait();
  transport_.reset();
  home_.stop();
}

}  // namespace
}  // namespace chartbell
