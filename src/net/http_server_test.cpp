#include "net/http_server.h"

#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include "net/raw_socket_for_test.h"

namespace chartbell {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: test\r\n\r\n";
constexpr std::string_view kLastGet =
    "GET /last HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

// Answers with the request's method, target and body.
class Echo final : public HttpHandler {
 public:
  void handle(HttpRequest request, Respond respond) override {
    {
      const std::lock_guard lock(mutex_);
      last_ = request;
      ++handled_;
    }
    respond({200,
             {{"X-Peer", request.peer}},
             request.method + ' ' + request.target + ' ' + request.body});
  }
  HttpRequest last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  int handled() const {
    const std::lock_guard lock(mutex_);
    return handled_;
  }

 private:
  mutable std::mutex mutex_;
  HttpRequest last_;
  int handled_ = 0;
};

HttpResponse refuse(int status, std::string_view reason) {
  return {status, {{"Content-Type", "text/plain"}}, std::string(reason)};
}

class HttpServerTest : public testing::Test {
 protected:
  ~HttpServerTest() override {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void start(HttpHandler& handler) {
    auto server = HttpServer::open(loop_, options_, handler, refuse);
    ASSERT_TRUE(server) << server.error().detail;
    server_ = *std::move(server);
    thread_ = std::thread([this] { loop_.run(); });
  }
  void start() { start(echo_); }

  RawSocket connect() const { return RawSocket::connect(server_->port()); }
  // Everything the server says to `text` until it closes.
  std::string talk(std::string_view text) const {
    const RawSocket socket = connect();
    socket.send(text);
    return socket.receive_all();
  }

  ServerOptions options_;
  Echo echo_;
  EventLoop loop_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  start();
  const RawSocket socket = connect();
  for (int i = 0; i < 3; ++i) {
    socket.send(kGet);
    const std::string answer = socket.receive_until("GET /a ");
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("X-Peer: 127.0.0.1\r\n"),
                              HasSubstr("Content-Length: 7\r\n"), HasSubstr("\r\nDate: ")));
  }
  socket.send(kLastGet);
  EXPECT_THAT(socket.receive_all(), HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  const std::string answer = talk(
      "POST /1 HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\none"
      "POST /2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  const auto first = answer.find("POST /1 one");
  const auto second = answer.find("POST /2 two");
  const auto third = answer.find("GET /3 ");
  ASSERT_NE(third, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

}  // namespace
}  // namespace chartbell
