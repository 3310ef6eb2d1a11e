// HttpClient over TLS: who is trusted, and for which name.
#include <gmock/gmock.h>

#include "net/client_for_test.h"
#include "net/tls_server_for_test.h"

namespace chartbell {
namespace {

const ScriptedResolver::Names kNames = {{"good.test", {"127.0.0.1"}},
                                        {"other.test", {"127.0.0.1"}},
                                        {"a.wild.test", {"127.0.0.1"}},
                                        {"a.b.wild.test", {"127.0.0.1"}}};

class HttpsClient : public testing::Test {
 protected:
  Identity leaf(const std::string& names) const {
    return make_identity({.alternative_names = names}, &authority_);
  }
  ClientOptions options() const {
    ClientOptions options = development_options();
    options.trust_file = trust_.path();
    return options;
  }
  Url url(const TlsServer& server, const std::string& host = "good.test") const {
    return url_to(server.port(), host, "https");
  }
  Exchange exchange_with(const TlsServer& server, const std::string& host = "good.test") const {
    ClientForTest client(options(), kNames);
    return client.send(url(server, host), post());
  }

  const Identity authority_ = make_identity({});
  const TrustFile trust_{authority_};
};

TEST_F(HttpsClient, TrustsACertificateForItsName) {
  const TlsServer server({}, leaf("DNS:good.test"));
  const Exchange exchange = exchange_with(server);
  EXPECT_EQ(exchange.failed, std::nullopt);
  EXPECT_EQ(exchange.answer.body, "ok");
  EXPECT_EQ(server.name_indicated(), "good.test");
}

TEST_F(HttpsClient, TrustsACertificateForItsAddress) {
  const TlsServer server({}, leaf("IP:127.0.0.1"));
  EXPECT_EQ(exchange_with(server, "127.0.0.1").failed, std::nullopt);
  EXPECT_EQ(server.name_indicated(), "");
}

TEST_F(HttpsClient, AWildcardStandsForOneLabel) {
  const TlsServer server({}, leaf("DNS:*.wild.test"));
  EXPECT_EQ(exchange_with(server, "a.wild.test").failed, std::nullopt);
  EXPECT_EQ(exchange_with(server, "a.b.wild.test").failed, OutcomeClass::kTlsFailed);
}

TEST_F(HttpsClient, SendsNothingToAWrongName) {
  for (const char* names : {"DNS:other.test", "DNS:good.test.evil.test", "IP:127.0.0.1"}) {
    const TlsServer server({}, leaf(names));
    EXPECT_EQ(exchange_with(server).failed, OutcomeClass::kTlsFailed) << names;
    EXPECT_EQ(server.requests(), 0);
  }
  const TlsServer server({}, leaf("DNS:good.test,IP:127.0.0.2"));
  EXPECT_EQ(exchange_with(server, "127.0.0.1").failed, OutcomeClass::kTlsFailed);
}

TEST_F(HttpsClient, SendsNothingToAnUntrustedOne) {
  const Identity stranger = make_identity({});
  const TlsServer server({}, make_identity({.alternative_names = "DNS:good.test"}, &stranger));
  EXPECT_EQ(exchange_with(server).failed, OutcomeClass::kTlsFailed);
  const TlsServer self_signed({}, make_identity({.alternative_names = "DNS:good.test"}));
  EXPECT_EQ(exchange_with(self_signed).failed, OutcomeClass::kTlsFailed);
  EXPECT_EQ(server.requests() + self_signed.requests(), 0);
}

TEST_F(HttpsClient, SendsNothingOutsideTheTimeOfACertificate) {
  const TlsServer expired(
      {}, make_identity(
              {.alternative_names = "DNS:good.test", .valid_from_s = -7200, .valid_to_s = -3600},
              &authority_));
  EXPECT_EQ(exchange_with(expired).failed, OutcomeClass::kTlsFailed);
  const TlsServer early(
      {}, make_identity(
              {.alternative_names = "DNS:good.test", .valid_from_s = 3600, .valid_to_s = 7200},
              &authority_));
  EXPECT_EQ(exchange_with(early).failed, OutcomeClass::kTlsFailed);
  EXPECT_EQ(expired.requests() + early.requests(), 0);
}

TEST_F(HttpsClient, SpeaksTls12ButNothingOlder) {
  const TlsServer twelve({.version_max = TLS1_2_VERSION}, leaf("DNS:good.test"));
  EXPECT_EQ(exchange_with(twelve).failed, std::nullopt);
  const TlsServer eleven({.version_max = TLS1_1_VERSION}, leaf("DNS:good.test"));
  EXPECT_EQ(exchange_with(eleven).failed, OutcomeClass::kTlsFailed);
}

TEST_F(HttpsClient, OneConnectionServesOneRequestAfterTheOther) {
  const TlsServer server({}, leaf("DNS:good.test"));
  ClientForTest client(options(), kNames);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.send(url(server), post()).failed, std::nullopt);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpsClient, AConnectionIsNotSharedBetweenNames) {
  const TlsServer server({.per_connection = 1}, leaf("DNS:good.test,DNS:other.test"));
  ClientForTest client(options(), kNames);
  EXPECT_EQ(client.send(url(server), post()).failed, std::nullopt);
  EXPECT_EQ(client.send(url(server, "other.test"), post()).failed, std::nullopt);
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(server.resumed(), 0);
}

TEST_F(HttpsClient, SessionsAreResumedWhereConnectionsAreNot) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsServer server(
        {.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
         .per_connection = 1,
         .version_max = version},
        leaf("DNS:good.test"));
    ClientForTest client(options(), kNames);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(client.send(url(server), post()).failed, std::nullopt);
    EXPECT_EQ(server.connections(), 4);
    EXPECT_EQ(server.resumed(), 3) << version;
  }
}

