// How soon a change of the practice is an event in the log: everything of the daemon in one
// process, and a connection of the practice's own beside it.
//
//   bench_live folder=… mapping=FILE url=URL writer=URL sink=http://… out=FILE
//              run=CAPTURE,ROWS,RATE,SECONDS,AUDIT [run=…]
//
// CAPTURE is log or poll. ROWS says what a change is: "all" an update of an appointment drawn from
// all of them, "recent" of one of the last 1,500, "new" a new one; each is changed once in a run.
// RATE is a second; 0 waits for each change's event before the next. AUDIT is 1 where the auditor
// reads beside it, at its own pace. `out` gets five 64-bit integers for each change: the run, when
// it was sent, answered and its event on disk (steady clock, µs; 0 for never), and its place in the
// log.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/turn_pool.h"
#include "arguments.h"
#include "base/log.h"
#include "delivery_world.h"
#include "detect/watch.h"
#include "measure.h"
#include "practice_writer.h"
#include "source/capture_choice.h"
#include "source/sql_reader.h"
#include "store/resource_store.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::uint64_t kSeed = 20'260'702;
constexpr std::int64_t kRecent = 1500;
// A poll of a large table without an index comes round so seldom.
constexpr Milliseconds kPollPatience{45'000};
constexpr Milliseconds kLogPatience{2'000};
constexpr std::size_t kEventsPerRead = 1000;
constexpr Milliseconds kNeverAudits{std::chrono::hours(24)};

struct Plan {
  CaptureMode capture;
  std::string rows;
  std::int64_t rate;
  std::int64_t seconds;
  bool audits;
};

struct Change {
  std::int64_t run;
  std::int64_t asked_us;
  std::int64_t answered_us;
  std::int64_t on_disk_us;
  std::int64_t seq;
};

std::int64_t now_us(const Clock& clock) {
  return clock.steady_now().time_since_epoch().count();
}

// When each event of the one log was on disk. Thread-safe.
class Arrivals {
 public:
  void upto(EventSeq head, std::int64_t at_us) {
    {
      const std::lock_guard lock(mutex_);
      at_us_.resize(static_cast<std::size_t>(head.value), at_us);
    }
    grown_.notify_all();
  }
  std::int64_t count() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(at_us_.size());
  }
  std::int64_t at_us(EventSeq seq) {
    const std::lock_guard lock(mutex_);
    return at_us_[static_cast<std::size_t>(seq.value - 1)];
  }
  // Until there are so many, or for so long there was no other.
  void wait_for(std::int64_t count, Milliseconds patience) {
    std::unique_lock lock(mutex_);
    const auto enough = static_cast<std::size_t>(count);
    for (auto before = at_us_.size(); at_us_.size() < enough; before = at_us_.size())
      if (!grown_.wait_for(lock, patience, [&] { return at_us_.size() != before; })) return;
  }

 private:
  std::mutex mutex_;
  std::condition_variable grown_;
  std::vector<std::int64_t> at_us_;  // by place in the log, from 1
};

// Turns a watch as the daemon turns its sources.
class TurnedWatch final : public TurnTaker {
 public:
  TurnedWatch(Watch& watch, const Clock& clock)
      : watch_(watch), turns_(must(TurnPool::open(1, clock))) {
    turns_->add(*this);
    turns_->start();
  }
  ~TurnedWatch() override { turns_->stop(); }
  // Until it follows its capture.
  void wait_live() const { live_.wait(false); }

 private:
  Rest turn() override {
    const auto turn = watch_.turn();
    if (turn.outcome == Turn::Outcome::kBad) must(Result<void>(std::unexpected(turn.fault)));
    if (!live_ && turn.outcome == Turn::Outcome::kGood) look_whether_live();
    return {.time = turn.rest, .readable = turn.readable};
  }
  void look_whether_live() {
    if (watch_.report().phase != WatchPhase::kStream) return;
    live_ = true;
    live_.notify_all();
  }

  Watch& watch_;
  std::atomic<bool> live_{false};
  std::unique_ptr<TurnPool> turns_;
};

// The source and what watches it.
class Watched {
 public:
  Watched(const Arguments& arguments, DeliveryWorld& world, InstitutionId institution)
      : url_(arguments.text("url")),
        world_(world),
        source_{institution, {1}},
        mapping_(must(load_mapping(arguments.text("mapping")))),
        connector_(must(sql_connector(url_))),
        store_(must(SqliteResourceStore::open(world.core(), world.log()))),
        ids_(source_, *store_, world.clock()),
        reader_({mapping_,
                 *connector_,
                 ids_,
                 institution,
                 {{"0", {1}, must(Zone::open("America/New_York"))}}}),
        detector_({.source = source_,
                   .subdomain = "bench",
                   .digest_key = std::string(32, 'd'),
                   .removals_max = {}},
                  reader_, *store_, ids_, world.clock()) {}

  // Follows by that capture while `work` is done. What an earlier capture had not noticed yet stays
  // so.
  template <class Work>
  void follow(const Plan& plan, const Work& work) {
    const auto chosen =
        must(choose_capture({mapping_, *connector_, world_.clock(), random_},
                            {.mode = plan.capture, .url = url_, .subdomain = "bench"}));
    if (must(detector_.baseline_done())) must(detector_.keep(must(chosen.capture->present())));
    Watch watch(
        {.first_audit = plan.audits ? Milliseconds(0) : kNeverAudits, .patience = Milliseconds(0)},
        detector_, chosen.capture.get(), world_.clock());
    TurnedWatch turned(watch, world_.clock());
    turned.wait_live();
    work();
  }

 private:
  const std::string url_;
  DeliveryWorld& world_;
  const SourceRef source_;
  const Mapping mapping_;
  SystemRandom random_;
  const std::unique_ptr<SqlConnector> connector_;
  const std::unique_ptr<SqliteResourceStore> store_;
  IdBook ids_;
  SqlReader reader_;
  Detector detector_;
};

// The appointment that an event tells of. Its own foreign id comes before any that it shows.
std::int64_t appointment_of(const Event& event) {
  constexpr std::string_view kName = "\"foreign_id\":\"";
  const auto text = event.content.body.text.expose();
  const auto at = text.find(kName);
  return at == text.npos ? 0 : std::atoll(text.data() + at + kName.size());
}

class Practice {
 public:
  Practice(const Arguments& arguments, DeliveryWorld& world, InstitutionId institution,
           Arrivals& arrivals)
      : world_(world),
        institution_(institution),
        arrivals_(arrivals),
        writer_(arguments.text("writer")) {}

  void run(std::int64_t number, const Plan& plan);
  const std::vector<Change>& changes() const { return changes_; }

 private:
  std::vector<std::int64_t> draw(const std::string& rows, std::size_t count);
  void change(std::int64_t number, std::int64_t appointment, bool is_new);
  void wait_before_next(const Plan& plan, SteadyTime start, std::size_t done);
  std::size_t join(std::int64_t head);

  DeliveryWorld& world_;
  const InstitutionId institution_;
  Arrivals& arrivals_;
  PracticeWriter writer_;
  SeededRandom random_{kSeed};
  std::vector<Change> changes_;
  std::unordered_map<std::int64_t, std::size_t> by_appointment_;  // of the run
};

// Each once, in no order.
std::vector<std::int64_t> Practice::draw(const std::string& rows, std::size_t count) {
  const auto last = writer_.last_appointment();
  const auto span = static_cast<std::size_t>(rows == "recent" ? std::min(kRecent, last) : last);
  std::vector<std::int64_t> out(rows == "new" ? count : std::min(span, count));
  std::unordered_map<std::int64_t, bool> drawn;
  for (auto& appointment : out) {
    do {
      appointment = last - static_cast<std::int64_t>(random_.below(span));
    } while (rows != "new" && !drawn.emplace(appointment, true).second);
  }
  if (rows == "new") std::iota(out.begin(), out.end(), last + 1);
  return out;
}

void Practice::change(std::int64_t number, std::int64_t appointment, bool is_new) {
  const auto note = "Change " + std::to_string(changes_.size()) + " of a practice at work";
  by_appointment_[appointment] = changes_.size();
  const auto asked = now_us(world_.clock());
  is_new ? writer_.add(appointment, note) : writer_.change(appointment, note);
  changes_.push_back({number, asked, now_us(world_.clock()), 0, 0});
}

void Practice::wait_before_next(const Plan& plan, SteadyTime start, std::size_t done) {
  if (plan.rate > 0)
    return std::this_thread::sleep_until(
        start + Microseconds(static_cast<std::int64_t>(done) * 1'000'000 / plan.rate));
  arrivals_.wait_for(arrivals_.count() + 1, kLogPatience);
  std::this_thread::sleep_for(Microseconds(3'000 + random_.below(9'000)));
}

