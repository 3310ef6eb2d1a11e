// How fast events leave: committed by fsync → signed POST → 2xx → result on disk.
//
//   bench_deliver FOLDER BODY_FILE SINK_PORT ENDPOINTS FANOUT EVENTS
// ENDPOINTS endpoints, each event owed to FANOUT of them.
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>

#include <sys/resource.h>

#include "app/loop_thread.h"
#include "app/transport.h"
#include "base/clock.h"
#include "base/random.h"
#include "deliver/dispatcher.h"
#include "net/http_client.h"
#include "store/account_store.h"
#include "store/core.h"
#include "store/delivery_store.h"
#include "store/event_log.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::size_t kEventsPerCommit = 64;

template <class T>
T must(Result<T> result) {
  if constexpr (!std::is_void_v<T>) {
    if (result) return *std::move(result);
  } else {
    if (result) return;
  }
  std::fprintf(stderr, "bench_deliver: %s\n", result.error().detail.c_str());
  std::exit(1);
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string read_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

NewEvent sample_event(const std::string& data) {
  const auto* row = find_delivered("appointment_created");
  NewEvent event{.row = row, .event_name = std::string(row->event), .time = from_ms(1)};
  event.body = envelope(*row, {{1}, "bench", event.event_name, from_ms(1)}, data);
  return event;
}

// Counts what the daemon counts: an attempt whose result is on disk.
class CountingStore final : public SqliteDeliveryStore {
 public:
  using SqliteDeliveryStore::SqliteDeliveryStore;

  void settle(Settlement settlement, std::function<void(Result<void>)> done) override {
    const auto count = static_cast<std::int64_t>(settlement.attempts.size());
    SqliteDeliveryStore::settle(std::move(settlement), [this, count, done](Result<void> result) {
      {
        const std::lock_guard lock(mutex_);
        recorded_ += count;
      }
      grown_.notify_all();
      done(std::move(result));
    });
  }
  // Waits until so many are recorded; how many are.
  std::int64_t wait_for(std::int64_t count) {
    std::unique_lock lock(mutex_);
    grown_.wait(lock, [&] { return recorded_ >= count; });
    return recorded_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable grown_;
  std::int64_t recorded_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const std::string folder = argv[1];
  const auto data = read_file(argv[2]);
  const std::string port = argv[3];
  const int endpoints = std::atoi(argv[4]);
  const int fanout = std::atoi(argv[5]);
  const std::int64_t events = std::atoll(argv[6]);

  SystemClock clock;
  SystemRandom random;
  auto core = must(StoreCore::open({.path = folder + "/bench.db",
                                    .master_key = std::string(32, 'k'),
                                    .role = StoreOptions::Role::kServer,
                                    .fatal =
                                        [](const Error& error) {
                                          std::fprintf(stderr, "%s\n", error.detail.c_str());
                                          std::_Exit(1);
                                        }},
                                   clock, random));
  EventLog log(*core);
  must(log.load());
  SqliteAccountStore accounts(*core, log);
  const auto account = must(accounts.put_account("bench", "hash", {"*"}));
  // Each institution's events go to `fanout` endpoints, so that each endpoint gets its share.
  const int institutions = endpoints / fanout;
  for (int i = 0; i < institutions; ++i) {
    const auto name = "practice-" + std::to_string(i);
    const auto made = must(accounts.register_institution({.subdomain = name, .name = name}));
    for (int e = 0; e < fanout; ++e) {
      const auto endpoint = must(
          accounts.create_endpoint(account, "http://127.0.0.1:" + port + "/" + std::to_string(e),
                                   true, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
      must(accounts.create_subscription(account, endpoint.id, made.id,
                                        *find_delivered("appointment_created"), true));
    }
  }
  CountingStore counting(*core, log, accounts.directory_version());
  LoopThread deliveries;
  auto client = must(HttpClient::open(deliveries.loop(), clock,
                                      {.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed),
                                       .trust_file = {},
                                       .kept_fields = {"retry-after"}}));
  HttpTransport transport(*client);
  HealthBoard health(clock);
  Dispatcher dispatcher({.store_tag = "bench"}, counting, transport, clock, random, health,
                        [&](std::function<void()> work) { deliveries.loop().post(work); });
  log.on_appended([&](InstitutionId institution) {
    deliveries.loop().post([&, institution] { dispatcher.on_events(institution); });
  });
  deliveries.loop().post([&] { must(dispatcher.start()); });
  deliveries.start();

  const auto event = sample_event(data);
  const auto start = clock.steady_now();
  const double cpu_before = cpu_seconds();
  // A producer that stays a bounded way ahead, as sources do.
  constexpr std::int64_t kAheadMax = 4096;
  std::int64_t appended = 0;
  while (appended < events) {
    counting.wait_for((appended - kAheadMax) * fanout);
    const auto batch = static_cast<std::int64_t>(kEventsPerCommit);
    const InstitutionId institution{1 + appended / batch % institutions};
    auto prepared = EventLog::prepare(std::vector<NewEvent>(kEventsPerCommit, event));
    must(core->write([&](SqliteDb& db) { return log.append(db, institution, prepared); },
                     [&] { log.committed(institution); }));
    appended += batch;
  }
  const auto recorded = counting.wait_for(appended * fanout);
  const double seconds = std::chrono::duration<double>(clock.steady_now() - start).count();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("deliveries %lld seconds %.2f rate %.0f cpu_us %.1f rss_mib %ld\n",
              static_cast<long long>(recorded), seconds, static_cast<double>(recorded) / seconds,
              (cpu_seconds() - cpu_before) * 1e6 / static_cast<double>(recorded),
              usage.ru_maxrss / 1024);
  client.reset();
  deliveries.stop();
  core->drain();
}
