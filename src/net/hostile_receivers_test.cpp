// Every receiver here is broken or means harm. What counts: the exchange ends in time, as the class
// that the table says, and leaves nothing behind.
#include <fstream>
#include <span>

#include <gmock/gmock.h>
#include <poll.h>

#include "net/client_for_test.h"
#include "net/tls_server_for_test.h"

namespace chartbell {
namespace {

using Script = RawServer::Script;

constexpr Milliseconds kDeadline{300};
constexpr int kDripMs = 20;
// What a client left in our buffers keeps its end from us: such scripts end by themselves.
constexpr int kLongerMs = 500;
constexpr std::size_t kLargeBody = std::size_t{1} << 20;
constexpr std::size_t kGrowthMax = std::size_t{16} << 20;
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// "answered" with a status, or the class of the failure; several where the kernel decides.
struct Expected {
  std::vector<OutcomeClass> failed;
  int status = 0;
};
const Expected kBad{{OutcomeClass::kBadAnswer}};
const Expected kLate{{OutcomeClass::kTimedOut}};
const Expected kNoTls{{OutcomeClass::kTlsFailed}};
Expected answered(int status) {
  return {{}, status};
}

struct Receiver {
  const char* what;
  Expected expected;
  Script script;
  std::size_t request_bytes = 2;
};

Script once(std::string_view answer) {
  return [answer = std::string(answer)](RawSocket& socket, int) {
    receive_request(socket);
    socket.send(answer);
  };
}
Script head(std::string_view fields, std::string_view body = "") {
  return once("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n\r\n" + std::string(body));
}
Script pour(std::string_view start, std::string_view more) {
  return [start = std::string(start), more = std::string(more)](RawSocket& socket, int) {
    receive_request(socket);
    socket.send(start);
    while (socket.send(more)) continue;
  };
}
// A byte now and then, until the client has enough.
Script drip(std::string_view start, std::string_view more) {
  return [start = std::string(start), more = std::string(more)](RawSocket& socket, int) {
    receive_request(socket);
    socket.send(start);
    socket.be_patient_for_ms(kDripMs);
    for (std::size_t i = 0; socket.is_open(); ++i)
      if (!socket.send({&more[i % more.size()], 1})) return;
  };
}
Script then_reset(std::string_view answer) {
  return [answer = std::string(answer)](RawSocket& socket, int) {
    receive_request(socket);
    socket.send(answer);
    socket.reset();
  };
}
// What it gets is thrown away, until the client has enough.
void outwait(const RawSocket& socket) {
  socket.receive_all();
}

const Expected kCutOff{{OutcomeClass::kBadAnswer, OutcomeClass::kNotConnected}};

const Receiver kSilentOrGone[] = {
    {"silence", kLate, [](RawSocket& socket, int) { outwait(socket); }},
    {"reset at once", kCutOff, [](RawSocket& socket, int) { socket.reset(); }},
    {"closed at once", kCutOff, [](RawSocket&, int) {}},
    {"reset after the request", kBad, then_reset("")},
    {"reset within the head", kBad, then_reset("HTTP/1.1 200 OK\r\nContent-")},
    {"reset after the head", kBad, then_reset("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")},
    {"reset within the body", kBad, then_reset("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")},
    {"half-closed", kBad,
     [](RawSocket& socket, int) {
       socket.finish_sending();
       outwait(socket);
     }},
    {"half-closed within the head", kBad,
     [](RawSocket& socket, int) {
       socket.send("HTTP/1.1 200 OK\r\n");
       socket.finish_sending();
       outwait(socket);
     }},
    {"head drips", kLate, drip("HTTP/1.1 200 OK\r\n", "X-A: b\r\n")},
    {"body drips", kLate, drip("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", "x")},
    {"chunks drip", kLate, drip(kChunked, "1\r\nx\r\n")},
    {"interim answers drip", kLate, drip("", "HTTP/1.1 102 Processing\r\n\r\n")},
    {"body without an end drips", kLate, drip("HTTP/1.1 200 OK\r\n\r\n", "x")},
    {"100 and silence", kLate,
     [](RawSocket& socket, int) {
       socket.send("HTTP/1.1 100 Continue\r\n\r\n");
       outwait(socket);
     }},
    {"reads nothing", kLate,
     [](RawSocket& socket, int) {
       pollfd gone{socket.descriptor(), POLLRDHUP, 0};
       ::poll(&gone, 1, kLongerMs);
     },
     kLargeBody},
    {"reads a byte now and then", kLate,
     [](RawSocket& socket, int) {
       pollfd gone{socket.descriptor(), POLLRDHUP, 0};
       for (int spent = 0; spent < kLongerMs && ::poll(&gone, 1, kDripMs) == 0; spent += kDripMs)
         if (char byte; ::recv(socket.descriptor(), &byte, 1, 0) <= 0) return;
     },
     kLargeBody},
};

const Receiver kEndless[] = {
    {"fields", kBad, pour("HTTP/1.1 200 OK\r\n", "X-Field: a\r\n")},
    {"value", kBad, pour("HTTP/1.1 200 OK\r\nX: ", "endless value")},
    {"reason", kBad, pour("HTTP/1.1 200 ", "endless reason ")},
    {"status line of 1 MB", kBad, once("HTTP/1.1 200 " + std::string(1 << 20, 'r') + "\r\n\r\n")},
    {"interim answers", kBad, pour("", "HTTP/1.1 100 Continue\r\n\r\n")},
    {"chunks", kBad, pour(kChunked, "3\r\nabc\r\n")},
    {"chunk extension", kBad, pour(std::string(kChunked) + "3;", "extension")},
    {"trailers", kBad, pour(std::string(kChunked) + "0\r\n", "X-Trailer: a\r\n")},
    {"body", kBad, pour("HTTP/1.1 200 OK\r\n\r\n", "body")},
    {"empty lines", kBad, pour("", "\r\n")},
    {"zeros", kBad, pour("", std::string(100, '\0'))},
    {"10 GB", kBad, pour("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n", "body")},
    {"fields beyond the limit", kBad, head("X: " + std::string(17 << 10, 'x') + "\r\nA: b")},
    {"a whole answer and more", answered(200), pour(kOk, "more")},
};

const Receiver kBadFraming[] = {
    {"length negative", kBad, head("Content-Length: -1", "ok")},
    {"length in hexadecimal", kBad, head("Content-Length: 0x2", "ok")},
    {"length with a sign", kBad, head("Content-Length: +2", "ok")},
    {"length of letters", kBad, head("Content-Length: two", "ok")},
    {"length empty", kBad, head("Content-Length:", "ok")},
    {"length over 64 bits", kBad, head("Content-Length: 18446744073709551618", "ok")},
    {"two lengths", kBad, head("Content-Length: 2\r\nContent-Length: 3", "ok")},
    {"list of lengths", kBad, head("Content-Length: 2, 3", "ok")},
    {"length and chunks", kBad, head("Content-Length: 2\r\nTransfer-Encoding: chunked", "ok")},
    {"chunks and length", kBad, head("Transfer-Encoding: chunked\r\nContent-Length: 2", "ok")},
    {"body too short", kBad, head("Content-Length: 3", "ok")},
    {"body too long", answered(200), head("Content-Length: 2", "ok and more")},
    {"a second answer at once", answered(200), once(std::string(kOk) + std::string(kOk))},
    {"chunk size over 64 bits", kBad, once(std::string(kChunked) + "ffffffffffffffff0\r\nabc")},
    {"chunk size of letters", kBad, once(std::string(kChunked) + "zz\r\nabc\r\n0\r\n\r\n")},
    {"chunk size negative", kBad, once(std::string(kChunked) + "-3\r\nabc\r\n0\r\n\r\n")},
    {"chunk size with 0x", kBad, once(std::string(kChunked) + "0x3\r\nabc\r\n0\r\n\r\n")},
    {"chunk too long", kBad, once(std::string(kChunked) + "3\r\nabcdef\r\n0\r\n\r\n")},
    {"chunk without an end", kBad, once(std::string(kChunked) + "3\r\nabc")},
    {"no last chunk", kBad, once(std::string(kChunked) + "3\r\nabc\r\n")},
    {"body where there is none", answered(204),
     once("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok")},
};

const Receiver kNoHttp[] = {
    {"garbage", kBad, once("\xff\xfe garbage \x01\x02\r\n\r\n")},
    {"HTTP/0.9", kBad, once("hello")},
    {"HTTP/2", kBad, once("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
    {"settings of HTTP/2", kBad, once(std::string_view("\0\0\0\4\0\0\0\0\0", 9))},
    {"HTTP/9.9", kBad, once("HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok")},
    {"a request", kBad, once("GET / HTTP/1.1\r\nHost: us\r\n\r\n")},
    {"an SSH banner", kBad, once("SSH-2.0-OpenSSH_9.2\r\n")},
    {"a TLS alert", kBad, once(std::string_view("\x15\x03\x01\x00\x02\x02\x16", 7))},
    {"lines without CR", kBad, once("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")},
    {"NUL in a value", kBad, head(std::string_view("X: a\0b\r\nContent-Length: 2", 25), "ok")},
    {"CR in a value", kBad, head("X: a\rb\r\nContent-Length: 2", "ok")},
    {"no colon", kBad, head("no field\r\nContent-Length: 2", "ok")},
    {"blank before the colon", kBad, head("Content-Length : 2", "ok")},
    {"empty name", kBad, head(": a\r\nContent-Length: 2", "ok")},
    {"status 99999", kBad, once("HTTP/1.1 99999 Much\r\nContent-Length: 2\r\n\r\nok")},
    {"status 20", kBad, once("HTTP/1.1 20 Less\r\nContent-Length: 2\r\n\r\nok")},
    {"status of letters", kBad, once("HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok")},
    {"status 999", answered(999), once("HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok")},
    {"status 000", kBad, once("HTTP/1.1 000 None\r\nContent-Length: 2\r\n\r\nok")},
    {"status 101", kBad, once("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")},
    {"retry after ages", answered(503),
     once("HTTP/1.1 503 Busy\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n")},
};

const Receiver kNoTlsThere[] = {
    {"plain HTTP", kNoTls,
     [](RawSocket& socket, int) {
       socket.receive();
       socket.send(kOk);
     }},
    {"silence", kLate, [](RawSocket& socket, int) { outwait(socket); }},
    {"reset", kNoTls,
     [](RawSocket& socket, int) {
       socket.receive();
       socket.reset();
     }},
    {"closed", kNoTls, [](RawSocket& socket, int) { socket.receive(); }},
    {"an alert", kNoTls,
     [](RawSocket& socket, int) {
       socket.receive();
       socket.send(std::string_view("\x15\x03\x03\x00\x02\x02\x28", 7));
     }},
    {"records of zeros", kNoTls,
     [](RawSocket& socket, int) {
       socket.receive();
       while (socket.send(std::string(1000, '\0'))) continue;
     }},
    {"a record that drips", kLate,
     [](RawSocket& socket, int) {
       socket.receive();
       socket.send(std::string_view("\x16\x03\x03\x40\x00", 5));
       socket.be_patient_for_ms(kDripMs);
       while (socket.is_open() && socket.send("\x02")) continue;
     }},
};

class HostileReceivers : public testing::Test {
 protected:
  ClientOptions options() const {
    ClientOptions options = development_options();
    options.trust_file = trust_.path();
    return options;
  }
  void expect(const Expected& expected, const Url& url, const char* what, std::size_t bytes = 2) {
    ClientForTest client(options(), {{"good.test", {"127.0.0.1"}}});
    const Exchange exchange = client.send(url, post(std::string(bytes, 'x')), kDeadline);
    EXPECT_LT(exchange.latency, kDeadline + std::chrono::seconds(1)) << what;
    EXPECT_LE(exchange.answer.body.size(), options().kept_body_bytes) << what;
    const std::string_view seen = exchange.failed ? name(*exchange.failed) : "answered";
    if (expected.failed.empty())
      EXPECT_EQ(exchange.answer.status, expected.status) << what << ": " << seen;
    else
      EXPECT_TRUE(exchange.failed && std::ranges::count(expected.failed, *exchange.failed))
          << what << ": " << seen << ' ' << exchange.answer.status;
    ++seen_;
  }
  void expect_all(std::span<const Receiver> receivers, const std::string& scheme = "http") {
    for (const Receiver& receiver : receivers) {
      const RawServer server(receiver.script);
      expect(receiver.expected, url_to(server.port(), "good.test", scheme), receiver.what,
             receiver.request_bytes);
    }
  }
  void expect_untrusted(const char* what, const Identity& identity, TlsServer::Options given = {}) {
    const TlsServer server(std::move(given), identity);
    expect(kNoTls, url_to(server.port(), "good.test", "https"), what);
    EXPECT_EQ(server.requests(), 0) << what;
  }
  Identity leaf(CertificateOptions certificate) const {
    return make_identity(certificate, &authority_);
  }

  const Identity authority_ = make_identity({});
  const TrustFile trust_{authority_};
  int seen_ = 0;
};

// Pages of this process that are in memory, in bytes.
std::size_t resident_bytes() {
  std::size_t size = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kMemoryIsPlain = false;
#else
constexpr bool kMemoryIsPlain = true;
#endif
#else
constexpr bool kMemoryIsPlain = true;
#endif

TEST_F(HostileReceivers, EndInTimeAsTheTableSaysAndLeaveNothingBehind) {
  expect_all(std::span(kNoHttp).first(1));  // what is allocated once is no growth
  const std::size_t before = resident_bytes();
  expect_all(kSilentOrGone);
  expect_all(kEndless);
  expect_all(kBadFraming);
  expect_all(kNoHttp);
  expect_all(kNoTlsThere, "https");
  RecordProperty("resident_growth", std::to_string(resident_bytes() - before));
  if (kMemoryIsPlain) EXPECT_LE(resident_bytes(), before + kGrowthMax);
  EXPECT_GE(seen_, 40);
}

TEST_F(HostileReceivers, WithoutACertificateForUsGetNoRequest) {
  const Identity stranger = make_identity({});
  expect_untrusted("expired", leaf({"DNS:good.test", -7200, -3600}));
  expect_untrusted("not valid yet", leaf({"DNS:good.test", 3600, 7200}));
  expect_untrusted("another name", leaf({"DNS:other.test"}));
  expect_untrusted("self-signed", make_identity({"DNS:good.test"}));
  expect_untrusted("a stranger's", make_identity({"DNS:good.test"}, &stranger));
  expect_untrusted("TLS 1.0", leaf({"DNS:good.test"}), {.version_max = TLS1_VERSION});
  expect_untrusted("TLS 1.1", leaf({"DNS:good.test"}), {.version_max = TLS1_1_VERSION});
  expect_untrusted("a chain of 1,000", leaf({"DNS:good.test"}), {.chain_copies = 1000});
}

TEST_F(HostileReceivers, WhoDoNotAcceptAreLeftAtTheDeadline) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in here = RawSocket::loopback(0);
  socklen_t length = sizeof here;
  ::bind(listener, reinterpret_cast<sockaddr*>(&here), length);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&here), &length);
  expect({{OutcomeClass::kNotConnected}}, url_to(ntohs(here.sin_port)), "bound only");
  ::listen(listener, 1);
  expect(kLate, url_to(ntohs(here.sin_port)), "listening only");
  expect(kLate, url_to(ntohs(here.sin_port), "127.0.0.1", "https"), "listening only, TLS");
  ::close(listener);
}

TEST_F(HostileReceivers, ACompressedBodyIsNotInflated) {
  const std::string bomb(40'000, '\x1f');
  const RawServer server(
      head("Content-Encoding: gzip\r\nContent-Length: " + std::to_string(bomb.size()), bomb));
  ClientForTest client(options());
  const Exchange exchange = client.send(url_to(server.port()), post(), kPatience);
  EXPECT_EQ(exchange.failed, std::nullopt);
  EXPECT_EQ(exchange.answer.body, bomb.substr(0, options().kept_body_bytes));
}

TEST_F(HostileReceivers, AnAnswerBeforeTheRequestWasReadIsAnAnswerOrNone) {
  const RawServer server([](RawSocket& socket, int) { socket.send(kOk); });
  ClientForTest client(options());
  const Exchange exchange =
      client.send(url_to(server.port()), post(std::string(kLargeBody, 'x')), kPatience);
  if (exchange.failed) EXPECT_EQ(exchange.failed, OutcomeClass::kBadAnswer);
}

}  // namespace
}  // namespace chartbell
