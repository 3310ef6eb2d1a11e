#include "net/resolver.h"

#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "net/dns_server_for_test.h"
#include "support/fake_clock.h"

namespace chartbell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using Found = Result<std::vector<IpAddress>>;

IpAddress address(const char* text) {
  return *parse_address(text);
}

class ResolverTest : public testing::Test {
 protected:
  ResolverTest() : thread_([this] { loop_.run(); }) {
    options_.lookup_time = Milliseconds(5'000);
    options_.try_time = Milliseconds(100);
  }
  ~ResolverTest() override {
    on_loop([this] { resolver_.reset(); });
    loop_.stop();
    thread_.join();
  }

  void on_loop(const std::function<void()>& work) {
    std::promise<void> done;
    loop_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  void open(const DnsServer& server) {
    options_.servers = server.address();
    open();
  }
  void open() {
    on_loop([this] { resolver_ = make_resolver(loop_, clock_, options_); });
  }
  std::future<Found> start(const std::string& host) {
    const auto promise = std::make_shared<std::promise<Found>>();
    loop_.post([this, promise, host] {
      resolver_->resolve(host, [promise](Found found) { promise->set_value(std::move(found)); });
    });
    return promise->get_future();
  }
  Found resolve(const std::string& host) { return start(host).get(); }
  // What the one address is that good.test has now.
  IpAddress resolve_one() {
    const Found found = resolve("good.test");
    EXPECT_TRUE(found) << found.error().detail;
    return found && found->size() == 1 ? found->front() : IpAddress{};
  }

  FakeClock clock_;
  EventLoop loop_;
  ResolverOptions options_;
  std::unique_ptr<Resolver> resolver_;
  std::thread thread_;
};

TEST_F(ResolverTest, BothFamiliesAreAskedForAndComeByTurns) {
  const DnsServer server([](const DnsQuestion& question) {
    return addresses_for(question, {"2001:db8::1", "2001:db8::2", "192.0.2.1", "2001:db8::3"});
  });
  open(server);
  const Found found = resolve("good.test");
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(address("192.0.2.1"), address("2001:db8::1"),
                                  address("2001:db8::2"), address("2001:db8::3")));
  EXPECT_EQ(server.questions(), 2);
}

TEST_F(ResolverTest, MappedAddressesStayWhatTheyAre) {
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"::ffff:10.0.0.1"}); });
  open(server);
  EXPECT_EQ(resolve_one(), address("::ffff:10.0.0.1"));
}

TEST_F(ResolverTest, AliasesAreFollowed) {
  const DnsServer server([](const DnsQuestion& question) {
    DnsReply reply{
        .records = {DnsRecord::alias("good.test", "a.test"), DnsRecord::alias("a.test", "b.test")}};
    if (question.type == kTypeA) reply.records.push_back(DnsRecord::address("b.test", "1.2.3.4"));
    return reply;
  });
  open(server);
  EXPECT_EQ(resolve_one(), address("1.2.3.4"));
}

