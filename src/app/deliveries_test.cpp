#include "app/deliveries.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

constexpr std::size_t kShards = 3;
constexpr Milliseconds kPatience{30'000};

// What all transports were given, and by which threads.
class Given {
 public:
  void add(const DeliveryKey& key) {
    const std::lock_guard lock(mutex_);
    ++count_;
    ++times_[key];
    threads_[key.endpoint].insert(std::this_thread::get_id());
    grown_.notify_all();
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(grown_.wait_for(lock, std::chrono::seconds(30), [&] { return count_ >= count; }));
  }
  std::map<DeliveryKey, int> times() const {
    const std::lock_guard lock(mutex_);
    return times_;
  }
  std::map<EndpointId, std::set<std::thread::id>> threads() const {
    const std::lock_guard lock(mutex_);
    return threads_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable grown_;
  std::size_t count_ = 0;
  std::map<DeliveryKey, int> times_;
  std::map<EndpointId, std::set<std::thread::id>> threads_;
};

// Says yes to all, or answers nobody.
class QuickTransport final : public Transport {
 public:
  QuickTransport(EventLoop& home, Given& given, const std::atomic<bool>& answers)
      : home_(home), given_(given), answers_(answers) {}

  DestinationPtr destination(const Endpoint&) override { return nullptr; }
  void send(PendingAttempt attempt, std::function<void(Outcome)> done) override {
    given_.add(attempt.key);
    if (!answers_) return;
    home_.post([done = std::move(done)] {
      done({.result = OutcomeClass::kDelivered, .status = 200, .latency = Microseconds(1)});
    });
  }

 private:
  EventLoop& home_;
  Given& given_;
  const std::atomic<bool>& answers_;
};

class DeliveriesTest : public testing::Test, protected StoreWorld {
 protected:
  DeliveriesTest() {
    shards = kShards;
    open();
    for (int i = 0; i < 7; ++i) add_endpoint();
    begin();
  }
  ~DeliveriesTest() override { end(Milliseconds(0)); }

  void add_endpoint() {
    const auto id = accounts->create_endpoint(account, "https://a.example/", true, "secret")->id;
    EXPECT_TRUE(
        accounts->create_subscription(account, id, green, row_named("patient_created"), true));
    endpoints.push_back(id);
  }
  void begin() {
    made = *Deliveries::open(
        {.dispatcher = {.store_tag = "t"},
         .shards = kShards,
         .transport = [this](EventLoop& home) -> Result<std::unique_ptr<Transport>> {
           return std::make_unique<QuickTransport>(home, given, answers);
         },
         .fatal = [](const Error& error) { FAIL() << error.detail; }},
        *deliveries, machine_clock, machine_random, board);
    log->on_appended([this](InstitutionId institution) { made->on_events(institution); });
    made->start();
  }
  void end(Milliseconds patience) {
    if (made == nullptr) return;
    made->stop(patience);
    core->drain();
    log->on_appended([](InstitutionId) {});
    made.reset();
  }

  InstitutionId green = institution();
  AccountId account = *accounts->put_account("a", sha256("a"), {"*"});
  std::vector<EndpointId> endpoints;
  Given given;
  std::atomic<bool> answers = true;
  SystemClock machine_clock;
  SystemRandom machine_random;
  HealthBoard board{machine_clock};
  std::unique_ptr<Deliveries> made;
};

TEST_F(DeliveriesTest, EachEventReachesEachEndpointOnceFromOneThread) {
  ASSERT_TRUE(append(green, 50));
  given.wait_for(50 * endpoints.size());
  end(Milliseconds(0));
  const auto times = given.times();
  EXPECT_EQ(times.size(), 50 * endpoints.size());
  for (const auto& [key, count] : times) EXPECT_EQ(count, 1);
  std::set<std::thread::id> all;
  for (const auto& [endpoint, threads] : given.threads()) {
    EXPECT_EQ(threads.size(), 1U);
    all.insert(threads.begin(), threads.end());
  }
  EXPECT_EQ(all.size(), kShards);
}

TEST_F(DeliveriesTest, WithPatienceAllThatWasSentIsRecordedAndNothingIsSentAgain) {
  for (std::size_t round = 1; round <= 2; ++round) {
    ASSERT_TRUE(append(green, 50));
    given.wait_for(round * 50 * endpoints.size());
    end(kPatience);
    open();
    EXPECT_TRUE(deliveries->delivered_since_checkpoint({})->empty());
    begin();
  }
  end(kPatience);
  EXPECT_EQ(given.times().size(), 100 * endpoints.size());
  for (const auto& [key, count] : given.times()) EXPECT_EQ(count, 1);
}

TEST_F(DeliveriesTest, ATestEventGoesToTheEndpointWhosesoeverItIs) {
  for (const auto endpoint : endpoints) {
    std::promise<OutcomeClass> told;
    made->send(endpoint, new_event(green, "patient_created", 1),
               [&](const Result<Outcome>& outcome) { told.set_value(outcome->result); });
    EXPECT_EQ(told.get_future().get(), OutcomeClass::kDelivered);
  }
  std::promise<Code> refused;
  made->send({4711}, new_event(green, "patient_created", 1),
             [&](const Result<Outcome>& outcome) { refused.set_value(outcome.error().code); });
  EXPECT_EQ(refused.get_future().get(), Code::kNotFound);
}

TEST_F(DeliveriesTest, WhoeverSubscribesWhileItRunsIsFound) {
  add_endpoint();
  ASSERT_TRUE(append(green, 1));
  given.wait_for(endpoints.size());
}

TEST_F(DeliveriesTest, ItEndsThoughNobodyAnswers) {
  answers = false;
  ASSERT_TRUE(append(green, 5));
  given.wait_for(endpoints.size());
  end(Milliseconds(0));
  open();
  EXPECT_TRUE(deliveries->delivered_since_checkpoint({})->empty());
}

}  // namespace
}  // namespace chartbell
