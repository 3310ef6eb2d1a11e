#include "net/http_client.h"

#include <gmock/gmock.h>

#include "net/client_for_test.h"
#include "net/http_server.h"
#include "support/fake_clock.h"

namespace chartbell {
namespace {

using testing::HasSubstr;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers every request of every connection with `answer`, until the client closes.
RawServer::Script answering(std::string answer) {
  return [answer = std::move(answer)](RawSocket& socket, int) {
    while (!receive_request(socket).empty() && socket.send(answer)) continue;
  };
}

// Answers one request with `answer` and closes.
RawServer::Script answering_once(std::string answer) {
  return [answer = std::move(answer)](RawSocket& socket, int) {
    receive_request(socket);
    socket.send(answer);
  };
}

// Sends `start`, then `more` for as long as the client reads.
RawServer::Script pouring(std::string start, std::string more) {
  return [start = std::move(start), more = std::move(more)](RawSocket& socket, int) {
    receive_request(socket);
    if (!socket.send(start)) return;
    while (socket.send(more)) continue;
  };
}

Exchange exchange_with(const RawServer& server, HttpRequest request = post(),
                       ClientOptions options = development_options(),
                       Milliseconds deadline = kPatience) {
  ClientForTest client(options);
  return client.send(url_to(server.port()), std::move(request), deadline);
}

TEST(HttpClient, WritesTheRequestAsItIsGiven) {
  std::promise<std::string> seen;
  const RawServer server([&](RawSocket& socket, int) {
    seen.set_value(receive_request(socket));
    socket.send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-A: b\r\n\r\nok");
  });
  HttpRequest request = post("{\"a\": 1}");
  request.fields = {{"X-Id", "7"}, {"x-text", "a\tb \xc3\xbc"}};
  const Exchange exchange = exchange_with(server, request);
  EXPECT_EQ(exchange.failed, std::nullopt);
  EXPECT_EQ(exchange.answer.status, 201);
  EXPECT_EQ(exchange.answer.body, "ok");
  EXPECT_EQ(field(exchange.answer.fields, "x-a"), "b");
  EXPECT_GT(exchange.latency.count(), 0);
  EXPECT_EQ(seen.get_future().get(),
            "POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                "\r\nX-Id: 7\r\nx-text: a\tb \xc3\xbc\r\nContent-Length: 8\r\n\r\n{\"a\": 1}");
}

TEST(HttpClient, ALargeBodyArrivesWhole) {
  const std::string body(8 << 20, 'b');
  std::promise<std::size_t> seen;
  const RawServer server([&](RawSocket& socket, int) {
    seen.set_value(receive_request(socket).size());
    socket.send(kOk);
  });
  EXPECT_EQ(exchange_with(server, post(body)).failed, std::nullopt);
  EXPECT_GT(seen.get_future().get(), body.size());
}

// What did not fit into the socket at once is sent again from its first byte, behind the part that
// did: a request that nobody sent, and the rest of it is read as another one.
TEST(HttpClient, ALargeBodyArrivesWholeOverAKeptConnection) {
  const std::string body(8 << 20, 'b');
  std::vector<std::string> seen(2);
  const RawServer server([&](RawSocket& socket, int nth) {
    for (; nth < 2; ++nth) {
      seen[static_cast<std::size_t>(nth)] = receive_request(socket);
      socket.send(kOk);
    }
  });
  ClientForTest client(development_options());
  EXPECT_EQ(client.send(url_to(server.port()), post()).failed, std::nullopt);
  EXPECT_EQ(client.send(url_to(server.port()), post(body)).failed, std::nullopt);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(seen[1].rfind("POST /hook"), 0U);
  EXPECT_TRUE(seen[1].ends_with("\r\n\r\n" + body));
}

struct WholeAnswer {
  std::string_view text;
  int status;
  std::string_view body;
};

TEST(HttpClient, ReadsEveryFormOfAWholeAnswer) {
  const WholeAnswer kAnswers[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
       200, "abcde"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-After: b\r\n\r\n",
       200, "a"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"},
      {"HTTP/1.0 200 OK\r\n\r\nolder", 200, "older"},
      {"HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, ""},
      {"HTTP/1.1 500 \r\nContent-Length: 1\r\n\r\nx", 500, "x"},
      {"HTTP/1.1 410 Gone\r\nContent-Length: 1\r\n\r\nx", 410, "x"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
       "HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\n\r\ny",
       202, "y"},
  };
  for (const WholeAnswer& answer : kAnswers) {
    const RawServer server(answering_once(std::string(answer.text)));
    const Exchange exchange = exchange_with(server);
    EXPECT_EQ(exchange.failed, std::nullopt) << answer.text;
    EXPECT_EQ(exchange.answer.status, answer.status) << answer.text;
    EXPECT_EQ(exchange.answer.body, answer.body) << answer.text;
  }
}

TEST(HttpClient, AnAnswerMayComeByteByByte) {
  const RawServer server([](RawSocket& socket, int) {
    receive_request(socket);
    const std::string_view answer =
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (const char c : answer) socket.send({&c, 1});
  });
  const Exchange exchange = exchange_with(server);
  EXPECT_EQ(exchange.failed, std::nullopt);
  EXPECT_EQ(exchange.answer.body, "abc");
}

TEST(HttpClient, AnAnswerToHeadHasNoBody) {
  const RawServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n"));
  ClientForTest client(development_options());
  for (int i = 0; i < 3; ++i) {
    const Exchange exchange = client.send(url_to(server.port()), get("HEAD"));
    EXPECT_EQ(exchange.failed, std::nullopt);
    EXPECT_EQ(field(exchange.answer.fields, "Content-Length"), "500000");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, HandsOnTheFrontOfABodyOnly) {
  const std::string body(20'000, 'x');
  const RawServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + body));
  ClientForTest client(development_options());
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(client.send(url_to(server.port()), post()).answer.body, body.substr(0, 1024));
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, EveryBadAnswerEndsTheAttempt) {
  const std::string_view kAnswers[] = {
      "",
      "\r\n",
      "HTTP/1.1",
      "SSH-2.0-OpenSSH_9.2\r\n",
      "220 mail.example ESMTP\r\n",
      "\x15\x03\x01\x00\x02\x02\x16",
      "<html></html>",
      "HTTP/2 200 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: identity\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
      "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\x01\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nnonsense",
  };
  for (const std::string_view answer : kAnswers) {
    const RawServer server(answering_once(std::string(answer)));
    const Exchange exchange = exchange_with(server);
    EXPECT_EQ(exchange.failed, OutcomeClass::kBadAnswer) << answer;
    EXPECT_EQ(server.connections(), 1) << answer;
  }
}

TEST(HttpClient, EndlessAnswersAreCutWhileReading) {
  const std::pair<std::string, std::string> kStreams[] = {
      {"HTTP/1.1 200 OK\r\n\r\n", std::string(1000, 'b')},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;", "extension"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X-Trailer: a\r\n"},
      {"HTTP/1.1 200 OK\r\n", "X-Field: a\r\n"},
      {"HTTP/1.1 200 OK\r\nX: ", "endless value"},
      {"HTTP/1.1 200 ", "endless reason "},
      {"", "HTTP/1.1 100 Continue\r\n\r\n"},
      {"", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"},
      {"", "\r\n"},
      {"", "x"},
      {"", std::string(100, '\0')},
  };
  for (const auto& [start, more] : kStreams) {
    const RawServer server(pouring(start, more));
    EXPECT_EQ(exchange_with(server).failed, OutcomeClass::kBadAnswer) << start << more;
  }
}

TEST(HttpClient, TheLimitCountsHeadAndBodyTogether) {
  ClientOptions options = development_options();
  options.answer_bytes_max = 1000;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n";
  const std::string body(900, 'b');
  const RawServer fits(answering(head + body));
  EXPECT_EQ(exchange_with(fits, post(), options).failed, std::nullopt);

  options.answer_bytes_max = head.size() + body.size();
  EXPECT_EQ(exchange_with(fits, post(), options).failed, std::nullopt);
  options.answer_bytes_max = head.size() + body.size() - 1;
  EXPECT_EQ(exchange_with(fits, post(), options).failed, OutcomeClass::kBadAnswer);
}

TEST(HttpClient, OneConnectionServesOneRequestAfterTheOther) {
  const RawServer server(answering(std::string(kOk)));
  ClientForTest client(development_options());
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(client.send(url_to(server.port()), post()).answer.status, 200);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, AConnectionIsLeftWhereTheAnswerSaysSo) {
  for (const std::string_view answer :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        // More than was asked for: the next answer must not be read from it.
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: "
        "0\r\n\r\n",
        // Two readers of this could differ on where it ends.
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok"}) {
    const RawServer server(answering(std::string(answer)));
    ClientForTest client(development_options());
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(client.send(url_to(server.port()), post()).answer.body, "ok") << answer;
    EXPECT_EQ(server.connections(), 2) << answer;
  }
}

TEST(HttpClient, AStaleConnectionIsReplacedOnceByAFreshOne) {
  // The server closes exactly when the second request is there.
  const RawServer server([](RawSocket& socket, int nth) {
    receive_request(socket);
    socket.send(kOk);
    receive_request(socket);
    if (nth > 0) socket.send(kOk);
  });
  ClientForTest client(development_options());
  EXPECT_EQ(client.send(url_to(server.port()), post()).failed, std::nullopt);
  EXPECT_EQ(client.send(url_to(server.port()), post()).failed, std::nullopt);
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClient, AStaleConnectionIsReplacedOnlyOnce) {
  const RawServer server([](RawSocket& socket, int nth) {
    receive_request(socket);
    if (nth == 0) socket.send(kOk);
    receive_request(socket);
  });
  ClientForTest client(development_options());
  EXPECT_EQ(client.send(url_to(server.port()), post()).failed, std::nullopt);
  // The fresh one answers nothing: its first request runs into the script's second wait.
  EXPECT_EQ(client.send(url_to(server.port()), post(), Milliseconds(200)).failed,
            OutcomeClass::kTimedOut);
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClient, ARequestWhoseAnswerHasBegunIsNotRepeated) {
  std::atomic<int> requests = 0;
  const RawServer server([&](RawSocket& socket, int) {
    receive_request(socket);
    ++requests;
    socket.send(kOk);
    receive_request(socket);
    ++requests;
    socket.send("HTTP/1.1 2");
  });
  ClientForTest client(development_options());
  EXPECT_EQ(client.send(url_to(server.port()), post()).failed, std::nullopt);
  EXPECT_EQ(client.send(url_to(server.port()), post()).failed, OutcomeClass::kBadAnswer);
  EXPECT_EQ(requests, 2);
}

TEST(HttpClient, IdleConnectionsAreBoundedByCount) {
  const RawServer first(answering(std::string(kOk)));
  const RawServer second(answering(std::string(kOk)));
  ClientOptions options = development_options();
  options.idle_connections_max = 1;
  ClientForTest client(options);
  for (const auto* server : {&first, &second, &second, &first})
    EXPECT_EQ(client.send(url_to(server->port()), post()).failed, std::nullopt);
  EXPECT_EQ(first.connections(), 2);
  EXPECT_EQ(second.connections(), 1);
}

TEST(HttpClient, IdleConnectionsToServersThatFailAreBoundedMoreTightly) {
  ClientOptions options = development_options();
  options.idle_suspects_max = 0;
  const std::string busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
  const RawServer failing(answering(busy));
  const RawServer good(answering(std::string(kOk)));
  const RawServer suspect(answering(busy));
  {
    ClientForTest client(options);
    for (const auto* server : {&failing, &good, &failing, &good})
      EXPECT_EQ(client.send(url_to(server->port()), post()).failed, std::nullopt);
  }
  EXPECT_EQ(failing.connections(), 2);
  EXPECT_EQ(good.connections(), 1);
  options.idle_suspects_max = 1;
  ClientForTest client(options);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.send(url_to(suspect.port()), post()).answer.status, 503);
  EXPECT_EQ(suspect.connections(), 1);
}

// Who must know whether a request was done cannot have it sent again by itself, as it would be on a
// kept connection that turns out closed.
TEST(HttpClient, WithoutIdleConnectionsEachRequestHasItsOwn) {
  ClientOptions options = development_options();
  options.idle_connections_max = options.idle_suspects_max = 0;
  const RawServer good(answering(std::string(kOk)));
  const RawServer busy(answering("HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n"));
  ClientForTest client(options);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(client.send(url_to(good.port()), post()).sent);
    EXPECT_TRUE(client.send(url_to(busy.port()), post()).sent);
  }
  EXPECT_EQ(good.connections(), 3);
  EXPECT_EQ(busy.connections(), 3);
}

TEST(HttpClient, WhatNeverLeftIsSaidSo) {
  std::uint16_t nobody = 0;
  {
    const RawServer gone(answering(std::string(kOk)));
    nobody = gone.port();
  }
  ClientForTest client(development_options());
  const auto exchange = client.send(url_to(nobody), post());
  EXPECT_EQ(exchange.failed, OutcomeClass::kNotConnected);
  EXPECT_FALSE(exchange.sent);
}

TEST(HttpClient, IdleConnectionsAreBoundedByAge) {
  // The script ends only when the client closes, which nobody but the age limit makes it do.
  std::promise<void> closed;
  const RawServer server([&](RawSocket& socket, int) {
    receive_request(socket);
    socket.send(kOk);
    if (socket.receive().empty()) closed.set_value();
  });
  ClientOptions options = development_options();
  options.idle_age_max = Milliseconds(20);
  ClientForTest client(options);
  EXPECT_EQ(client.send(url_to(server.port()), post()).failed, std::nullopt);
  EXPECT_EQ(closed.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST(HttpClient, AServerThatNeverAnswersIsLeftAtTheDeadline) {
  const RawServer server([](RawSocket& socket, int) {
    receive_request(socket);
    socket.receive();
  });
  const Exchange exchange = exchange_with(server, post(), development_options(), Milliseconds(200));
  EXPECT_EQ(exchange.failed, OutcomeClass::kTimedOut);
  EXPECT_GE(exchange.latency, Milliseconds(200));
  EXPECT_LT(exchange.latency, Milliseconds(1200));
}

TEST(HttpClient, AServerThatDripsIsLeftAtTheDeadline) {
  const RawServer server([](RawSocket& socket, int) {
    receive_request(socket);
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
    // Each turn waits for something from the client, which never comes, for 5 ms.
    socket.be_patient_for_ms(5);
    do socket.send("x");
    while (socket.is_open());
  });
  const Exchange exchange = exchange_with(server, post(), development_options(), Milliseconds(200));
  EXPECT_EQ(exchange.failed, OutcomeClass::kTimedOut);
  EXPECT_LT(exchange.latency, Milliseconds(1200));
}

TEST(HttpClient, AServerThatDoesNotReadIsLeftAtTheDeadline) {
  std::promise<void> over;
  const auto wait = over.get_future().share();
  const RawServer server([&](RawSocket&, int) { wait.wait(); });
  const Exchange exchange = exchange_with(server, post(std::string(32 << 20, 'b')),
                                          development_options(), Milliseconds(200));
  over.set_value();
  EXPECT_EQ(exchange.failed, OutcomeClass::kTimedOut);
  EXPECT_LT(exchange.latency, Milliseconds(1200));
}

TEST(HttpClient, AResetIsABadAnswerAndARefusedPortIsNoConnection) {
  std::uint16_t port = 0;
  {
    const RawServer server([](RawSocket& socket, int) {
      receive_request(socket);
      socket.reset();
    });
    port = server.port();
    EXPECT_EQ(exchange_with(server).failed, OutcomeClass::kBadAnswer);
  }
  ClientForTest client(development_options());
  EXPECT_EQ(client.send(url_to(port), post()).failed, OutcomeClass::kNotConnected);
}

TEST(HttpClient, NothingInAnAnswerLeadsElsewhere) {
  const RawServer target(answering(std::string(kOk)));
  const std::string there = "127.0.0.1:" + std::to_string(target.port());
  const std::string kFields[] = {"Location: http://" + there + "/\r\n",
                                 "Refresh: 0; url=http://" + there + "/\r\n",
                                 "Alt-Svc: http/1.1=\"" + there + "\"; ma=3600\r\n",
                                 "Content-Location: http://" + there + "/\r\n",
                                 "Link: <http://" + there + "/>; rel=canonical\r\n"};
  for (int status = 200; status <= 308; status += status == 200 ? 100 : 1)
    for (const std::string& field : kFields) {
      const RawServer server(answering("HTTP/1.1 " + std::to_string(status) + " Elsewhere\r\n" +
                                       field + "Content-Length: 0\r\n\r\n"));
      ClientForTest client(development_options());
      for (int i = 0; i < 2; ++i) {
        const Exchange exchange = client.send(url_to(server.port()), post());
        EXPECT_EQ(exchange.failed, std::nullopt);
        EXPECT_EQ(exchange.answer.status, status);
      }
    }
  EXPECT_EQ(target.connections(), 0);
}

TEST(HttpClient, ARefusedAddressIsNeverConnectedTo) {
  const RawServer server(answering(std::string(kOk)));
  ClientForTest client(ClientOptions{}, {{"one.test", {"127.0.0.1"}},
                                         {"mixed.test", {"8.8.8.8", "127.0.0.1"}},
                                         {"private.test", {"10.0.0.1"}}});
  for (const char* host : {"127.0.0.1", "one.test", "mixed.test", "private.test", "[::1]",
                           "[::ffff:127.0.0.1]", "169.254.169.254"})
    for (const char* scheme : {"http", "https"})
      EXPECT_EQ(client.send(url_to(server.port(), host, scheme), post()).failed,
                OutcomeClass::kAddressRefused)
          << host;
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, OneRefusedAddressOfANameRefusesAll) {
  const RawServer server(answering(std::string(kOk)));
  ClientForTest client(development_options(), {{"good.test", {"127.0.0.1"}},
                                               {"first.test", {"127.0.0.1", "10.0.0.1"}},
                                               {"last.test", {"192.168.0.1", "127.0.0.1"}}});
  EXPECT_EQ(client.send(url_to(server.port(), "good.test"), post()).failed, std::nullopt);
  for (const char* host : {"first.test", "last.test"})
    for (const char* scheme : {"http", "https"})
      EXPECT_EQ(client.send(url_to(server.port(), host, scheme), post()).failed,
                OutcomeClass::kAddressRefused);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, ThePortIsVettedWithTheAddress) {
  ClientOptions options;
  options.policy = AddressPolicy(AddressPolicy::Loopback::kRefused, {.ports = {443}});
  ClientForTest client(options, {{"good.test", {"8.8.8.8"}}});
  EXPECT_EQ(client.send(url_to(22, "good.test", "https"), post()).failed,
            OutcomeClass::kAddressRefused);
}

TEST(HttpClient, InClearItGoesToLoopbackAlone) {
  EgressRules rules{.allow = {*parse_allowed("10.1.2.3:8080")}};
  ClientOptions options;
  options.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed, std::move(rules));
  ClientForTest client(options, {{"good.test", {"8.8.8.8"}}});
  for (const char* host : {"good.test", "10.1.2.3"})
    EXPECT_EQ(client.send(url_to(8080, host), post()).failed, OutcomeClass::kAddressRefused);
}

TEST(HttpClient, TheHostFieldKeepsTheName) {
  std::promise<std::string> seen;
  const RawServer server([&](RawSocket& socket, int) {
    seen.set_value(receive_request(socket));
    socket.send(kOk);
  });
  ClientForTest client(development_options(), {{"good.test", {"127.0.0.1"}}});
  EXPECT_EQ(client.send(url_to(server.port(), "GOOD.test."), get()).failed, std::nullopt);
  EXPECT_EQ(seen.get_future().get(), "GET /hook?a=b HTTP/1.1\r\nHost: good.test:" +
                                         std::to_string(server.port()) + "\r\n\r\n");
}

TEST(HttpClient, ANameWithoutAddressesIsNotResolved) {
  ClientForTest client(development_options(), {{"empty.test", {}}});
  for (const char* host : {"empty.test", "unknown.test"})
    EXPECT_EQ(client.send(url_to(80, host), post()).failed, OutcomeClass::kNameNotResolved);
}

TEST(HttpClient, AResolverThatNeverAnswersIsLeftAtTheDeadline) {
  ClientForTest client(development_options());
  const Exchange exchange = client.send(url_to(80, "silent.test"), post(), Milliseconds(100));
  EXPECT_EQ(exchange.failed, OutcomeClass::kTimedOut);
  EXPECT_LT(exchange.latency, Milliseconds(1100));
}

TEST(HttpClient, TheNextAddressIsTriedWhereOneDoesNotAnswer) {
  const RawServer server(answering(std::string(kOk)));
  // Nobody listens on that port of the other two.
  ClientForTest client(development_options(), {{"many.test", {"::1", "127.0.0.2", "127.0.0.1"}}});
  EXPECT_EQ(client.send(url_to(server.port(), "many.test"), post()).failed, std::nullopt);
}

TEST(HttpClient, TheSystemsResolverKnowsLocalhost) {
  const RawServer server(answering(std::string(kOk)));
  const Exchange exchange = fetch(SystemClock(), development_options(),
                                  url_to(server.port(), "localhost"), get(), kPatience);
  EXPECT_EQ(exchange.failed, std::nullopt);
}

TEST(HttpClient, FetchKeepsTheWholeBody) {
  const std::string body(20'000, 'x');
  const RawServer server(answering_once("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + body));
  const Exchange exchange =
      fetch(SystemClock(), development_options(), url_to(server.port()), get(), kPatience);
  EXPECT_EQ(exchange.answer.body, body);
}

TEST(HttpClient, AnUnreadableTrustFileIsAConfigurationError) {
  EventLoop loop;
  const SystemClock clock;
  ClientOptions options;
  options.trust_file = "/nonexistent/authorities.pem";
  const auto client = HttpClient::open(loop, clock, options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, Code::kConfig);
  EXPECT_THAT(client.error().detail, HasSubstr("/nonexistent/authorities.pem"));
}

TEST(HttpClient, DestructionEndsWhatIsUnderWay) {
  std::promise<void> over;
  const auto wait = over.get_future().share();
  const RawServer server([&](RawSocket& socket, int) {
    receive_request(socket);
    wait.wait();
  });
  ClientForTest client(development_options());
  std::vector<std::future<Exchange>> exchanges;
  for (int i = 0; i < 10; ++i) exchanges.push_back(client.start(url_to(server.port()), post()));
  exchanges.push_back(client.start(url_to(80, "silent.test"), post()));
  // What is posted runs in order, so all of them have been sent when this has run.
  std::promise<void> sent;
  client.loop().post([&] { sent.set_value(); });
  sent.get_future().wait();
  client.destroy_client();
  for (auto& exchange : exchanges) EXPECT_EQ(exchange.get().failed, OutcomeClass::kNotConnected);
  over.set_value();
}

TEST(HttpClient, TheLoopMayEndBeforeTheClient) {
  const SystemClock clock;
  EventLoop loop;
  auto client = HttpClient::open(loop, clock, development_options());
  ASSERT_TRUE(client);
  int ended = 0;
  (*client)->send(url_to(1, "silent.test"), post(), kPatience, [&](Exchange) { ++ended; });
  EXPECT_EQ(ended, 0);
  client->reset();
  EXPECT_EQ(ended, 1);
}

TEST(HttpClient, ACallbackMaySendAgainOrDestroyTheClient) {
  const RawServer server(answering(std::string(kOk)));
  const SystemClock clock;
  EventLoop loop;
  auto client = *HttpClient::open(loop, clock, development_options());
  const Url url = url_to(server.port());
  int ended = 0;
  client->send(url, post(), kPatience, [&](Exchange) {
    ++ended;
    client->send(url, post(), kPatience, [&](Exchange) {
      ++ended;
      client.reset();
      loop.post([&] { loop.stop(); });
    });
  });
  loop.run();
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, DeadlinesFollowTheClockItIsGiven) {
  const RawServer server([](RawSocket& socket, int) {
    receive_request(socket);
    socket.receive();
  });
  FakeClock clock;
  EventLoop loop;
  const auto client = *HttpClient::open(loop, clock, development_options());
  std::optional<Exchange> result;
  client->send(url_to(server.port()), post(), std::chrono::hours(1), [&](Exchange exchange) {
    result = std::move(exchange);
    loop.stop();
  });
  loop.post([&] { clock.advance(std::chrono::hours(1)); });
  loop.run();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->failed, OutcomeClass::kTimedOut);
  EXPECT_EQ(result->latency, std::chrono::hours(1));
}

class Ok final : public HttpHandler {
 public:
  void handle(HttpRequest request, Respond respond) override {
    respond({200, {}, std::move(request.body)});
  }
};

TEST(HttpClient, ManyExchangesGoOnAtOnceOnOneThread) {
  constexpr int kServers = 10;
  constexpr int kExchanges = 400;
  const SystemClock clock;
  EventLoop loop;
  Ok handler;
  std::vector<std::unique_ptr<HttpServer>> servers;
  for (int i = 0; i < kServers; ++i)
    servers.push_back(*HttpServer::open(loop, {}, handler, [](int status, std::string_view) {
      return HttpResponse{status, {}, ""};
    }));
  const auto client = *HttpClient::open(loop, clock, development_options());
  int delivered = 0;
  int ended = 0;
  for (int i = 0; i < kExchanges; ++i) {
    const std::string body = std::to_string(i);
    client->send(url_to(servers[static_cast<std::size_t>(i % kServers)]->port()), post(body),
                 kPatience, [&, body](Exchange exchange) {
                   delivered += !exchange.failed && exchange.answer.body == body;
                   if (++ended == kExchanges) loop.stop();
                 });
  }
  loop.run();
  EXPECT_EQ(delivered, kExchanges);
}

TEST(HttpClientDeathTest, FieldsThatWouldBreakTheHeadAreOurBug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const SystemClock clock;
  EventLoop loop;
  const auto client = *HttpClient::open(loop, clock, development_options());
  HttpRequest request = post();
  request.fields = {{"X-Note", "a\r\nX-Other: b"}};
  EXPECT_DEATH(client->send(url_to(80), request, kPatience, [](Exchange) {}), "are_fields");
}

}  // namespace
}  // namespace chartbell
