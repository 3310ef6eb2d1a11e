// DeliveryWorld: store and deliveries, put together as the daemon does it, for programs that
// measure deliveries.
//
// Owned by the program's main thread. Made again over the same folder it finds its institutions and
// endpoints.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/deliveries.h"
#include "app/transport.h"
#include "base/clock.h"
#include "base/random.h"
#include "store/account_store.h"
#include "store/core.h"
#include "store/delivery_store.h"
#include "store/event_log.h"

namespace chartbell {

// Counts what the daemon counts: an attempt whose result is on disk.
class CountingStore final : public SqliteDeliveryStore {
 public:
  using SqliteDeliveryStore::SqliteDeliveryStore;

  void settle(Settlement settlement, std::function<void(Result<void>)> done) override;
  // Waits until so many are recorded, or for so long there was none; how many are.
  std::int64_t wait_for(std::int64_t count, Milliseconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable grown_;
  std::int64_t recorded_ = 0;
};

// The machine's clocks, the wall's moved ahead.
class AheadClock final : public Clock {
 public:
  explicit AheadClock(Milliseconds ahead) : ahead_(ahead) {}
  WallTime now() const override { return clock_.now() + ahead_; }
  SteadyTime steady_now() const override { return clock_.steady_now(); }

 private:
  const SystemClock clock_;
  const Milliseconds ahead_;
};

class DeliveryWorld {
 public:
  struct Options {
    std::string folder;
    std::string trust_file{};
    Milliseconds ahead{0};  // of the wall's clock
    DispatcherOptions dispatcher{.store_tag = "bench"};
    std::size_t shards = usual_shards();
    // On the writer's thread, before the dispatcher hears of it.
    std::function<void(InstitutionId)> on_appended{};
  };

  explicit DeliveryWorld(Options options);
  // What is in flight is as good as never sent.
  ~DeliveryWorld();

  // ---- who there is, before start() ------------------------------------------------------------
  InstitutionId institution(int number);
  // An endpoint that is owed these events of the institution from now on; without names, sample
  // events. Thread-safe.
  EndpointId subscribe(InstitutionId institution, const std::string& url,
                       const std::vector<std::string>& events = {});
  // Of an earlier world over the same folder.
  bool has_endpoints();

  // Begins to deliver, over HTTP or by a transport of the caller's.
  void start();
  void start_with(MakeTransport transport);

  // ---- events ----------------------------------------------------------------------------------
  using OnDisk = std::function<void(EventSeq first)>;
  // Returns when they are on disk.
  void commit(InstitutionId institution, std::vector<NewEvent> events);
  // `on_disk` is called on the writer's thread, before the dispatcher hears of them.
  void commit_soon(InstitutionId institution, std::vector<NewEvent> events, OnDisk on_disk);
  // The log of each grows by so many events that nobody reads, with bodies of so many bytes. Before
  // start().
  void fill_logs(const std::vector<InstitutionId>& institutions, std::int64_t events_each,
                 std::size_t body_bytes);
  // Waits until so many attempts are on disk, or none came for a while; how many are.
  std::int64_t wait_for(std::int64_t attempts, Milliseconds patience = Milliseconds(20'000)) {
    return store_.wait_for(attempts, patience);
  }

  const Clock& clock() const { return clock_; }
  StoreCore& core() { return *core_; }
  EventLog& log() { return log_; }
  CountingStore& deliveries() { return store_; }

 private:
  const Options options_;
  const AheadClock clock_;
  SystemRandom random_;
  const std::unique_ptr<StoreCore> core_;
  EventLog log_;
  SqliteAccountStore accounts_;
  std::map<InstitutionId, AccountId> account_of_;  // each its own
  CountingStore store_;
  HealthBoard health_{clock_};
  std::unique_ptr<Deliveries> deliveries_;
};

// The vendor's sample appointment, or whatever `data` holds.
NewEvent sample_event(const std::string& data);

}  // namespace chartbell