TEST_F(HttpsClient, AConnectionThatEndedMeanwhileIsReplaced) {
  const TlsServer server({.per_connection = 1}, leaf("DNS:good.test"));
  ClientForTest client(options(), kNames);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send(url(server), post()).failed, std::nullopt);
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(HttpsClient, ABodyMayEndWithTheConnection) {
  const TlsServer server({.answer = "HTTP/1.1 200 OK\r\n\r\nuntil the end", .per_connection = 1},
                         leaf("DNS:good.test"));
  const Exchange exchange = exchange_with(server);
  EXPECT_EQ(exchange.failed, std::nullopt);
  EXPECT_EQ(exchange.answer.body, "until the end");
}

TEST_F(HttpsClient, AServerWithoutTlsFailsTheHandshake) {
  const RawServer server([](RawSocket& socket, int) {
    socket.receive();
    socket.send("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  ClientForTest client(options(), kNames);
  EXPECT_EQ(client.send(url_to(server.port(), "good.test", "https"), post()).failed,
            OutcomeClass::kTlsFailed);
}

TEST_F(HttpsClient, AHandshakeThatHangsIsLeftAtTheDeadline) {
  const RawServer server([](RawSocket& socket, int) { socket.receive_all(); });
  ClientForTest client(options(), kNames);
  const Exchange exchange =
      client.send(url_to(server.port(), "good.test", "https"), post(), Milliseconds(150));
  EXPECT_EQ(exchange.failed, OutcomeClass::kTimedOut);
  EXPECT_LT(exchange.latency, Milliseconds(1150));
}

TEST_F(HttpsClient, LargeRequestsAndAnswersArriveWhole) {
  constexpr std::size_t kMany = 3'000'000;
  const std::string text(60'000, 'x');
  const TlsServer server(
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + text, .request_bytes = kMany},
      leaf("DNS:good.test"));
  auto large = options();
  large.kept_body_bytes = text.size();
  ClientForTest client(large, kNames);
  for (int i = 0; i < 2; ++i) {
    const auto got = client.send(url(server), post(std::string(kMany, 'y')));
    ASSERT_FALSE(got.failed);
    EXPECT_EQ(got.answer.body, text);
  }
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(HttpsClient, RecordsThatHoldNextToNothingAreCutWhileReading) {
  const TlsServer server(
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + std::string(60'000, 'x'),
       .record_bytes = 1},
      leaf("DNS:good.test"));
  ClientForTest client(options(), kNames);
  EXPECT_EQ(client.send(url(server), post()).failed, OutcomeClass::kBadAnswer);
}

}  // namespace
}  // namespace chartbell
