// Slots: GET /appointment_slots (v2) and /available_slots (v3) (wire contract §6). What is ours of
// their rules is in docs/wire.md.
#include <algorithm>
#include <map>
#include <set>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "api/answer.h"
#include "api/appointment_length.h"
#include "api/record_list.h"
#include "api/routes.h"
#include "api/show_record.h"
#include "api/slots.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "base/zone.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::minutes;

constexpr std::int64_t kDaysMax = 92;
constexpr std::size_t kLocationsMax = 20;
constexpr std::size_t kProvidersMax = 50;
constexpr std::size_t kSlotsMax = 20'000;  // of one answer
constexpr std::int64_t kMinutesMax = 24 * 60;
constexpr minutes kLengthUsual{15};

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

struct Asked {
  Institution institution;
  std::vector<Location> locations;
  std::vector<std::int64_t> providers;    // empty: whoever works there
  std::vector<std::int64_t> operatories;  // empty: any
  LocalTime first_day;
  days count{1};
  minutes length{};
  minutes interval{};
};

Result<std::vector<Location>> read_locations(const Call& call, const Institution& institution) {
  TRY(const auto ids, call.parameters.ids("lids", kLocationsMax));
  if (ids.empty()) return invalid("Missing parameter lids");
  std::vector<Location> out;
  for (const auto id : ids) {
    const auto found = std::ranges::find(institution.locations, LocationId{id}, &Location::id);
    if (found == institution.locations.end()) return failure(Code::kNotFound, "Location not found");
    out.push_back(*found);
  }
  return out;
}

Result<std::optional<minutes>> minutes_in(const Call& call, std::string_view name) {
  TRY(const auto number, call.parameters.integer_in(name, 1, kMinutesMax));
  return number ? std::optional(minutes(*number)) : std::nullopt;
}

// The minutes of an appointment's type; nothing without a type, or where it has none.
Result<std::optional<minutes>> minutes_of_type(ApiParts& parts, const Call& call,
                                               const Institution& institution) {
  TRY(const auto id, id_in(call, "appointment_type_id"));
  if (!id) return std::optional<minutes>();
  TRY(const auto type,
      record_of(parts, institution, ResourceKind::kAppointmentType, *id, "Appointment type"));
  return length_of(type);
}

Result<void> read_days(const Call& call, Asked& out) {
  TRY(const auto text, call.parameters.required("start_date"));
  const auto first = parse_local(text);
  if (!first || text.size() != 10) return invalid("start_date must be a date like 2024-03-21");
  out.first_day = *first;
  TRY(const auto count, call.parameters.integer_in("days", 1, kDaysMax));
  if (!count) return invalid("Missing parameter days");
  out.count = days(*count);
  return {};
}

Result<Asked> read_asked(ApiParts& parts, const Call& call) {
  Asked out;
  TRY(out.institution, institution_of(call, parts.accounts));
  TRY_DO(read_days(call, out));
  TRY(out.locations, read_locations(call, out.institution));
  TRY(out.providers, call.parameters.ids("pids", kProvidersMax));
  TRY(out.operatories, call.parameters.ids("operatory_ids"));
  TRY(const auto length, minutes_in(call, "slot_length"));
  TRY(const auto of_type, minutes_of_type(parts, call, out.institution));
  out.length = length ? *length : of_type.value_or(kLengthUsual);
  TRY(const auto interval, minutes_in(call, "slot_interval"));
  out.interval = interval.value_or(out.length);
  return out;
}

// A block of a schedule. Without operatories it is of all of them.
struct Block {
  RecordTimes times;
  std::vector<std::int64_t> operatories;

  bool is_at(std::int64_t operatory) const {
    return operatories.empty() || std::ranges::find(operatories, operatory) != operatories.end();
  }
};

// What goes on at a location in the days that were asked for.
struct Calendar {
  LocationId location;
  TimeSpan window;
  std::vector<Block> open;                // when somebody works
  std::vector<Block> closed;              // when nobody is to be booked
  std::vector<RecordTimes> appointments;  // of every location: nobody is at two places at once
};