TEST_F(ResolverTest, WhateverAServerDoesWrongIsAnErrorAndNoAddress) {
  using Question = const DnsQuestion&;
  const auto good = [](Question question) {
    return to_packet(question, addresses_for(question, {"1.2.3.4", "2001:db8::1"}));
  };
  const std::pair<const char*, DnsServer::Packets> kServers[] = {
      {"SERVFAIL", [](Question q) { return std::vector{to_packet(q, {.code = 2})}; }},
      {"NXDOMAIN", [](Question q) { return std::vector{to_packet(q, {.code = 3})}; }},
      {"REFUSED", [](Question q) { return std::vector{to_packet(q, {.code = 5})}; }},
      {"empty", [](Question q) { return std::vector{to_packet(q, {})}; }},
      {"silence", [](Question) { return std::vector<std::string>{}; }},
      {"nothing in it", [](Question) { return std::vector<std::string>{""}; }},
      {"nonsense", [](Question q) { return std::vector{q.id + std::string(40, '\xff')}; }},
      {"cut short", [&](Question q) { return std::vector{good(q).substr(0, 30)}; }},
      {"wrong id",
       [&](Question q) { return std::vector{static_cast<char>(q.id[0] ^ 1) + good(q).substr(1)}; }},
      {"another question",
       [&](Question q) {
         DnsQuestion other = q;
         other.wire = dns_name("evil.test") + q.wire.substr(q.wire.size() - 4);
         return std::vector{to_packet(other, addresses_for(q, {"1.2.3.4", "2001:db8::1"}))};
       }},
      {"circle of aliases",
       [](Question q) {
         return std::vector{to_packet(q, {.records = {DnsRecord::alias(q.name, "a.test"),
                                                      DnsRecord::alias("a.test", q.name)}})};
       }},
      {"alias of itself",
       [](Question q) {
         return std::vector{to_packet(q, {.records = {DnsRecord::alias(q.name, q.name)}})};
       }},
      {"truncated without TCP",
       [](Question q) {
         if (q.over == Over::kTcp) return std::vector<std::string>{};
         return std::vector{to_packet(q, {.truncated = true})};
       }},
      {"truncated over TCP, too",
       [](Question q) { return std::vector{to_packet(q, {.truncated = true})}; }},
  };
  options_.lookup_time = Milliseconds(400);
  for (const auto& [what, packets] : kServers) {
    const DnsServer server(packets);
    open(server);
    const Found found = resolve("good.test");
    ASSERT_FALSE(found) << what;
    EXPECT_EQ(found.error().code, Code::kUnreachable);
    EXPECT_THAT(found.error().detail, HasSubstr("good.test"));
  }
}

TEST_F(ResolverTest, ASpoofedAnswerIsPassedOver) {
  const DnsServer server(DnsServer::Packets([](const DnsQuestion& question) {
    DnsQuestion other = question;
    other.id[1] ^= 1;
    return std::vector{to_packet(other, addresses_for(question, {"6.6.6.6"})),
                       to_packet(question, addresses_for(question, {"1.2.3.4"}))};
  }));
  open(server);
  EXPECT_EQ(resolve_one(), address("1.2.3.4"));
}

TEST_F(ResolverTest, ALostQuestionIsAskedAgain) {
  std::atomic<int> seen = 0;
  const DnsServer server(DnsServer::Packets([&](const DnsQuestion& question) {
    if (++seen <= 2) return std::vector<std::string>{};
    return std::vector{to_packet(question, addresses_for(question, {"1.2.3.4"}))};
  }));
  open(server);
  EXPECT_EQ(resolve_one(), address("1.2.3.4"));
}

TEST_F(ResolverTest, AHugeAnswerComesOverTcpAndIsCut) {
  const DnsServer server([](const DnsQuestion& question) {
    if (question.over == Over::kUdp) return DnsReply{.truncated = true};
    std::vector<std::string> texts;
    for (int i = 0; i < 1000; ++i)
      texts.push_back("1.2." + std::to_string(i / 250) + '.' + std::to_string(i % 250));
    return addresses_for(question, texts);
  });
  open(server);
  const Found found = resolve("good.test");
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_THAT(*found, SizeIs(64));
}

TEST_F(ResolverTest, AnAnswerThatMayNotBeKeptIsAskedForEachTime) {
  std::atomic<int> seen = 0;
  const DnsServer server([&](const DnsQuestion& question) {
    return addresses_for(question, {++seen <= 2 ? "1.2.3.4" : "10.0.0.1"});
  });
  open(server);
  EXPECT_EQ(resolve_one(), address("1.2.3.4"));
  EXPECT_EQ(resolve_one(), address("10.0.0.1"));
}

TEST_F(ResolverTest, AnAnswerIsKeptForAsLongAsItSays) {
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"1.2.3.4"}, 10); });
  open(server);
  for (int i = 0; i < 10; ++i, clock_.advance(std::chrono::seconds(1))) resolve_one();
  EXPECT_EQ(server.questions(), 2);
  resolve_one();
  EXPECT_EQ(server.questions(), 4);
}

