// A store with millions of retries: how long until the first one that is due leaves, how fast they
// are read, and what memory that takes.
//
//   bench_retries mode=make folder=… body=FILE [endpoints=10000] [retries=10000000]
//   bench_retries mode=open folder=… [round=0] [due=100000]
//   bench_retries mode=read folder=… [rounds=3]
//
// make: each endpoint's retries are due a hundredth at once, a hundredth in an hour, and so on.
// open: in a clock of its own, `round` hours later, delivers what is due by a transport that says
// yes at once, and leaves the rest. read: 16 of each endpoint, as the dispatcher does.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "arguments.h"
#include "delivery_world.h"
#include "measure.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr int kInstitutions = 100;
constexpr int kMakers = 8;
constexpr int kDueTogether = 100;  // the part of an endpoint's retries that is due in one hour
constexpr Milliseconds kPatience{3'000};  // with retries that are due and do not leave
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kEventsPerCommit = 500;
constexpr std::int64_t kEndpointsPerCommit = 50;
constexpr std::size_t kRetriesPerRead = 16;  // as the dispatcher's

// ---- make --------------------------------------------------------------------------------------

struct Owed {
  EndpointId endpoint;
  InstitutionId institution;
};

Result<void> insert_retries(SqliteDb& db, const Owed& owed, std::int64_t count, WallTime now) {
  for (std::int64_t seq = 1; seq <= count; ++seq)
    TRY_DO(db.prepare("INSERT INTO retry VALUES (?,?,?,?,1,?,0)")
               .bind(owed.endpoint.value)
               .bind(to_ms(now) + (seq - 1) * kDueTogether / count * kHourMs)
               .bind(owed.institution.value)
               .bind(seq)
               .bind(to_ms(now))
               .run());
  return {};
}

void append_events(DeliveryWorld& world, InstitutionId institution, const NewEvent& event,
                   std::int64_t count) {
  for (std::int64_t done = 0; done < count; done += kEventsPerCommit) {
    const auto batch = static_cast<std::size_t>(std::min(kEventsPerCommit, count - done));
    world.commit(institution, std::vector<NewEvent>(batch, event));
  }
}

// Several at once, so that their commits share transactions.
std::vector<Owed> populate(DeliveryWorld& world, std::int64_t endpoints, const NewEvent& event,
                           std::int64_t events_each) {
  std::vector<InstitutionId> institutions;
  for (int i = 0; i < kInstitutions; ++i) institutions.push_back(world.institution(i));
  std::vector<Owed> out;
  std::mutex mutex;
  std::atomic<std::size_t> taken = 0;
  const auto work = [&] {
    for (auto i = taken++; i < institutions.size(); i = taken++) {
      append_events(world, institutions[i], event, events_each);
      for (std::int64_t e = 0; e < endpoints / kInstitutions; ++e) {
        const auto made = world.subscribe(institutions[i], "http://127.0.0.1:1/");
        const std::lock_guard lock(mutex);
        out.push_back({made, institutions[i]});
      }
    }
  };
  std::vector<std::thread> makers;
  for (int i = 0; i < kMakers; ++i) makers.emplace_back(work);
  for (auto& maker : makers) maker.join();
  std::ranges::sort(out, {}, &Owed::endpoint);
  return out;
}

void make(const Arguments& arguments) {
  const auto endpoints = arguments.number("endpoints", 10'000);
  const auto retries_each = arguments.number("retries", 10'000'000) / endpoints;
  const auto event = sample_event(read_file(arguments.text("body")));
  DeliveryWorld world({.folder = arguments.text("folder")});
  const auto start = world.clock().steady_now();
  const auto owed = populate(world, endpoints, event, retries_each);
  std::printf("endpoints %zu seconds %.1f\n", owed.size(), seconds_since(world.clock(), start));
  const auto now = world.clock().now();
  for (std::size_t i = 0; i < owed.size();) {
    must(world.core().write([&](SqliteDb& db) -> Result<void> {
      for (std::int64_t e = 0; e < kEndpointsPerCommit && i < owed.size(); ++e, ++i)
        TRY_DO(insert_retries(db, owed[i], retries_each, now));
      return {};
    }));
  }
  std::printf("retries %lld seconds %.1f\n",
              static_cast<long long>(retries_each) * static_cast<long long>(owed.size()),
              seconds_since(world.clock(), start));
}

// ---- open --------------------------------------------------------------------------------------

// Set by the first attempt, of whatever shard. Thread-safe.
class FirstAttempt {
 public:
  void made() {
    if (!made_.exchange(true)) promise_.set_value();
  }
  void wait() { promise_.get_future().wait(); }

 private:
  std::atomic<bool> made_ = false;
  std::promise<void> promise_;
};

// Says yes as soon as it may.
class InstantTransport final : public Transport {
 public:
  InstantTransport(EventLoop& loop, FirstAttempt& first) : loop_(loop), first_(first) {}

  DestinationPtr destination(const Endpoint&) override { return nullptr; }
  void send(PendingAttempt, std::function<void(Outcome)> done) override {
    first_.made();
    loop_.post([done = std::move(done)] {
      done({.result = OutcomeClass::kDelivered, .status = 200, .latency = Microseconds(1)});
    });
  }

 private:
  EventLoop& loop_;
  FirstAttempt& first_;
};

void open(const Arguments& arguments) {
  const SystemClock clock;
  const auto start = clock.steady_now();
  const auto due = arguments.number("due", 100'000);
  const Milliseconds ahead(arguments.number("round", 0) * kHourMs);
  DeliveryWorld world({.folder = arguments.text("folder"), .ahead = ahead});
  const double opened = seconds_since(clock, start);
  FirstAttempt first_attempt;
  world.start_with([&](EventLoop& home) -> Result<std::unique_ptr<Transport>> {
    return std::make_unique<InstantTransport>(home, first_attempt);
  });
  first_attempt.wait();
  const double first = seconds_since(clock, start);
  const double cpu_before = cpu_seconds();
  const auto recorded = static_cast<double>(world.wait_for(due, kPatience));
  double seconds = seconds_since(clock, start) - first;
  if (recorded < static_cast<double>(due)) seconds -= static_cast<double>(kPatience.count()) / 1e3;
  std::printf(
      "opened_s %.3f first_s %.3f retries %.0f rate %.0f cpu_us %.1f rss_mib %.0f "
      "peak_mib %.0f\n",
      opened, first, recorded, recorded / seconds, (cpu_seconds() - cpu_before) * 1e6 / recorded,
      resident_mib(), peak_resident_mib());
}

// ---- read --------------------------------------------------------------------------------------

void read(const Arguments& arguments) {
  DeliveryWorld world({.folder = arguments.text("folder")});
  const auto directory = must(world.deliveries().directory({}));
  for (std::int64_t i = 0; i < arguments.number("rounds", 3); ++i) {
    const auto start = world.clock().steady_now();
    std::size_t count = 0;
    for (const auto& [id, endpoint] : directory.endpoints())
      count += must(world.deliveries().retries(id, kRetriesPerRead)).size();
    const double seconds = seconds_since(world.clock(), start);
    std::printf("read %zu rate %.0f\n", count, static_cast<double>(count) / seconds);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const auto mode = arguments.text("mode");
  if (mode == "make") make(arguments);
  if (mode == "open") open(arguments);
  if (mode == "read") read(arguments);
}