void Practice::run(std::int64_t number, const Plan& plan) {
  by_appointment_.clear();
  const auto head = arrivals_.count();
  // Ten milliseconds each where they wait for each other.
  const auto per_second = plan.rate > 0 ? plan.rate : 100;
  const auto wanted = draw(plan.rows, static_cast<std::size_t>(per_second * plan.seconds));
  const double cpu = cpu_seconds();
  const auto start = world_.clock().steady_now();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    change(number, wanted[i], plan.rows == "new");
    wait_before_next(plan, start, i + 1);
  }
  arrivals_.wait_for(head + static_cast<std::int64_t>(wanted.size()),
                     plan.capture == CaptureMode::kPoll ? kPollPatience : kLogPatience);
  const double seconds = seconds_since(world_.clock(), start);
  const auto noticed = join(head);
  std::printf("run %lld changes %zu noticed %zu seconds %.1f cpu_s %.2f\n",
              static_cast<long long>(number), wanted.size(), noticed, seconds, cpu_seconds() - cpu);
  std::fflush(stdout);
}

// The first event of each change of the run; how many changes have one.
std::size_t Practice::join(std::int64_t head) {
  std::size_t noticed = 0;
  for (EventSeq seq{head};;) {
    const auto events = must(world_.log().after(institution_, seq, kEventsPerRead));
    if (events.empty()) return noticed;
    seq = events.back()->seq;
    for (const auto& event : events) {
      const auto found = by_appointment_.find(appointment_of(*event));
      if (found == by_appointment_.end()) continue;
      auto& change = changes_[found->second];
      const auto at = arrivals_.at_us(event->seq);
      if (change.on_disk_us != 0 || at < change.asked_us) continue;
      change.on_disk_us = at;
      change.seq = event->seq.value;
      ++noticed;
    }
  }
}

