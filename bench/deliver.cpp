// How fast events leave: committed by fsync → signed POST → 2xx → result on disk.
//
//   bench_deliver folder=… body=FILE url=http://… [endpoints=100] [fanout=1] [events=60000]
//                 [trust=FILE] [log=0] [log_body=64] [shards=…]
//
// Each event is owed to `fanout` of the endpoints; endpoint N is at URL/N. `log` events stand in
// the log before, so that a store that has grown old can be compared with a new one.
#include <cstdio>
#include <string>

#include "arguments.h"
#include "delivery_world.h"
#include "measure.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::size_t kEventsPerCommit = 64;
// Producers that do not wait for each other's commits and stay a bounded way ahead, as sources do.
constexpr std::int64_t kAheadMax = 4096;
// Changes hit the resources of a practice in no order.
constexpr std::int64_t kResources = 100'000;
constexpr std::int64_t kStride = 7919;

// Each institution's events go to `fanout` endpoints, so that each endpoint gets its share.
std::vector<InstitutionId> populate(DeliveryWorld& world, const Arguments& arguments) {
  const auto fanout = arguments.number("fanout", 1);
  const auto count = arguments.number("endpoints", 100) / fanout;
  std::vector<InstitutionId> out;
  for (int i = 0; i < count; ++i) out.push_back(world.institution(i));
  if (world.has_endpoints()) return out;
  if (const auto log = arguments.number("log", 0); log > 0)
    world.fill_logs(out, log / count, static_cast<std::size_t>(arguments.number("log_body", 64)));
  int number = 0;
  for (const auto institution : out)
    for (int e = 0; e < fanout; ++e)
      world.subscribe(institution, arguments.text("url") + "/" + std::to_string(++number));
  return out;
}

// How many attempts there were.
std::int64_t run(DeliveryWorld& world, const std::vector<InstitutionId>& institutions,
                 const Arguments& arguments) {
  const auto event = sample_event(read_file(arguments.text("body")));
  const auto fanout = arguments.number("fanout", 1);
  const auto events = arguments.number("events", 60'000);
  constexpr auto kBatch = static_cast<std::int64_t>(kEventsPerCommit);
  std::int64_t appended = 0;
  std::int64_t made = 0;
  while (appended < events) {
    world.wait_for((appended - kAheadMax) * fanout);
    const auto turn = static_cast<std::size_t>(appended / kBatch) % institutions.size();
    std::vector<NewEvent> batch(kEventsPerCommit, event);
    for (auto& one : batch) one.resource = {1 + ++made * kStride % kResources};
    world.commit_soon(institutions[turn], std::move(batch), [](EventSeq) {});
    appended += kBatch;
  }
  return world.wait_for(appended * fanout);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const SystemClock clock;
  const auto opening = clock.steady_now();
  DeliveryWorld world({.folder = arguments.text("folder"),
                       .trust_file = arguments.text("trust", ""),
                       .shards = arguments.count("shards", usual_shards())});
  const double opened = seconds_since(clock, opening);
  const auto institutions = populate(world, arguments);
  world.start();
  const auto start = world.clock().steady_now();
  const double cpu_before = cpu_seconds();
  const auto recorded = static_cast<double>(run(world, institutions, arguments));
  const double seconds = seconds_since(world.clock(), start);
  std::printf("deliveries %.0f seconds %.2f rate %.0f cpu_us %.1f rss_mib %.0f opened_s %.2f\n",
              recorded, seconds, recorded / seconds, (cpu_seconds() - cpu_before) * 1e6 / recorded,
              peak_resident_mib(), opened);
}
