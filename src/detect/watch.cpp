#include "detect/watch.h"

#include <algorithm>

namespace chartbell {
namespace {

using enum WatchPhase;

constexpr Milliseconds kQuiet{250};
constexpr Milliseconds kBackoffMin{500};
constexpr Milliseconds kBackoffMax{15'000};
// A source is green again within a minute of its return, however seldom it is scanned.
constexpr Milliseconds kRecoveryRestMax{10'000};
constexpr Milliseconds kGuardRecheck{30'000};
// A position that nothing came with goes to disk so often.
constexpr Milliseconds kKeepEvery{5'000};

// Up to so many keys are read at once when they come.
constexpr std::size_t kFewKeys = 20;
constexpr std::size_t kManyKeys = 10'000;
constexpr Milliseconds kGatherStep{25};
constexpr Milliseconds kGatherMax{250};

}  // namespace

Watch::Watch(WatchOptions options, Detector& detector, ChangeCapture* capture, const Clock& clock)
    : options_(options), detector_(detector), capture_(capture), clock_(clock) {
  if (capture_ == nullptr) return;
  auditor_.emplace(detector, *capture, clock,
                   AuditTimes{options.audit_interval, options.first_audit});
}

Turn Watch::turn() {
  complete_ = false;
  const auto rest = step();
  auto turn = rest ? succeeded(*rest) : failed(rest.error());
  if (phase_ == kStream) turn.readable = capture_->readable();
  return turn;
}

Watch::Rest Watch::step() {
  switch (phase_) {
    case kStart:
      return begin();
    case kScan:
      return scan();
    case kResume:
      return resume();
    case kStream:
      return stream();
  }
  return Milliseconds(0);
}

Turn Watch::succeeded(Milliseconds rest) {
  if (!why_red_.empty()) return {Turn::Outcome::kBad, rest, Error{Code::kPositionLost, why_red_}};
  if (const auto withheld = detector_.guard().withheld(); !withheld.empty())
    return {Turn::Outcome::kBad, rest, guard_error(withheld)};
  if (!complete_) return {Turn::Outcome::kUnderWay, rest, {}};
  recovering_ = std::exchange(bad_turns_, 0) > 0;
  return {Turn::Outcome::kGood, rest, {}};
}

Turn Watch::failed(const Error& error) {
  pending_ = young_ = settling_ = {};
  settled_ = ++told_;
  position_.reset();
  recheck_at_ = {};
  if (retryable(error.code)) detector_.disconnect();
  if (phase_ == kStream) phase_ = kResume;
  recovering_ = true;
  if (error.code == Code::kPositionLost && phase_ == kResume && lost_.empty()) {
    lost_ = error.detail;
    return {Turn::Outcome::kBad, Milliseconds(0), error};
  }
  const auto backoff = kBackoffMin * (1 << std::min(bad_turns_++, 8));
  return {Turn::Outcome::kBad, std::min<Milliseconds>(backoff, kBackoffMax), error};
}

// ---- reading everything -----------------------------------------------------------------------

Watch::Rest Watch::begin() {
  TRY(const bool wanted, detector_.wants_scan());
  if (capture_ == nullptr || wanted) {
    if (capture_ != nullptr) {
      TRY(scanned_from_, capture_->present());
    }
    scan_ = {};
    phase_ = kScan;
    return Milliseconds(0);
  }
  TRY(const auto stored, detector_.position());
  if (!stored) return begin_comparison("changes are captured in a new way");
  phase_ = kResume;
  return Milliseconds(0);
}

Watch::Rest Watch::begin_comparison(std::string why) {
  TRY(scanned_from_, capture_->present());
  why_red_ = std::move(why) + "; everything is compared, and nothing is lost by then";
  auditor_->forget_suspects();
  lost_.clear();
  scan_ = {};
  phase_ = kScan;
  return Milliseconds(0);
}

Watch::Rest Watch::scan() {
  TRY_DO(detector_.step(scan_));
  return scan_.ended ? scan_ended() : Milliseconds(0);
}

Watch::Rest Watch::scan_ended() {
  TRY(const bool wanted, detector_.wants_scan());
  if (capture_ != nullptr && !wanted) {
    TRY_DO(detector_.keep(scanned_from_));
    capture_->stored(scanned_from_);
    phase_ = kResume;
    compared_ = true;
  }
  why_red_.clear();
  complete_ = true;
  if (phase_ == kResume) return Milliseconds(0);
  scan_ = {};
  if (wanted) return kGuardRecheck;
  // Two scans end the recovery: the first may be luck.
  return std::min(options_.scan_interval, recovering_ ? kRecoveryRestMax : Milliseconds::max());
}

// ---- following the capture --------------------------------------------------------------------

Watch::Rest Watch::resume() {
  if (!lost_.empty()) return begin_comparison(lost_);
  TRY(const auto stored, detector_.position());
  if (!stored) return begin_comparison("changes are captured in a new way");
  TRY_DO(capture_->resume(*stored));
  if (recovering_) auditor_->hasten();
  gathered_since_ = kept_at_ = clock_.steady_now();
  phase_ = kStream;
  return Milliseconds(0);
}

Watch::Rest Watch::stream() {
  TRY(auto wakeups, capture_->wait(std::min(patience(), options_.patience)));
  const bool more_came = !wakeups.dirty.empty();
  note(std::move(wakeups));
  if (gathers(more_came)) return pause();
  TRY_DO(compare_keys());
  TRY_DO(refresh_pending());
  TRY_DO(settle());
  TRY_DO(auditor_->step(young_.empty() ? told_ : told_ + 1, settled_));
  TRY_DO(keep_position());
  complete_ = true;
  return std::min(std::max(capture_->rest(), pause()), auditor_->rest());
}

// What a capture that can be waited for from outside is not waited for here.
Milliseconds Watch::pause() const {
  const bool waited = options_.patience > Milliseconds(0) || !capture_->readable();
  return waited ? Milliseconds(0) : patience();
}

void Watch::Told::merge(Told other) {
  dirty.merge(std::move(other.dirty));
  if (other.position) position = std::move(other.position);
  visible = visible && other.visible;
}

void Watch::note(Wakeups wakeups) {
  auditor_->named(wakeups.dirty);
  rows_seen_ += wakeups.rows;
  if (pending_.dirty.empty()) gathered_since_ = clock_.steady_now();
  pending_.merge({std::move(wakeups.dirty), std::move(wakeups.position), wakeups.visible});
}

// Many changes that come in a row are read together.
bool Watch::gathers(bool more_came) const {
  const auto keys = pending_.dirty.keys();
  const auto age = clock_.steady_now() - gathered_since_;
  if (pending_.dirty.empty() || keys >= kManyKeys || age >= kGatherMax) return false;
  return age < options_.coalesce || (keys > kFewKeys && more_came);
}

Milliseconds Watch::patience() const {
  if (!compared_) return Milliseconds(0);
  const bool busy = !pending_.empty() || !young_.empty() || !settling_.empty();
  return std::min(busy ? kGatherStep : kQuiet, auditor_->rest());
}

// What was withheld when the process ended is found again by its keys; what is withheld now may be
// back, or confirmed.
Result<void> Watch::compare_keys() {
  const auto now = clock_.steady_now();
  DirtyKeys lists;
  if (!compared_) lists = detector_.all(Extent::kKeyList);
  const auto withheld = detector_.guard().withheld();
  if (!withheld.empty() && recheck_at_ <= now) {
    for (const auto& removals : withheld) lists.widen(removals.kind, Extent::kKeyList);
    recheck_at_ = now + kGuardRecheck;
  }
  if (!lists.empty()) TRY_DO(detector_.refresh(lists, std::nullopt));
  compared_ = true;
  return {};
}

Result<void> Watch::refresh_pending() {
  if (pending_.empty()) return {};
  const auto withheld = detector_.guard().withheld().size();
  if (capture_->unseen_for() == Milliseconds(0)) {
    TRY_DO(refresh_last(std::exchange(pending_, {})));
  } else {
    if (!pending_.dirty.empty()) TRY_DO(refresh_first(pending_));
    young_.merge(std::exchange(pending_, {}));
  }
  // What a few keys withheld is counted at once among all of them.
  if (detector_.guard().withheld().size() > withheld) recheck_at_ = {};
  return {};
}

// A few rows are read before anybody knows whether they can be. One that is as it was may be
// another one a moment later.
Result<void> Watch::refresh_first(const Told& told) {
  const bool few = told.dirty.keys() <= kFewKeys && told.dirty.only_keys();
  if (!told.visible && !few) TRY_DO(capture_->await_visible());
  TRY(const auto report, detector_.refresh(told.dirty, std::nullopt));
  if (told.visible || !few || report.changes.same == 0) return {};
  TRY_DO(capture_->await_visible());
  TRY_DO(detector_.refresh(told.dirty, std::nullopt));
  return {};
}

Result<void> Watch::settle() {
  const auto now = clock_.steady_now();
  if (!settling_.empty() && settle_at_ <= now) {
    TRY_DO(refresh_last(std::exchange(settling_, {})));
  }
  if (settling_.empty()) settled_ = told_;
  if (!settling_.empty() || young_.empty()) return {};
  settling_ = std::exchange(young_, {});
  settle_at_ = now + capture_->unseen_for();
  ++told_;
  return {};
}

// Nothing that came before the position is unread behind this.
Result<void> Watch::refresh_last(Told told) {
  if (told.position) position_ = std::move(told.position);
  if (told.dirty.empty()) return {};
  TRY(const auto report, detector_.refresh(told.dirty, position_));
  if (!report.position_stored) return {};
  capture_->stored(*position_);
  position_.reset();
  kept_at_ = clock_.steady_now();
  return {};
}

Result<void> Watch::keep_position() {
  if (!position_ || clock_.steady_now() - kept_at_ < kKeepEvery) return {};
  TRY_DO(detector_.keep(*position_));
  capture_->stored(*position_);
  position_.reset();
  kept_at_ = clock_.steady_now();
  return {};
}

void Watch::confirm_removals(const std::vector<WithheldRemovals>& shown) {
  detector_.guard().confirm(shown);
  recheck_at_ = {};
}

WatchReport Watch::report() const {
  WatchReport out{.phase = phase_, .rows_seen = rows_seen_};
  if (capture_ != nullptr) {
    out.mode = capture_->mode();
    out.lag = capture_->lag();
    out.audit = auditor_->progress();
  }
  out.baseline_done = detector_.baseline_done().value_or(false);
  out.scan = {.rows = scan_.report.rows,
              .kinds_done = static_cast<std::int64_t>(scan_.place.kind),
              .kinds = static_cast<std::int64_t>(detector_.kinds())};
  out.withheld = detector_.guard().withheld();
  return out;
}

}  // namespace chartbell