Result<std::vector<std::int64_t>> operatories_of(ApiParts& parts, const Institution& institution,
                                                 ResourceId schedule) {
  std::vector<std::int64_t> out;
  TRY(const auto record, parts.records.record(institution.id, ResourceKind::kSchedule, schedule));
  if (!record) return out;
  TRY(const auto leaves, leaves_of(record->document));
  json::error_code error;
  const auto ids = json::parse(json::string_view(leaf(leaves, "operatory_ids")), error);
  if (error || !ids.is_array()) return out;
  for (const auto& id : ids.as_array())
    if (id.is_int64()) out.push_back(id.as_int64());
  return out;
}

// Days are those of the place; a slot that has begun is none any more.
Result<TimeSpan> window_of(const ApiParts& parts, const Asked& asked, const Location& location) {
  TRY(const auto zone, Zone::open(location.timezone));
  const auto first = zone.to_utc(asked.first_day);
  return TimeSpan{std::max(first, parts.clock.now()), zone.to_utc(asked.first_day + asked.count)};
}

Result<Calendar> read_calendar(ApiParts& parts, const Asked& asked, const Location& location) {
  Calendar out{.location = location.id};
  TRY(out.window, window_of(parts, asked, location));
  if (out.window.from >= out.window.to) return out;
  const RecordSpan span{.from = out.window.from, .to = out.window.to + asked.length};
  TRY(auto blocks,
      parts.records.times_between(asked.institution.id, ResourceKind::kSchedule, span));
  for (auto& block : blocks) {
    // What is closed at no place in particular is closed everywhere.
    const bool everywhere = block.unavailable && block.location == LocationId{0};
    if (block.location != location.id && !everywhere) continue;
    TRY(auto operatories, operatories_of(parts, asked.institution, block.id));
    (block.unavailable ? out.closed : out.open).push_back({block, std::move(operatories)});
  }
  TRY(out.appointments,
      parts.records.times_between(asked.institution.id, ResourceKind::kAppointment, span));
  std::erase_if(out.appointments, &RecordTimes::cancelled);
  return out;
}

// Who and where: a provider, and one of the operatories of their schedule; 0 where it names none.
struct Place {
  std::int64_t provider = 0;
  std::int64_t operatory = 0;

  friend auto operator<=>(const Place&, const Place&) = default;
};

std::set<Place> places_of(const Asked& asked, const Calendar& calendar) {
  const auto wanted = [](const std::vector<std::int64_t>& ids, std::int64_t id) {
    return ids.empty() || std::ranges::find(ids, id) != ids.end();
  };
  std::set<Place> out;
  for (const auto& block : calendar.open) {
    const auto provider = block.times.provider;
    if (provider == 0 || !wanted(asked.providers, provider)) continue;
    if (block.operatories.empty() && asked.operatories.empty()) out.insert({provider, 0});
    for (const auto operatory : block.operatories)
      if (wanted(asked.operatories, operatory)) out.insert({provider, operatory});
  }
  // Whoever was asked for by name has a row, though they do not work.
  for (const auto provider : asked.providers) {
    const auto found = out.lower_bound({provider, 0});
    if (found == out.end() || found->provider != provider) out.insert({provider, 0});
  }
  return out;
}

std::vector<TimeSpan> open_at(const Calendar& calendar, const Place& place) {
  std::vector<TimeSpan> out;
  for (const auto& block : calendar.open) {
    const bool here =
        place.operatory == 0 ? block.operatories.empty() : block.is_at(place.operatory);
    if (block.times.provider == place.provider && here)
      out.push_back({block.times.start, block.times.end});
  }
  return out;
}

std::vector<TimeSpan> taken_at(const Calendar& calendar, const Place& place) {
  std::vector<TimeSpan> out;
  for (const auto& block : calendar.closed) {
    const auto provider = block.times.provider;
    const bool theirs = provider == 0 || provider == place.provider;
    const bool here =
        place.operatory == 0 ? block.operatories.empty() : block.is_at(place.operatory);
    if (theirs && here) out.push_back({block.times.start, block.times.end});
  }
  for (const auto& row : calendar.appointments) {
    const bool same_room = row.operatory != 0 && row.operatory == place.operatory;
    if (row.provider == place.provider || same_room) out.push_back({row.start, row.end});
  }
  return out;
}

