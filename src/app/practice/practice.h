// Practice: a simulated dental practice, living in an SQLite file that the daemon watches.
//
// It plays the record system that `chartbell demo` shows: people book, come, cancel, move and
// change insurers, and every step says exactly which events a watcher of the file must see. It
// shares nothing with the daemon but the file, so what it says is an independent expectation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/practice/in_flight.h"
#include "app/practice/population.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time_text.h"
#include "model/shape.h"

namespace chartbell::practice {

class PracticeDatabase;

// One event that must be delivered, once.
struct PracticeChange {
  std::string sentence;  // "09:14  Amara Okafor confirms 10:30 with Dr. Lindqvist"
  ResourceKind kind = ResourceKind::kAppointment;
  std::int64_t key = 0;    // the row's: AptNum, PatNum, ProcNum or PatPlanNum
  std::string_view event;  // "appointment_updated"; from the catalogue, lives for ever

  friend bool operator==(const PracticeChange&, const PracticeChange&) = default;
};

// A resource of one thread, which owns its connection to the file. Nothing but the file survives
// it: opened again, an existing practice goes on with the people it has, and nothing is in flight.
class Practice {
 public:
  // Creates and fills the file where there is none; `opening` is the practice's local time, moved
  // to its next working hour. The same seed, file and settling give the same days. `random` must
  // outlive the practice. kConfig, kNoSpace or kCorrupt, naming the file.
  static Result<std::unique_ptr<Practice>> open(const std::string& path, Random& random,
                                                LocalTime opening, PracticeSize size = {});
  ~Practice();
  Practice(const Practice&) = delete;
  Practice& operator=(const Practice&) = delete;

  // Lets some minutes pass and one thing happen, in one transaction. Each returned change is one
  // row that a watcher sees differently than before, all such rows are listed, and no row whose
  // change is in flight is among them. Nothing when too much is in flight: settle first.
  Result<std::vector<PracticeChange>> step();

  // The change's event has come and is right: the row may change again.
  void settled(ResourceKind kind, std::int64_t key);

  // The simulated clock: local time of the practice, 08:00 to 18:00, then the next day.
  LocalTime now() const { return now_; }

 private:
  Practice(std::unique_ptr<PracticeDatabase> database, Random& random, LocalTime opening);
  void pass_time();

  const std::unique_ptr<PracticeDatabase> database_;
  Random& random_;
  LocalTime now_;
  InFlight in_flight_;
};

}  // namespace chartbell::practice