TEST_F(ResolverTest, NoAnswerIsKeptLongerThanWeWant) {
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"1.2.3.4"}, 86'400); });
  open(server);
  resolve_one();
  clock_.advance(options_.kept_for_max - Milliseconds(1));
  resolve_one();
  EXPECT_EQ(server.questions(), 2);
  clock_.advance(Milliseconds(1));
  resolve_one();
  EXPECT_EQ(server.questions(), 4);
}

TEST_F(ResolverTest, KeptAnswersAreBounded) {
  options_.kept_max = 2;
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"1.2.3.4"}, 30); });
  open(server);
  for (const char* host : {"a.test", "b.test", "c.test"}) EXPECT_TRUE(resolve(host));
  EXPECT_EQ(server.questions(), 6);
  EXPECT_TRUE(resolve("c.test"));
  EXPECT_EQ(server.questions(), 6);
}

TEST_F(ResolverTest, AskersForOneNameShareOneLookup) {
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"1.2.3.4"}); });
  open(server);
  std::vector<Found> found;
  std::promise<void> all;
  on_loop([&] {
    for (int i = 0; i < 100; ++i)
      resolver_->resolve("good.test", [&](Found one) {
        found.push_back(std::move(one));
        if (found.size() == 100) all.set_value();
      });
  });
  all.get_future().wait();
  EXPECT_EQ(server.questions(), 2);
}

TEST_F(ResolverTest, MoreNamesThanMayBeAskedForAtOnceTakeTurns) {
  options_.lookups_max = 2;
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"1.2.3.4"}); });
  open(server);
  std::vector<std::future<Found>> found;
  for (int i = 0; i < 50; ++i) found.push_back(start(std::to_string(i) + ".test"));
  for (auto& one : found) EXPECT_TRUE(one.get());
}

TEST_F(ResolverTest, NamesThatWaitAreBounded) {
  options_.lookups_max = 1;
  options_.names_max = 3;
  const DnsServer silent(
      DnsServer::Packets([](const DnsQuestion&) { return std::vector<std::string>{}; }));
  open(silent);
  std::vector<std::future<Found>> waiting;
  for (const char* host : {"a.test", "b.test", "c.test"}) waiting.push_back(start(host));
  const Found refused = resolve("d.test");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("too many"));
}

TEST_F(ResolverTest, DestructionEndsLookupsAtOnceAndInSilence) {
  options_.lookup_time = options_.try_time = std::chrono::hours(1);
  std::promise<void> asked;
  const DnsServer silent(DnsServer::Packets([&](const DnsQuestion& question) {
    if (question.type == kTypeA) asked.set_value();
    return std::vector<std::string>{};
  }));
  open(silent);
  const auto held = std::make_shared<int>();
  on_loop([&] { resolver_->resolve("good.test", [held](Found) { ADD_FAILURE(); }); });
  asked.get_future().wait();
  on_loop([&] { resolver_.reset(); });
  on_loop([] {});
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(ResolverTest, AnAskerMayDestroyTheResolver) {
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"1.2.3.4"}); });
  open(server);
  std::promise<void> gone;
  on_loop([&] {
    resolver_->resolve("good.test", [&](Found) {
      resolver_.reset();
      gone.set_value();
    });
  });
  gone.get_future().wait();
}

TEST_F(ResolverTest, AServerThatIsNotThereIsAnError) {
  {
    const DnsServer gone(DnsServer::Script([](const DnsQuestion&) { return DnsReply{}; }));
    options_.servers = gone.address();
  }
  open();
  EXPECT_FALSE(resolve("good.test"));
}

TEST_F(ResolverTest, ServersThatAreNoneAreAnError) {
  options_.servers = "not an address";
  open();
  EXPECT_FALSE(resolve("good.test"));
}

TEST_F(ResolverTest, TheHostsFileIsReadFirst) {
  const DnsServer server(
      [](const DnsQuestion& question) { return addresses_for(question, {"1.2.3.4"}); });
  open(server);
  const Found found = resolve("localhost");
  ASSERT_TRUE(found) << found.error().detail;
  for (const IpAddress& one : *found)
    EXPECT_TRUE(one == address("127.0.0.1") || one == address("::1"));
  EXPECT_EQ(server.questions(), 0);
}

}  // namespace
}  // namespace chartbell
