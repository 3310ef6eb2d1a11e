#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include "net/http_server.h"
#include "net/raw_socket_for_test.h"

namespace chartbell {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kGet = "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n";
constexpr std::string_view kEnd = "0\r\n\r\n";
constexpr auto kPatience = std::chrono::seconds(10);

using Piece = std::function<void(std::string)>;

// What the test holds of a source: its questions, and how many sources live.
class Tap {
 public:
  void ask(Piece piece) {
    const std::lock_guard lock(mutex_);
    asked_ = std::move(piece);
    ++questions_;
    changed_.notify_all();
  }
  void count(int sources) {
    const std::lock_guard lock(mutex_);
    sources_ += sources;
    changed_.notify_all();
  }

  // The question that is open, once there is one.
  Piece question() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return asked_ != nullptr; }));
    return std::exchange(asked_, nullptr);
  }
  bool runs_dry() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return sources_ == 0; });
  }
  int sources() {
    const std::lock_guard lock(mutex_);
    return sources_;
  }
  int questions() {
    const std::lock_guard lock(mutex_);
    return questions_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Piece asked_;
  int questions_ = 0;
  int sources_ = 0;
};

class TapSource final : public BodySource {
 public:
  explicit TapSource(Tap& tap) : tap_(tap) { tap_.count(1); }
  ~TapSource() override { tap_.count(-1); }
  void next(Piece piece) override { tap_.ask(std::move(piece)); }

 private:
  Tap& tap_;
};

// Has the same piece for everyone who asks, at once.
class Fountain final : public BodySource {
 public:
  explicit Fountain(Tap& tap) : tap_(tap) { tap_.count(1); }
  ~Fountain() override { tap_.count(-1); }
  void next(Piece piece) override {
    tap_.ask(nullptr);
    piece(std::string(std::size_t{1} << 20, 'x'));
  }

 private:
  Tap& tap_;
};

template <class Source>
class Streams final : public HttpHandler {
 public:
  explicit Streams(Tap& tap, int status = 200) : tap_(tap), status_(status) {}
  void handle(HttpRequest, Respond respond) override {
    respond({status_, {{"Content-Type", "text/event-stream"}}, "", std::make_shared<Source>(tap_)});
  }

 private:
  Tap& tap_;
  const int status_;
};

