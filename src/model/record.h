// Record: a resource as Chartbell holds it, for whoever reads it by itself or in a list; and what
// lists can be asked for (wire contract §6, §7).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/document.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "model/shape.h"

namespace chartbell {

struct Record {
  InstitutionId institution;
  SourceId source;
  ResourceKind kind = ResourceKind::kPatient;
  ResourceId id;
  LocationId location;            // 0 where it belongs to none of ours
  std::optional<ForeignKey> key;  // nothing: not written into the record system yet
  bool gone = false;              // vanished from the record system
  WallTime created_at;
  WallTime updated_at;
  Document document;  // id and times of our own are null in it
};

// In which order a list comes. Ties are broken by the id, which never changes.
enum class RecordOrder : std::uint8_t { kId, kStart, kUpdated };

// Where a list goes on: behind this place in its order.
struct RecordPosition {
  std::int64_t at_ms = 0;  // start or update; 0 in the order of ids
  ResourceId id;

  friend auto operator<=>(const RecordPosition&, const RecordPosition&) = default;
};

// Some rows of one kind of one institution. What is left out does not restrict.
struct RecordQuery {
  InstitutionId institution;
  ResourceKind kind = ResourceKind::kPatient;

  std::optional<LocationId> location{};
  std::optional<std::string> foreign_id{};  // as the wire shows it
  std::optional<WallTime> start{};          // start_time at or behind
  std::optional<WallTime> end{};            // start_time before
  std::optional<WallTime> updated_since{};  // updated_at at or behind
  std::vector<std::int64_t> patients{};     // any of them; likewise below
  std::vector<std::int64_t> providers{};
  std::vector<std::int64_t> operatories{};
  std::optional<std::int64_t> appointment{};
  std::optional<std::int64_t> appointment_type{};
  std::optional<bool> cancelled{};
  std::optional<bool> unavailable{};
  std::optional<bool> inactive{};
  std::optional<bool> booked_here{};  // made through Chartbell
  std::optional<bool> gone{};
  std::optional<WallTime> not_ended_at{};  // no end, or one at or behind
  std::optional<WallTime> ended_before{};  // an end, before
  // Of patients, exactly: each word of a name or the whole of it, …; see search_words.h.
  std::optional<std::string> name{};
  std::optional<std::string> email{};
  std::optional<std::string> phone_number{};
  std::optional<std::string> date_of_birth{};  // YYYY-MM-DD

  RecordOrder order = RecordOrder::kId;
  bool descending = false;
  // At most one of them: rows behind this place, or the last ones before it, in the query's order.
  std::optional<RecordPosition> after{};
  std::optional<RecordPosition> before{};
  std::size_t skip = 0;  // rows to leave out first
  std::size_t limit = 50;
};

// When something takes place, and with whom.
struct RecordTimes {
  ResourceId id;
  LocationId location;  // 0 where it belongs to none of ours
  WallTime start;
  WallTime end;
  std::int64_t provider = 0;  // 0 where there is none; likewise below
  std::int64_t operatory = 0;
  bool cancelled = false;
  bool unavailable = false;
};

// A span of time in which something takes place: start <= t < end.
struct RecordSpan {
  std::optional<LocationId> location{};
  std::optional<std::int64_t> provider{};
  std::optional<std::int64_t> operatory{};
  WallTime from;
  WallTime to;
};

}  // namespace chartbell
