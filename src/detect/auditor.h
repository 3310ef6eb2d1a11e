// Auditor: a slow reading of everything, whatever the wake-ups are, that counts what they missed.
//
// It compares a slice of rows with what is stored and commits nothing. Rows that differ are
// suspects: something changed since they were read last, and its wake-up is lost or still under
// way. Which of the two, it decides so:
//
//   1. Nothing that a wake-up named waits to be read when the slice is read at time T. So a
//      suspect's wake-up had not come by T.
//   2. `mark` is the capture's mark() taken behind T. A change that the slice saw was
//      committed before T, so it lies before `mark`.
//   3. Once the capture has passed `mark`, wait() has given every wake-up for what lies before.
//      A suspect that none of those named since T was missed; one that was named has been, or is
//      about to be, read anew by that wake-up, and is nobody's loss.
//
// What was missed is then read anew and told as ever. The count is of those that differed even
// then: a row that meanwhile is as it is stored again has nothing to tell.
//
// While suspects are held no other slice is read, so memory holds one slice at most. A capture that
// does not get past `mark` in kHeldMax has its suspects told uncounted.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "detect/detector.h"
#include "detect/ports.h"
#include "model/dirty_keys.h"
#include "model/source_report.h"

namespace chartbell {

struct AuditTimes {
  // A pass begins each `interval`, or when the one before it has ended.
  Milliseconds interval;
  Milliseconds until_first{0};
};

// A resource of the source's thread. Its place is in memory only: a new process begins anew.
class Auditor {
 public:
  // Wake-ups wait while a slice is read, for less than ten milliseconds.
  static constexpr std::size_t kSliceRows = 500;
  static constexpr std::chrono::minutes kHeldMax{1};

  Auditor(Detector& detector, ChangeCapture& capture, const Clock& clock, AuditTimes times)
      : detector_(detector),
        capture_(capture),
        clock_(clock),
        interval_(times.interval),
        next_at_(clock.steady_now() + times.until_first) {}

  // Each answer of the capture's wait(), before anything else is done with it.
  void named(const DirtyKeys& dirty);
  // Reads the next slice, or settles the suspects, or does nothing where it is not yet time. Only
  // where all that wake-ups named has been read anew. What they named is read a second time later:
  // `told` counts what waits for that, `settled` what has had it. Suspects wait for it too.
  Result<void> step(std::int64_t told = 0, std::int64_t settled = 0);
  // How long it has nothing to do.
  Milliseconds rest() const;
  // The stream was interrupted, and after a crash a log may lack its end: a pass begins now, and
  // what one under way has read already is read again.
  void hasten();
  // A scan looks at everything, so nothing is suspect any more.
  void forget_suspects() { held_.reset(); }

  const AuditProgress& progress() const { return progress_; }

 private:
  struct Held {
    ResourceKind kind;
    std::map<ForeignKey, bool> keys;  // true: came or went
    std::string mark;
    std::int64_t told;
    SteadyTime since;
    bool settled = false;  // what was told of by then has been read a second time
  };

  Result<void> slice(std::int64_t told);
  Result<void> settle(bool counts);

  Detector& detector_;
  ChangeCapture& capture_;
  const Clock& clock_;
  const Milliseconds interval_;
  ScanPlace place_;
  SteadyTime pass_began_{};
  SteadyTime next_at_;
  bool again_ = false;  // as soon as this pass has ended
  std::optional<Held> held_;
  AuditProgress progress_;
};

}  // namespace chartbell