class HttpStreamTest : public testing::Test {
 protected:
  ~HttpStreamTest() override {
    server_.reset();
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void start(HttpHandler& handler) {
    auto server =
        HttpServer::open(loop_, options_, handler, [](int status, std::string_view reason) {
          return HttpResponse{status, {}, std::string(reason)};
        });
    ASSERT_TRUE(server) << server.error().detail;
    server_ = *std::move(server);
    thread_ = std::thread([this] { loop_.run(); });
  }
  void start() { start(streams_); }

  RawSocket connect(std::string_view request = kGet) const {
    RawSocket socket = RawSocket::connect(server_->port());
    socket.send(request);
    return socket;
  }

  ServerOptions options_;
  Tap tap_;
  Streams<TapSource> streams_{tap_};
  EventLoop loop_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST_F(HttpStreamTest, PiecesGoOutAsChunksAndTheEmptyOneEndsTheBody) {
  start();
  const RawSocket socket = connect();
  // The head does not wait for the first piece.
  EXPECT_THAT(socket.receive_until("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"),
                    HasSubstr("Connection: close\r\n"), HasSubstr("text/event-stream"),
                    Not(HasSubstr("Content-Length"))));
  tap_.question()("data: one\n\n");
  EXPECT_EQ(socket.receive_until("\n\n\r\n"), "b\r\ndata: one\n\n\r\n");
  tap_.question()(std::string(300, 'x'));
  EXPECT_EQ(socket.receive_until("x\r\n"), "12c\r\n" + std::string(300, 'x') + "\r\n");
  tap_.question()("");
  EXPECT_EQ(socket.receive_all(), kEnd);
  EXPECT_TRUE(tap_.runs_dry());
}

TEST_F(HttpStreamTest, PiecesMayComeFromAnyThread) {
  start();
  const RawSocket socket = connect();
  socket.receive_until("\r\n\r\n");
  for (int i = 0; i < 20; ++i)
    std::thread([question = tap_.question()] { question("piece"); }).join();
  tap_.question()("");
  EXPECT_THAT(socket.receive_all(), EndsWith("piece\r\n" + std::string(kEnd)));
}

TEST_F(HttpStreamTest, ASourceIsNoFurtherThanOnePieceAheadOfAClientThatDoesNotRead) {
  options_.idle_deadline = Milliseconds(200);
  Streams<Fountain> fountains(tap_);
  start(fountains);
  const RawSocket socket = connect();
  socket.receive_until("\r\n\r\n");
  EXPECT_TRUE(tap_.runs_dry());
  // Of 1 MiB each: what the system's buffers hold, and one.
  EXPECT_LT(tap_.questions(), 16);
}

TEST_F(HttpStreamTest, AClientThatGoesAwayEndsItsSource) {
  start();
  for (const bool hard : {false, true}) {
    RawSocket socket = connect();
    socket.receive_until("\r\n\r\n");
    const Piece late = tap_.question();
    EXPECT_EQ(tap_.sources(), 1);
    if (hard)
      socket.reset();
    else
      RawSocket(std::move(socket)).finish_sending();
    EXPECT_TRUE(tap_.runs_dry());
    late("too late");
  }
}

TEST_F(HttpStreamTest, AClientThatKeepsTalkingIsLeft) {
  start();
  const RawSocket socket = connect();
  socket.receive_until("\r\n\r\n");
  for (const std::string more(4096, 'x'); socket.send(more);) {
  }
  EXPECT_TRUE(tap_.runs_dry());
}

TEST_F(HttpStreamTest, ASourceMayKeepItsReaderWaitingLongerThanAnyDeadline) {
  options_.idle_deadline = options_.head_deadline = options_.body_deadline = Milliseconds(100);
  start();
  const RawSocket socket = connect();
  socket.receive_until("\r\n\r\n");
  const Piece question = tap_.question();
  // A client that says nothing is cut meanwhile, so that deadlines have been looked at.
  EXPECT_THAT(connect("").receive_all(), IsEmpty());
  question("late");
  EXPECT_EQ(socket.receive_until("late\r\n"), "4\r\nlate\r\n");
}

TEST_F(HttpStreamTest, StreamsAreBoundedApartFromOtherConnections) {
  options_.streams_max = 2;
  start();
  std::vector<RawSocket> sockets;
  for (int i = 0; i < 2; ++i) {
    sockets.push_back(connect());
    EXPECT_THAT(sockets.back().receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  }
  const RawSocket third = connect();
  EXPECT_THAT(third.receive_until("too many streams"), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(tap_.sources(), 2);
  sockets.clear();
  EXPECT_TRUE(tap_.runs_dry());
  // The refused one kept its connection.
  third.send(kGet);
  EXPECT_THAT(third.receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpStreamTest, AnAnswerWithoutABodyAsksForNone) {
  start();
  EXPECT_THAT(connect("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n").receive_all(),
              AllOf(HasSubstr("chunked"), EndsWith("\r\n\r\n")));
  EXPECT_TRUE(tap_.runs_dry());
  EXPECT_EQ(tap_.questions(), 0);
}

TEST_F(HttpStreamTest, ABodylessStatusAsksForNone) {
  Streams<TapSource> bodyless(tap_, 204);
  start(bodyless);
  EXPECT_THAT(connect().receive_all(), AllOf(Not(HasSubstr("chunked")), EndsWith("\r\n\r\n")));
  EXPECT_TRUE(tap_.runs_dry());
  EXPECT_EQ(tap_.questions(), 0);
}

TEST_F(HttpStreamTest, NoSourceOutlivesTheServer) {
  start();
  const RawSocket waiting = connect();
  waiting.receive_until("\r\n\r\n");
  const Piece late = tap_.question();
  server_.reset();
  EXPECT_EQ(tap_.sources(), 0);
  EXPECT_THAT(waiting.receive_all(), IsEmpty());
  late("too late");
}

TEST_F(HttpStreamTest, NoSourceOutlivesTheServerWhileAPieceIsWritten) {
  Streams<Fountain> fountains(tap_);
  start(fountains);
  const RawSocket full = connect();
  full.receive_until("\r\n\r\n");
  server_.reset();
  EXPECT_EQ(tap_.sources(), 0);
}

}  // namespace
}  // namespace chartbell
