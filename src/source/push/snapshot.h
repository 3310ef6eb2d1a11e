// Snapshot: a resource as its record system pushes it, checked against the wire's shape.
//
// {"revision": 7, "data": {…}} holds the leaves of that kind, nested as on the wire; what is left
// out is not known. References hold the record system's keys, texts or integers: 17 and "17" are
// the same. Keys of pushed sources are texts throughout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/document.h"
#include "model/foreign_key.h"
#include "model/shape.h"
#include "source/row_template.h"

namespace chartbell {

struct SnapshotReference {
  std::size_t field = 0;  // of the shape
  ResourceKind kind = ResourceKind::kPatient;
  std::string key;
};

struct Snapshot {
  ResourceKind kind = ResourceKind::kPatient;
  std::string foreign_id;
  std::int64_t revision = 0;
  bool deleted = false;
  std::vector<std::string> leaves;  // JSON texts by the shape's fields; empty: not known
  std::vector<SnapshotReference> references;
  std::optional<std::size_t> location;  // of the source's
  std::optional<WallTime> start_time;   // of an appointment
  std::vector<Snapshot> descriptors;    // shown inside an appointment
  Document content;                     // the same text for the same content, however it is said
};

struct SnapshotRules {
  std::vector<SourceLocation> locations;  // not empty
  std::vector<ResourceKind> kinds;        // that may be pushed
};

// Kinds that a record system may push, each after those that it refers to.
const std::vector<ResourceKind>& pushable_kinds();

inline constexpr std::size_t kSnapshotBytesMax = std::size_t{256} * 1024;
inline constexpr std::size_t kForeignIdBytesMax = 128;

// Whether what was sent is a resource or the word that it is gone.
enum class Sent : std::uint8_t { kResource, kRemoval };

// The body of a call about one resource. kInvalid, naming the place ("data.bio.city") and never a
// value: no such kind or leaf, a wrong type, a member twice, no JSON. kTooLarge beyond the limits.
Result<Snapshot> read_snapshot(const SnapshotRules& rules, std::string_view type,
                               std::string_view foreign_id, Sent sent, const Document& body);

// A line of a batch: {"type", "foreign_id", "revision", "data" or "deleted": true}. What could be
// read of type and foreign id stands in `out` also where the rest is refused.
Result<void> read_snapshot_line(const SnapshotRules& rules, std::string_view line, Snapshot& out);

}  // namespace chartbell
