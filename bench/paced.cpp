// Events at a steady rate, whether deliveries keep up or not.
//
//   bench_paced folder=… body=FILE out=FILE group=COUNT,RATE,URL [group=…] [seconds=30] [batch=1]
//               [shared=0] [deadline_ms=15000] [retry_s=…] [shards=…]
//
// Each group has COUNT endpoints and RATE events a second over all of them, `batch` to a commit.
// Endpoints are numbered from 1 in the order given and N is at URL/N; each follows an institution
// of its own, number N, or with shared=1 all of them the first group's one. `out` gets four 64-bit
// integers for each event: when it was to be committed and when it was on disk (steady clock, µs),
// its institution, its place in the log.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <semaphore>
#include <string>
#include <thread>

#include "arguments.h"
#include "base/log.h"
#include "delivery_world.h"
#include "measure.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

// Commits that wait for the disk; beyond it the rate cannot be held.
constexpr std::ptrdiff_t kWaitingMax = 4096;
constexpr Milliseconds kSettle{1'000};

struct Committed {
  std::int64_t planned_us;
  std::int64_t on_disk_us;
  std::int64_t institution;
  std::int64_t seq;
};

struct Group {
  std::vector<InstitutionId> institutions;
  double interval_us = 0;  // of its commits
  double next_us = 0;
  std::size_t turn = 0;
};

std::int64_t now_us(const Clock& clock) {
  return clock.steady_now().time_since_epoch().count();
}

class Pace {
 public:
  Pace(DeliveryWorld& world, const Arguments& arguments)
      : world_(world),
        event_(sample_event(read_file(arguments.text("body")))),
        batch_(static_cast<std::size_t>(arguments.number("batch", 1))) {
    const bool shared = arguments.number("shared", 0) != 0;
    for (const auto& text : arguments.all("group")) add(text, shared);
  }

  // For so many seconds, and a moment for the last to arrive.
  void run(std::int64_t seconds);
  const std::vector<Committed>& committed() const { return committed_; }

 private:
  void add(const std::string& text, bool shared);
  void commit(InstitutionId institution, std::int64_t planned_us);

  DeliveryWorld& world_;
  const NewEvent event_;
  const std::size_t batch_;
  std::vector<Group> groups_;
  int endpoints_ = 0;
  std::counting_semaphore<kWaitingMax> room_{kWaitingMax};
  std::vector<Committed> committed_;  // the store's writer's, until all of them are on disk
};

void Pace::add(const std::string& text, bool shared) {
  int count = 0;
  int rate = 0;
  int url_at = 0;
  if (std::sscanf(text.c_str(), "%d,%d,%n", &count, &rate, &url_at) != 2) std::exit(2);
  Group made{.interval_us = 1e6 * static_cast<double>(batch_) / std::max(rate, 1)};
  for (int i = 0; i < count; ++i) {
    const int number = ++endpoints_;
    const auto institution = world_.institution(shared ? 1 : number);
    world_.subscribe(institution,
                     text.substr(static_cast<std::size_t>(url_at)) + "/" + std::to_string(number));
    made.institutions.push_back(institution);
  }
  if (rate > 0 && !(shared && !groups_.empty())) groups_.push_back(std::move(made));
}

void Pace::run(std::int64_t seconds) {
  const auto start = static_cast<double>(now_us(world_.clock()));
  for (auto& group : groups_) group.next_us = start + group.interval_us;
  const double end = start + static_cast<double>(seconds) * 1e6;
  while (true) {
    auto& group = *std::ranges::min_element(groups_, {}, &Group::next_us);
    if (group.next_us > end) break;
    const auto planned = static_cast<std::int64_t>(group.next_us);
    std::this_thread::sleep_until(SteadyTime(Microseconds(planned)));
    commit(group.institutions[group.turn++ % group.institutions.size()], planned);
    group.next_us += group.interval_us;
  }
  std::this_thread::sleep_for(kSettle);
  world_.core().drain();
}

void Pace::commit(InstitutionId institution, std::int64_t planned_us) {
  room_.acquire();
  world_.commit_soon(institution, std::vector<NewEvent>(batch_, event_), [=, this](EventSeq first) {
    const auto now = now_us(world_.clock());
    for (std::size_t i = 0; i < batch_; ++i)
      committed_.push_back(
          {planned_us, now, institution.value, first.value + static_cast<std::int64_t>(i)});
    room_.release();
  });
}

DispatcherOptions dispatcher_options(const Arguments& arguments) {
  DispatcherOptions out{.store_tag = "bench"};
  out.deadline = Milliseconds(arguments.number("deadline_ms", 15'000));
  std::vector<std::chrono::seconds> behind_first;
  for (const auto& offset : arguments.all("retry_s"))
    behind_first.emplace_back(std::atoll(offset.c_str()));
  if (!behind_first.empty()) out.schedule = Schedule::behind_first(behind_first);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  start_log(LogLevel::kWarning);  // as the daemon does: lines are written by a thread of their own
  const Arguments arguments(argc, argv);
  DeliveryWorld world({.folder = arguments.text("folder"),
                       .dispatcher = dispatcher_options(arguments),
                       .shards = arguments.count("shards", usual_shards())});
  Pace pace(world, arguments);
  world.start();
  pace.run(arguments.number("seconds", 30));
  std::ofstream file(arguments.text("out"), std::ios::binary);
  file.write(reinterpret_cast<const char*>(pace.committed().data()),
             static_cast<std::streamsize>(pace.committed().size() * sizeof(Committed)));
  std::printf("events %zu cpu_s %.2f rss_mib %.0f\n", pace.committed().size(), cpu_seconds(),
              peak_resident_mib());
}