std::vector<TimeSpan> slots_at(const Asked& asked, const Calendar& calendar, const Place& place,
                               std::size_t most) {
  return free_slots(open_at(calendar, place), taken_at(calendar, place),
                    {asked.length, asked.interval, calendar.window, most});
}

// The days behind those that were asked for, at one location: read where somebody has no slot.
class LaterDays {
 public:
  LaterDays(ApiParts& parts, Asked asked, const Location& location)
      : parts_(parts), asked_(std::move(asked)), location_(location) {}

  // The first of these days on which the provider has a slot there, or in any operatory where the
  // place names none; nothing within kPartsMax parts of kPart days.
  Result<std::optional<std::string>> first_free(const Place& place) {
    for (std::size_t i = 0; i < kPartsMax; ++i) {
      TRY_DO(read_up_to(i));
      std::optional<WallTime> first;
      for (const auto& there : places_of(asked_, parts_read_[i])) {
        const bool same = there.provider == place.provider &&
                          (place.operatory == 0 || there.operatory == place.operatory);
        const auto slots =
            same ? slots_at(asked_, parts_read_[i], there, 1) : std::vector<TimeSpan>();
        if (!slots.empty()) first = std::min(first.value_or(slots[0].from), slots[0].from);
      }
      if (first) return day_of(*first);
    }
    return std::optional<std::string>();
  }

 private:
  static constexpr std::size_t kPartsMax = 6;
  static constexpr days kPart{14};

  Result<void> read_up_to(std::size_t part) {
    while (parts_read_.size() <= part) {
      asked_.first_day += asked_.count;
      asked_.count = kPart;
      TRY(auto calendar, read_calendar(parts_, asked_, location_));
      parts_read_.push_back(std::move(calendar));
    }
    return {};
  }
  Result<std::optional<std::string>> day_of(WallTime time) const {
    TRY(const auto zone, Zone::open(location_.timezone));
    return std::optional(
        to_date_text(std::chrono::year_month_day(std::chrono::floor<days>(zone.to_local(time)))));
  }

  ApiParts& parts_;
  Asked asked_;
  const Location& location_;
  std::vector<Calendar> parts_read_;
};

std::string show_slots(const Calendar& calendar, const Place& place,
                       const std::vector<TimeSpan>& slots,
                       const std::optional<std::string>& next_day) {
  std::string times;
  for (const auto& slot : slots)
    times += (times.empty() ? "" : ",") + std::string(R"({"time":)") +
             json_string(to_text(slot.from)) + R"(,"end_time":)" + json_string(to_text(slot.to)) +
             "}";
  return R"({"lid":)" + to_string(calendar.location) + R"(,"pid":)" +
         std::to_string(place.provider) + R"(,"operatory_id":)" +
         (place.operatory == 0 ? "null" : std::to_string(place.operatory)) + R"(,"slots":[)" +
         times + R"(],"next_available_date":)" + (next_day ? json_string(*next_day) : "null") + "}";
}

Result<HttpResponse> list_slots(ApiParts& parts, Call& call) {
  TRY(const auto asked, read_asked(parts, call));
  std::vector<std::string> rows;
  std::size_t left = kSlotsMax + 1;
  for (const auto& location : asked.locations) {
    TRY(const auto calendar, read_calendar(parts, asked, location));
    LaterDays later(parts, asked, location);
    for (const auto& place : places_of(asked, calendar)) {
      const auto slots = slots_at(asked, calendar, place, left);
      left -= slots.size();
      if (left == 0)
        return invalid("More than " + std::to_string(kSlotsMax) +
                       " slots: ask for fewer days, lids or pids, or a longer slot_interval");
      std::optional<std::string> next_day;
      if (slots.empty()) {
        TRY(next_day, later.first_free(place));
      }
      rows.push_back(show_slots(calendar, place, slots, next_day));
    }
  }
  return success_list(array_of(rows), rows.size());
}

constexpr Route kRoutes[] = {
    {"GET", "/appointment_slots", Access::kRead, list_slots},
    {"GET", "/available_slots", Access::kRead, list_slots},
};

}  // namespace

std::span<const Route> slot_routes() {
  return kRoutes;
}

}  // namespace chartbell
