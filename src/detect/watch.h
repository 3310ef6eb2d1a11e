// Watch: one source from its first reading to its last, as a machine that is turned.
//
//                       ┌──── position lost ────┐
//                       ▼                       │
//   start ───────────► scan ──────────► resume ─┴─► stream
//     │      nothing                      ▲  ▲         │
//     └── stored position ────────────────┘  └─ error ─┘
//
// Position first: present() is asked before a scan's first read and stored behind its last, so that
// the stream begins before everything that the scan may have overlooked. What is read twice finds
// itself equal. The position in the store is the only truth about how far the stream is: after any
// error what was gathered in memory is dropped, and the capture resumes behind the stored position.
// So no committed change is passed over, whatever breaks.
//
// A log may be heard before the change can be seen. So what a capture told of is read at once, and
// once more ChangeCapture::unseen_for() later; the position is stored with that second reading.
//
// A capture without a stored position, or one whose position the record system has forgotten, is
// compared whole; the source is red until that is done. Without a capture it scans for ever.
//
// A server that died may have lost the end of its log, and nothing shows it: behind each
// interruption the auditor begins at once.
//
// Synchronous: no threads; the only waiting is the capture's. A crash loses nothing but the place
// of a scan.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "detect/auditor.h"
#include "detect/detector.h"
#include "detect/ports.h"
#include "detect/scan.h"
#include "model/dirty_keys.h"
#include "model/source_report.h"

namespace chartbell {

struct WatchOptions {
  Milliseconds scan_interval{2'000};  // between scans, without a capture
  Milliseconds audit_interval{3'600'000};
  // Until the auditor's first pass.
  Milliseconds first_audit{0};
  // How long a first change waits for others of the same occurrence. Where many come at once they
  // are gathered anyway.
  Milliseconds coalesce{0};
  // How long a turn waits for the capture's first change. 0: whoever turns it waits instead, by
  // Turn::readable.
  Milliseconds patience{250};
};

// What came of one turn.
struct Turn {
  enum class Outcome : std::uint8_t {
    kUnderWay,  // nothing is wrong, and nothing is complete yet
    kGood,      // the record system answered, and all that it told is stored
    kBad,       // `fault` says why the source cannot be trusted to be complete
  };
  Outcome outcome = Outcome::kUnderWay;
  Milliseconds rest{0};  // until the next turn is worth while
  Error fault{};
  std::optional<int> readable{};  // this descriptor ends the rest sooner
};

// A resource of the source's thread; all references outlive it.
class Watch {
 public:
  // Without a capture (null) it scans.
  Watch(WatchOptions options, Detector& detector, ChangeCapture* capture, const Clock& clock);

  // One step: a chunk of a scan, a resumption, or whatever the capture has. Blocks for as long as
  // the record system takes to answer, and its patience for the capture's first change.
  Turn turn();
  // The operator says that these rows are gone indeed.
  void confirm_removals(const std::vector<WithheldRemovals>& shown);
  WatchReport report() const;

 private:
  using Rest = Result<Milliseconds>;

  Rest step();
  Rest begin();
  Rest begin_comparison(std::string why);
  Rest scan();
  Rest scan_ended();
  Rest resume();
  Rest stream();
  Turn succeeded(Milliseconds rest);
  Turn failed(const Error& error);

  // What a capture told of, and the position behind it.
  struct Told {
    DirtyKeys dirty;
    std::optional<std::string> position;
    bool visible = true;

    bool empty() const { return dirty.empty() && !position; }
    void merge(Told other);
  };

  void note(Wakeups wakeups);
  bool gathers(bool more_came) const;
  Milliseconds patience() const;
  Milliseconds pause() const;
  Result<void> refresh_pending();
  Result<void> refresh_first(const Told& told);
  Result<void> compare_keys();
  Result<void> settle();
  Result<void> refresh_last(Told told);
  Result<void> keep_position();

  const WatchOptions options_;
  Detector& detector_;
  ChangeCapture* const capture_;
  const Clock& clock_;
  std::optional<Auditor> auditor_;

  WatchPhase phase_ = WatchPhase::kStart;
  int bad_turns_ = 0;
  bool recovering_ = false;  // a scan comes sooner than usual
  std::string why_red_;      // of a scan that must end before the source can be trusted
  std::string lost_;         // why the stored position is of no use; empty where it is
  bool complete_ = false;    // the turn ended a scan, or stored what the capture had

  Scan scan_;
  std::string scanned_from_;  // the position that the scan makes true

  Told pending_;   // not read yet
  Told young_;     // read once
  Told settling_;  // the same, and due at settle_at_
  SteadyTime settle_at_{};
  std::int64_t told_ = 0;                // how often young_ became settling_
  std::int64_t settled_ = 0;             // and was read again
  std::optional<std::string> position_;  // settled, and not stored yet
  SteadyTime gathered_since_{};
  SteadyTime kept_at_{};
  SteadyTime recheck_at_{};  // of withheld removals
  bool compared_ = false;    // all keys, since the process began
  std::int64_t rows_seen_ = 0;
};

}  // namespace chartbell
