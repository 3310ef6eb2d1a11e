#include "app/push_runner.h"

#include <algorithm>
#include <limits>

#include "base/log.h"

namespace chartbell {
namespace {

// Only a call ends it.
constexpr Milliseconds kLongRest{60'000};
constexpr Milliseconds kShowEvery{500};
// Pushes that were read and not answered yet.
constexpr std::size_t kWorksMax = PushTaker::kGroupMax;

std::vector<ResourceKind> kinds_of(const SourceConfig& config) {
  auto out = pushable_kinds();
  // They are the book's own.
  if (config.is_book()) std::erase(out, ResourceKind::kAppointment);
  return out;
}

std::vector<SourceLocation> served(const SourceConfig& config,
                                   const std::vector<SourceLocation>& locations) {
  if (config.locations.empty()) return locations;
  std::vector<SourceLocation> out;
  for (const auto& location : locations)
    if (std::ranges::find(config.locations, location.foreign_id) != config.locations.end())
      out.push_back(location);
  return out;
}

std::map<LocationId, Zone> zones_of(const std::vector<SourceLocation>& locations) {
  std::map<LocationId, Zone> out;
  for (const auto& location : locations) out.emplace(location.id, location.zone);
  return out;
}

}  // namespace

PushRunner::PushRunner(SourceConfig config, SourceIdentity identity,
                       SourceSurroundings& surroundings, std::function<void(TurnTaker&)> wake)
    : config_(std::move(config)),
      identity_(std::move(identity)),
      surroundings_(surroundings),
      wake_(std::move(wake)),
      rules_({.locations = served(config_, identity_.locations), .kinds = kinds_of(config_)}),
      ids_(identity_.ref, surroundings.resources, surroundings.clock),
      reader_({.institution = identity_.ref.institution,
               .foreign_id_type = config_.emr_name,
               .rules = rules_,
               .ids = ids_}),
      // What is said to be gone is gone, however much it is.
      detector_({.source = identity_.ref,
                 .subdomain = identity_.subdomain,
                 .digest_key = surroundings.digest_key,
                 .removals_max = std::numeric_limits<std::int64_t>::max()},
                reader_, surroundings.resources, ids_, surroundings.clock),
      taker_({.source = identity_.ref,
              .digest_key = surroundings.digest_key,
              .reader = reader_,
              .detector = detector_,
              .store = surroundings.resources}),
      lights_({identity_.ref, identity_.subdomain, surroundings.resources, surroundings.accounts,
               surroundings.clock}) {
  if (config_.is_book())
    book_.emplace(Book::Parts{.source = identity_.ref,
                              .subdomain = identity_.subdomain,
                              .foreign_id_type = config_.emr_name,
                              .digest_key = surroundings.digest_key,
                              .zones = zones_of(rules_.locations),
                              .reader = reader_,
                              .store = surroundings.resources,
                              .ids = ids_,
                              .clock = surroundings.clock});
}

Result<std::unique_ptr<PushRunner>> PushRunner::open(const SourceConfig& config,
                                                     SourceIdentity identity,
                                                     SourceSurroundings& surroundings,
                                                     std::function<void(TurnTaker&)> wake) {
  auto runner = std::unique_ptr<PushRunner>(
      new PushRunner(config, std::move(identity), surroundings, std::move(wake)));
  TRY_DO(runner->prepare());
  return runner;
}

// It is open from now on, and there is nothing to be read first.
Result<void> PushRunner::prepare() {
  TRY_DO(lights_.load());
  lights_.now().read = Light::kGreen;
  if (book_) lights_.now().write = Light::kGreen;
  show(true);
  return {};
}

PushRunner::~PushRunner() {
  inbox_.close();
  const Error error{Code::kUnreachable, "Chartbell is ending"};
  for (auto& work : works_) {
    work->fail(error);
    work->answer();
  }
  for (auto& call : calls_) refuse(call, error);
  for (auto& call : inbox_.take()) refuse(call, error);
}

bool PushRunner::put(PushCall& call) {
  if (!inbox_.put(call)) return false;
  wake_(*this);
  return true;
}

bool PushRunner::serves(LocationId location) const {
  return std::ranges::find(rules_.locations, location, &SourceLocation::id) !=
         rules_.locations.end();
}

// ---- a turn -------------------------------------------------------------------------------------

PushRunner::Rest PushRunner::turn() {
  for (auto& call : inbox_.take()) calls_.push_back(std::move(call));
  const bool busy = !calls_.empty() || !works_.empty();
  if (busy) take_turn();
  const bool more = !calls_.empty() || !works_.empty();
  show(busy && !more);
  return {.time = more ? Milliseconds(0) : kLongRest};
}

// In the order in which they came: an act of the book stands between the pushes around it.
void PushRunner::take_turn() {
  while (works_.size() < kWorksMax && !calls_.empty()) {
    if (auto* waits = std::get_if<BookAct>(&calls_.front())) {
      if (!works_.empty()) break;
      act(*waits);
      inbox_.done_with(bytes_of(calls_.front()));
      calls_.pop_front();
      return;
    }
    // One batch at a time is unpacked.
    if (std::holds_alternative<PushedMany>(calls_.front()) && !works_.empty()) break;
    works_.push_back(std::make_unique<PushWork>(std::move(calls_.front()), rules_));
    calls_.pop_front();
  }
  auto group = next_group();
  if (!group.snapshots.empty()) commit(std::move(group));
  answer_those_over();
}

void PushRunner::act(BookAct& waits) {
  if (!book_) return waits.done(failure(Code::kNotFound, "The source keeps no book"));
  auto done = waits.act(*book_);
  if (done) lights_.now().write_at = surroundings_.clock.now();
  waits.done(std::move(done));
}

PushRunner::Group PushRunner::next_group() {
  Group group;
  for (const auto& work : works_) {
    if (work->over()) continue;
    if (group.snapshots.empty()) group.new_ones = work->new_ones();
    if (!fill(group, *work)) break;
  }
  return group;
}

// False where the group takes no more: each resource is in it once, and all are told alike.
bool PushRunner::fill(Group& group, PushWork& work) const {
  if (work.new_ones() != group.new_ones) return false;
  while (const auto& next = work.next()) {
    if (group.snapshots.size() == PushTaker::kGroupMax) return false;
    if (!group.keys.emplace(next->kind, next->foreign_id).second) return false;
    auto [place, snapshot] = work.take();
    group.places.emplace_back(&work, place);
    group.snapshots.push_back(std::move(snapshot));
  }
  return true;
}

void PushRunner::commit(Group group) {
  auto receipts = taker_.take(std::move(group.snapshots), group.new_ones);
  if (!receipts) {
    last_fault_ = {std::string(name(receipts.error().code)), receipts.error().detail,
                   surroundings_.clock.now()};
    log_error("push_failed", {{"institution", identity_.subdomain},
                              {"source", config_.name},
                              {"detail", receipts.error().detail}});
    for (const auto& [work, place] : group.places) work->fail(receipts.error());
    return;
  }
  lights_.now().read_at = surroundings_.clock.now();
  for (std::size_t i = 0; i < receipts->size(); ++i) {
    const auto& [work, place] = group.places[i];
    work->receive(place, std::move((*receipts)[i]));
  }
}

void PushRunner::answer_those_over() {
  while (!works_.empty() && works_.front()->over()) {
    auto work = std::move(works_.front());
    works_.pop_front();
    count(work->receipts());
    work->answer();
    inbox_.done_with(work->bytes());
  }
}

// ---- what others see ----------------------------------------------------------------------------

void PushRunner::count(const std::vector<PushReceipt>& receipts) {
  for (const auto& receipt : receipts) {
    switch (receipt.status) {
      case PushReceipt::Status::kApplied:
        ++counts_.applied;
        break;
      case PushReceipt::Status::kUnchanged:
        ++counts_.unchanged;
        break;
      case PushReceipt::Status::kStale:
        ++counts_.stale;
        break;
      case PushReceipt::Status::kConflict:
      case PushReceipt::Status::kRefused:
        ++counts_.refused;
        break;
    }
  }
}

SyncStatus PushRunner::status() const {
  return {.institution = identity_.ref.institution,
          .name = config_.name,
          .id = identity_.ref.source,
          .emr_name = config_.emr_name,
          .emr_display_name = config_.emr_display_name,
          .emr_type = {config_.emr_type},
          .read = lights_.now().read,
          .read_at = lights_.now().read_at,
          .write = lights_.now().write,
          .write_at = lights_.now().write_at,
          .baseline_done = true};
}

void PushRunner::show(bool now) {
  const auto time = surroundings_.clock.steady_now();
  if (!now && time - shown_at_ < kShowEvery) return;
  shown_at_ = time;
  const std::string mode = book_ ? "book" : "push";
  surroundings_.board.put(
      {.status = status(),
       .mapping = {},
       .mode_reason = book_ ? "Chartbell keeps the book" : "the record system pushes",
       .watch = {.phase = WatchPhase::kStream,
                 .mode = mode,
                 .baseline_done = true,
                 .rows_seen = counts_.applied},
       .last_fault = last_fault_,
       .pushed = counts_});
  lights_.save();
}

}  // namespace chartbell
