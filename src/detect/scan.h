// Where a reading of a whole source is.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "detect/ports.h"
#include "detect/teller.h"

namespace chartbell {

struct ScanPlace {
  std::size_t kind = 0;             // in the order of ResourceReader::kinds()
  std::optional<ForeignKey> after;  // everything up to here has been read

  friend bool operator==(const ScanPlace&, const ScanPlace&) = default;
};

// A pass over every kind, in steps of one chunk; a value, in memory only. After an error the same
// step is made again; after a crash the pass begins anew, and finds equal what it had committed.
struct Scan {
  ScanPlace place;
  bool ended = false;
  CycleReport report;
  bool guarded = false;  // removals of some kind are withheld

  // Of the kind at `place`.
  std::optional<Telling> telling;
  bool rows_ended = false;
  std::vector<KnownResource> missing;
  std::size_t removed = 0;  // of `missing`, from the front
};

}  // namespace chartbell
