#include "net/http_client.h"

#include <gmock/gmock.h>

#include "net/raw_socket_for_test.h"

namespace chartbell {
namespace {

constexpr Milliseconds kPatience{10'000};

Url url_of(const RawServer& server) {
  return *parse_url("http://127.0.0.1:" + std::to_string(server.port()) + "/hook?a=b");
}

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() { options_.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed); }

  void open() {
    auto client = HttpClient::open(loop_, clock_, options_);
    ASSERT_TRUE(client) << client.error().detail;
    client_ = *std::move(client);
  }

  SystemClock clock_;
  ClientOptions options_;
  EventLoop loop_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(HttpClientTest, SendsAndReadsTheAnswer) {
  std::string request;
  const RawServer server([&](RawSocket& socket, int) {
    request = receive_request(socket);
    socket.send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-A: b\r\n\r\nok");
  });
  const Exchange exchange =
      fetch(clock_, options_, url_of(server),
            {.method = "POST", .target = "", .fields = {{"X-Id", "7"}}, .body = "{}", .peer = ""},
            kPatience);
  EXPECT_EQ(exchange.failed, std::nullopt);
  EXPECT_EQ(exchange.answer.status, 201);
  EXPECT_EQ(exchange.answer.body, "ok");
  EXPECT_EQ(field(exchange.answer.fields, "x-a"), "b");
  EXPECT_EQ(request, "POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                         "\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\n{}");
}

}  // namespace
}  // namespace chartbell
