#include "net/http_server.h"

#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "net/raw_socket_for_test.h"

namespace chartbell {
namespace {

using namespace std::string_view_literals;
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

// Lets bodies be large where the target says so.
class LargeEcho final : public HttpHandler {
 public:
  void handle(HttpRequest request, Respond respond) override {
    if (request.target == "/large/wait") {
      waiting.set_value(std::move(respond));
      return;
    }
    respond({200, {}, "read " + std::to_string(request.body.size()) + '.'});
  }
  std::optional<RequestFault> refuses_large(const HttpRequest& head) override {
    if (head.target.starts_with("/large")) return std::nullopt;
    if (head.target == "/barred") return RequestFault{401, "who are you"};
    return RequestFault{413, "too long"};
  }
  std::promise<Respond> waiting;
};

std::string post(std::string_view target, std::size_t length) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

TEST_F(HttpServerTest, ALargeBodyIsReadWhereItsHeadIsLet) {
  LargeEcho echo;
  options_.request.body_bytes_max = 10;
  options_.request.large_body_bytes_max = 100;
  start(echo);
  const RawSocket socket = connect();
  socket.send(post("/large", 100) + std::string(100, 'x'));
  EXPECT_THAT(socket.receive_until("read 100."), HasSubstr(" 200 "));
  socket.send(post("/usual", 10) + std::string(10, 'x'));
  EXPECT_THAT(socket.receive_until("read 10."), HasSubstr(" 200 "));
  EXPECT_THAT(talk(post("/large", 101)), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(talk(post("/usual", 11)), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(talk(post("/barred", 11)), StartsWith("HTTP/1.1 401 "));
  const std::string chunked = " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunk = "b\r\n12345678901\r\n";
  EXPECT_THAT(talk("POST /usual" + chunked + chunk), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(talk("POST /barred" + chunked + chunk), StartsWith("HTTP/1.1 401 "));
  std::string ten;
  for (int i = 0; i < 10; ++i) ten += chunk;
  EXPECT_THAT(talk("POST /large" + chunked + ten), StartsWith("HTTP/1.1 413 "));
  socket.send("POST /large" + chunked + chunk + "0\r\n\r\n");
  EXPECT_THAT(socket.receive_until("read 11."), HasSubstr(" 200 "));
}

TEST_F(HttpServerTest, ManyLargeBodiesAtATimeAreTooMany) {
  LargeEcho echo;
  options_.request.body_bytes_max = 10;
  options_.request.large_body_bytes_max = 100;
  options_.large_bodies_max = 1;
  start(echo);
  const RawSocket first = connect();
  first.send(post("/large/wait", 11) + std::string(11, 'x'));
  const auto respond = echo.waiting.get_future().get();
  EXPECT_THAT(talk(post("/large", 11) + std::string(11, 'x')), StartsWith("HTTP/1.1 503 "));
  respond({200, {}, "done."});
  first.receive_until("done.");
  first.send(post("/usual", 1) + "x");
  first.receive_until("read 1.");
  const RawSocket second = connect();
  second.send(post("/large", 11) + std::string(11, 'x'));
  EXPECT_THAT(second.receive_until("read 11."), HasSubstr(" 200 "));
}

struct Malformed {
  std::string_view text;
  int status;
};

TEST_F(HttpServerTest, MalformedRequestsAreRefusedAndTheConnectionClosed) {
  const Malformed kRequests[] = {
      // The request line.
      {"GET\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET\t/\tHTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {" GET / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"G@T / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: t\r\n\r\n", 400},
      {"GET / HTTP/1.1x\r\nHost: t\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: t\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: t\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"\x16\x03\x01\x02\r\n\r\n", 400},
      {"\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      // The target.
      {"GET /\xff HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET /a#b HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET \\a HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET http://other/ HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET http://u@t/ HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET ftp://t/ HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n", 501},
      // Host.
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nhost: other\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t/evil\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: u@t\r\n\r\n", 400},
      // Lines and fields.
      {"GET / HTTP/1.1\nHost: t\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n"sv, 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\x7f\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n\tTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n Host: t\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\n: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nno field\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: t\r\nX(y): a\r\n\r\n", 400},
      // Where the body ends.
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: "
       "3\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3, 3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: +3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0x3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3 3\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length:\r\n\r\nabc", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc",
       501},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n"
       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       501},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n"
       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding:\r\n\r\n", 501},
      {"POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 505},
      // Chunks.
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
       "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
       400},
      // Expectations.
      {"POST / HTTP/1.1\r\nHost: t\r\nExpect: coffee\r\nContent-Length: 3\r\n\r\nabc", 417},
  };
  start();
  for (const Malformed& request : kRequests) {
    // What follows must not be taken for a request of its own.
    const std::string answer = talk(std::string(request.text) + std::string(kLastGet));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(request.status) + ' '))
        << request.text;
    EXPECT_THAT(answer, AllOf(HasSubstr("Connection: close\r\n"), HasSubstr("text/plain"),
                              Not(HasSubstr("/last"))))
        << request.text;
  }
  EXPECT_EQ(echo_.handled(), 0);
}

TEST_F(HttpServerTest, UnusualButRightRequestsAreTaken) {
  struct Right {
    std::string_view text, answer;
  };
  const Right kRequests[] = {
      {"\r\nGET /a HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", "GET /a "},
      {"GET http://T/a?b HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", "GET /a?b "},
      {"GET http://t HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", "GET / "},
      {"GET https://t?b HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", "GET /?b "},
      {"OPTIONS * HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", "OPTIONS * "},
      {"GET /%ff HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n", "GET /%ff "},
      {"PURGE /a HTTP/1.1\r\nhOST: t\r\nconnection: Close\r\n\r\n", "PURGE /a "},
      {"GET /a HTTP/1.1\r\nHost:t\r\nX-Note: \xc3\xbc\t\r\nConnection: close\r\n\r\n", "GET /a "},
      {"GET /a HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "GET /a "},
      {"POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: CHUNKED\r\nConnection: close\r\n\r\n"
       "3;x=\"y\"\r\nabc\r\n0\r\nX-Trailer: z\r\n\r\n",
       "POST /a abc"},
  };
  start();
  for (const Right& request : kRequests)
    EXPECT_THAT(talk(request.text), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith(request.answer)))
        << request.text;
}

TEST_F(HttpServerTest, TrailersDoNotBecomeFields) {
  start();
  talk(
      "POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "1\r\na\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
  EXPECT_EQ(echo_.last().body, "a");
  EXPECT_EQ(field(echo_.last().fields, "Authorization"), std::nullopt);
}

TEST_F(HttpServerTest, ARequestMayComeByteByByte) {
  start();
  const RawSocket socket = connect();
  const std::string_view request =
      "\r\nPOST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\n0\r\n\r\n";
  for (const char c : request) socket.send({&c, 1});
  EXPECT_THAT(socket.receive_all(), EndsWith("POST /a abc"));
}

TEST_F(HttpServerTest, HeadIsAnsweredWithoutABody) {
  start();
  const RawSocket socket = connect();
  socket.send("HEAD /a HTTP/1.1\r\nHost: t\r\n\r\n");
  socket.send(kLastGet);
  const std::string answer = socket.receive_all();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 8\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, AWaitingClientIsToldToGoOn) {
  start();
  const RawSocket socket = connect();
  socket.send(
      "POST /a HTTP/1.1\r\nHost: t\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n"
      "Connection: close\r\n\r\n");
  EXPECT_EQ(socket.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("abc");
  EXPECT_THAT(socket.receive_all(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("POST /a abc")));
}

TEST_F(HttpServerTest, AClientThatDoesNotWaitIsNotToldToGoOn) {
  start();
  EXPECT_THAT(talk("POST /a HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
                   "Connection: close\r\n\r\nabc"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, LimitsOfSizeAreHeldWhileReading) {
  options_.request.head_bytes_max = 1000;
  options_.request.body_bytes_max = 100;
  start();
  const std::string padding(1000, 'x');
  const std::string body(101, 'b');
  EXPECT_THAT(talk("GET / HTTP/1.1\r\nHost: t\r\nX: " + padding + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(talk("GET /" + padding), StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(talk("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 101\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(talk("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 101\r\n"
                   "Expect: 100-continue\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(talk("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 999999999999999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(talk("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + body +
                   "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(talk("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1;" + padding),
              StartsWith("HTTP/1.1 4"));
  EXPECT_THAT(
      talk("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + padding),
      StartsWith("HTTP/1.1 4"));
  EXPECT_EQ(echo_.handled(), 0);
  EXPECT_THAT(
      talk("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\nConnection: close\r\n\r\n" +
           body.substr(1)),
      StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, LinesAndFieldsAreLimitedWithinTheHead) {
  options_.request.line_bytes_max = 100;
  options_.request.fields_max = 5;
  start();
  const std::string end = "\r\nHost: t\r\nConnection: close\r\n\r\n";
  const auto target_of = [](std::size_t line) {
    return "GET /" + std::string(line - "GET / HTTP/1.1"sv.size(), 'a') + " HTTP/1.1";
  };
  EXPECT_THAT(talk(target_of(100) + end), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(talk(target_of(101) + end), StartsWith("HTTP/1.1 414 "));
  const auto field_of = [](std::size_t line) {
    return "\r\nX: " + std::string(line - "X: "sv.size(), 'a');
  };
  EXPECT_THAT(talk("GET / HTTP/1.1" + field_of(100) + end), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(talk("GET / HTTP/1.1" + field_of(101) + end), StartsWith("HTTP/1.1 431 "));
  const std::string fields = "\r\nA: 1\r\nB: 2\r\nC: 3";
  EXPECT_THAT(talk("GET / HTTP/1.1" + fields + end), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(talk("GET / HTTP/1.1" + fields + "\r\nD: 4" + end), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, WhatStandsBetweenChunksIsLimited) {
  start();
  const std::string head =
      "POST / HTTP/1.1\r\nHost: t\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto chunks = [](int count, const std::string& chunk) {
    std::string out;
    for (int i = 0; i < count; ++i) out += chunk;
    return out + "0\r\n\r\n";
  };
  EXPECT_THAT(talk(head + chunks(2'000, "1\r\na\r\n")), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(talk(head + chunks(20'000, "1\r\na\r\n")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(talk(head + chunks(100, "1;" + std::string(1'000, 'x') + "\r\na\r\n")),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(talk(head + chunks(20'000, "10\r\n0123456789abcdef\r\n")),
              StartsWith("HTTP/1.1 200 "));
}

// Sends byte after byte, with 5 ms of listening between them, until the server has spoken.
std::string drip(const RawSocket& socket, std::string_view start) {
  socket.send(start);
  socket.be_patient_for_ms(5);
  std::string heard;
  for (int i = 0; heard.empty() && i < 2000 && socket.send("x"); ++i) heard = socket.receive();
  return heard;
}

TEST_F(HttpServerTest, ASlowHeadIsCutAtItsDeadlineHoweverManyBytesCome) {
  options_.head_deadline = Milliseconds(150);
  start();
  EXPECT_THAT(drip(connect(), "GET /a"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, ASlowBodyIsCutAtItsDeadlineHoweverManyBytesCome) {
  options_.body_deadline = Milliseconds(150);
  start();
  EXPECT_THAT(drip(connect(), "POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 10000\r\n\r\n"),
              StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, ABodySlowerThanTheLeastRateIsCutBeforeItsDeadline) {
  options_.body_grace = Milliseconds(150);
  options_.body_bytes_per_second_min = 100'000;
  start();
  EXPECT_THAT(drip(connect(), "POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 10000\r\n\r\n"),
              StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, ABodyAtTheLeastRateIsTaken) {
  options_.body_grace = Milliseconds(0);
  options_.body_bytes_per_second_min = 1;
  start();
  const RawSocket socket = connect();
  socket.send("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 200\r\n\r\n");
  socket.be_patient_for_ms(5);
  std::string heard;
  for (int i = 0; heard.empty() && i < 200 && socket.send("x"); ++i) heard = socket.receive();
  socket.be_patient_for_ms(10'000);
  if (heard.empty()) heard = socket.receive();
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, AClientThatSaysNothingIsLeftWithoutAWord) {
  options_.head_deadline = Milliseconds(100);
  start();
  EXPECT_THAT(connect().receive_all(), IsEmpty());
}

TEST_F(HttpServerTest, AnIdleConnectionIsClosedAtItsDeadline) {
  options_.idle_deadline = Milliseconds(100);
  start();
  const RawSocket socket = connect();
  socket.send(kGet);
  EXPECT_THAT(socket.receive_all(), EndsWith("GET /a "));
}

TEST_F(HttpServerTest, AConnectionOverTheCapIsToldSo) {
  options_.connections_max = 1;
  start();
  const RawSocket socket = connect();
  socket.send(kGet);
  EXPECT_THAT(socket.receive_until("GET /a "), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(talk(kGet), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Connection: close")));
  EXPECT_EQ(echo_.handled(), 1);
}

// Another address of this machine's own network.
RawSocket connect_from(std::uint32_t address, std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in here = RawSocket::loopback(0);
  here.sin_addr.s_addr = htonl(address);
  ::bind(descriptor, reinterpret_cast<sockaddr*>(&here), sizeof here);
  const sockaddr_in there = RawSocket::loopback(port);
  ::connect(descriptor, reinterpret_cast<const sockaddr*>(&there), sizeof there);
  return RawSocket(descriptor);
}

TEST_F(HttpServerTest, OneAddressCannotTakeAllConnections) {
  options_.connections_per_network = 2;
  start();
  std::vector<RawSocket> held;
  for (int i = 0; i < 2; ++i) {
    held.push_back(connect());
    held.back().send(kGet);
    EXPECT_THAT(held.back().receive_until("GET /a "), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_THAT(talk(kGet), AllOf(StartsWith("HTTP/1.1 429 "), HasSubstr("Connection: close")));
  const RawSocket other = connect_from(INADDR_LOOPBACK + 1, server_->port());
  other.send(kGet);
  EXPECT_THAT(other.receive_until("GET /a "), StartsWith("HTTP/1.1 200 "));
  held.pop_back();
  std::string heard;
  for (int i = 0; i < 1000 && !heard.starts_with("HTTP/1.1 200 "); ++i) heard = talk(kLastGet);
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 ")) << "a place that was left is free again";
}

TEST_F(HttpServerTest, TheTurnedAwayTakeNoPlaces) {
  options_.connections_max = 3;
  options_.connections_per_network = 2;
  start();
  std::vector<RawSocket> held;
  for (int i = 0; i < 60; ++i) held.push_back(connect());
  const RawSocket other = connect_from(INADDR_LOOPBACK + 1, server_->port());
  other.send(kGet);
  EXPECT_THAT(other.receive_until("GET /a "), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, ManyClientsAreServedAtOnce) {
  start();
  std::vector<RawSocket> sockets;
  for (int i = 0; i < 200; ++i) sockets.push_back(connect());
  for (const RawSocket& socket : sockets) socket.send(kGet);
  for (const RawSocket& socket : sockets)
    EXPECT_THAT(socket.receive_until("GET /a "), StartsWith("HTTP/1.1 200 "));
}

// Keeps what it is asked until the test answers.
class Later final : public HttpHandler {
 public:
  void handle(HttpRequest, Respond respond) override { asked_.set_value(std::move(respond)); }
  Respond wait() { return asked_.get_future().get(); }

 private:
  std::promise<Respond> asked_;
};

TEST_F(HttpServerTest, AnAnswerMayComeLaterFromAnotherThread) {
  Later later;
  start(later);
  const RawSocket socket = connect();
  socket.send(kLastGet);
  later.wait()({202, {}, "later"});
  EXPECT_THAT(socket.receive_all(), AllOf(StartsWith("HTTP/1.1 202 "), EndsWith("later")));
}

TEST_F(HttpServerTest, AHandlerMayTakeLongerThanAnyDeadline) {
  options_.head_deadline = options_.body_deadline = options_.idle_deadline = Milliseconds(100);
  Later later;
  start(later);
  const RawSocket socket = connect();
  socket.send(kLastGet);
  const Respond respond = later.wait();
  // A second client is cut meanwhile, so that deadlines have been looked at.
  EXPECT_THAT(connect().receive_all(), IsEmpty());
  respond({200, {}, "done"});
  EXPECT_THAT(socket.receive_all(), EndsWith("done"));
}

TEST_F(HttpServerTest, DestructionClosesWhatIsOpenAndLateAnswersDoNoHarm) {
  Later later;
  start(later);
  const RawSocket idle = connect();
  const RawSocket waiting = connect();
  waiting.send(kGet);
  const Respond respond = later.wait();
  const std::uint16_t port = server_->port();
  server_.reset();
  EXPECT_THAT(idle.receive_all(), IsEmpty());
  EXPECT_THAT(waiting.receive_all(), IsEmpty());
  respond({200, {}, "too late"});
  const RawSocket refused = RawSocket::connect(port);
  EXPECT_FALSE(refused.send(kGet) && !refused.receive().empty());
}

TEST_F(HttpServerTest, AFieldOfAnAnswerCannotBreakTheHead) {
  class Careless final : public HttpHandler {
   public:
    void handle(HttpRequest, Respond respond) override {
      respond({302, {{"Location", "/a\r\nSet-Cookie: b=c"}}, ""});
    }
  };
  Careless careless;
  start(careless);
  EXPECT_THAT(talk(kLastGet), AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("Set-Cookie"))));
}

TEST_F(HttpServerTest, AnAnswerMayEndTheConnection) {
  class Last final : public HttpHandler {
   public:
    void handle(HttpRequest, Respond respond) override {
      respond({204, {{"Connection", "close"}}, ""});
    }
  };
  Last last;
  start(last);
  const std::string answer = talk(std::string(kGet) + std::string(kGet));
  EXPECT_EQ(answer.find("HTTP/1.1 204"), answer.rfind("HTTP/1.1 204"));
  EXPECT_EQ(answer.find("Connection: close"), answer.rfind("Connection: close"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

TEST_F(HttpServerTest, WhereItCannotListenItSaysWhere) {
  start();
  ServerOptions taken;
  taken.port = server_->port();
  const auto again = HttpServer::open(loop_, taken, echo_, refuse);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kConfig);
  EXPECT_THAT(again.error().detail,
              AllOf(HasSubstr("127.0.0.1"), HasSubstr(std::to_string(taken.port))));
  for (const char* address : {"192.0.2.1", "nowhere", ""}) {
    ServerOptions options;
    options.address = address;
    const auto elsewhere = HttpServer::open(loop_, options, echo_, refuse);
    ASSERT_FALSE(elsewhere) << address;
    EXPECT_EQ(elsewhere.error().code, Code::kConfig);
  }
}

TEST_F(HttpServerTest, ListensOnIpv6) {
  options_.address = "::1";
  start();
  EXPECT_NE(server_->port(), 0);
}

TEST(EventLoop, RunsWhatIsPostedInOrderAndWhatIsDueLater) {
  EventLoop loop;
  std::string order;
  loop.after(Milliseconds(20), [&] { order += 'd', loop.stop(); });
  loop.after(Milliseconds(0), [&] { order += 'c'; });
  loop.post([&] { order += 'a'; });
  loop.post([&] { order += 'b'; });
  loop.run();
  EXPECT_EQ(order.size(), 4U);
  EXPECT_LT(order.find('a'), order.find('b'));
  EXPECT_EQ(order.back(), 'd');
}

TEST(EventLoop, StoppedBeforeItRunsItDoesNotWait) {
  EventLoop loop;
  loop.stop();
  loop.run();
}

}  // namespace
}  // namespace chartbell