Plan plan_of(const std::string& text) {
  char capture[8];
  char rows[8];
  long long rate = 0;
  long long seconds = 0;
  int audits = 0;
  if (std::sscanf(text.c_str(), "%7[^,],%7[^,],%lld,%lld,%d", capture, rows, &rate, &seconds,
                  &audits) != 5 ||
      !capture_mode(capture))
    std::exit(2);
  return {*capture_mode(capture), rows, rate, seconds, audits != 0};
}

void write_changes(const std::string& path, const std::vector<Change>& changes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(changes.data()),
             static_cast<std::streamsize>(changes.size() * sizeof(Change)));
}

}  // namespace

int main(int argc, char** argv) {
  start_log(LogLevel::kWarning);
  const Arguments arguments(argc, argv);
  Arrivals arrivals;
  EventLog* log = nullptr;
  const SystemClock clock;
  DeliveryWorld world(
      {.folder = arguments.text("folder"), .on_appended = [&](InstitutionId institution) {
         arrivals.upto(log->head(institution), now_us(clock));
       }});
  log = &world.log();
  const auto institution = world.institution(1);
  world.subscribe(institution, arguments.text("sink") + "/1",
                  {"appointment_created", "appointment_updated"});
  world.start();
  Watched watched(arguments, world, institution);
  Practice practice(arguments, world, institution, arrivals);
  std::int64_t number = 0;
  const auto begin = clock.steady_now();
  for (const auto& text : arguments.all("run")) {
    const auto plan = plan_of(text);
    watched.follow(plan, [&] {
      if (number == 0) std::printf("baseline_s %.1f\n", seconds_since(clock, begin));
      practice.run(number++, plan);
    });
  }
  world.wait_for(arrivals.count(), kLogPatience);
  write_changes(arguments.text("out"), practice.changes());
  std::printf("rss_mib %.0f\n", peak_resident_mib());
}
