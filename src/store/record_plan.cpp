#include "store/record_plan.h"

#include <algorithm>

namespace chartbell {
namespace {

bool any_of_or_none(const std::vector<std::int64_t>& wanted, std::int64_t id) {
  return wanted.empty() || std::ranges::find(wanted, id) != wanted.end();
}

bool fits(const std::optional<bool>& wanted, bool is) {
  return !wanted || *wanted == is;
}

bool starts_within(const RecordQuery& query, const RecordEntry& entry) {
  if (!query.start && !query.end) return true;
  return entry.start_ms && (!query.start || *entry.start_ms >= to_ms(*query.start)) &&
         (!query.end || *entry.start_ms < to_ms(*query.end));
}

bool flags_fit(const RecordQuery& query, const RecordEntry& entry) {
  return fits(query.cancelled, entry.has(RecordFlag::kCancelled)) &&
         fits(query.unavailable, entry.has(RecordFlag::kUnavailable)) &&
         fits(query.inactive, entry.has(RecordFlag::kInactive)) &&
         fits(query.gone, entry.has(RecordFlag::kGone)) &&
         fits(query.booked_here, entry.has(RecordFlag::kBookedHere));
}

bool ids_fit(const RecordQuery& query, const RecordEntry& entry) {
  return (!query.location || *query.location == entry.location) &&
         any_of_or_none(query.patients, entry.patient) &&
         any_of_or_none(query.providers, entry.provider) &&
         any_of_or_none(query.operatories, entry.operatory) &&
         (!query.appointment || *query.appointment == entry.appointment) &&
         (!query.appointment_type || *query.appointment_type == entry.appointment_type);
}

bool times_fit(const RecordQuery& query, const RecordEntry& entry) {
  return starts_within(query, entry) &&
         (!query.updated_since || entry.updated_at >= *query.updated_since) &&
         (!query.not_ended_at || !entry.end_ms || *entry.end_ms >= to_ms(*query.not_ended_at)) &&
         (!query.ended_before || (entry.end_ms && *entry.end_ms < to_ms(*query.ended_before)));
}

// Just before the first place of that time.
RecordPosition before_time(WallTime time) {
  return {to_ms(time), {0}};
}

RecordRange started_range(const RecordQuery& query) {
  RecordRange out{.path = RecordPath::kStart, .value = query.location->value};
  if (query.start) out.low = before_time(*query.start);
  if (query.end) out.high = before_time(*query.end);
  return out;
}

RecordRange updated_range(const RecordQuery& query) {
  RecordRange out{.path = RecordPath::kUpdated};
  if (query.updated_since) out.low = before_time(*query.updated_since);
  return out;
}

}  // namespace

RecordSearch::RecordSearch(const RecordQuery& asked, const SearchWords& hashes) : query(asked) {
  const auto add = [&](const std::vector<std::int64_t>& found) {
    nobody = nobody || found.empty();
    words.insert(words.end(), found.begin(), found.end());
  };
  const auto institution = query.institution;
  if (query.email) add(hashes.of_email(institution, *query.email));
  if (query.phone_number) add(hashes.of_phone_number(institution, *query.phone_number));
  if (query.date_of_birth) add(hashes.of_date_of_birth(institution, *query.date_of_birth));
  if (query.name) add(hashes.of_name(institution, *query.name));
}

bool RecordSearch::means(const RecordEntry& entry) const {
  return flags_fit(query, entry) && ids_fit(query, entry) && times_fit(query, entry) &&
         std::ranges::all_of(words, [&](std::int64_t word) {
           return std::ranges::binary_search(entry.words, word);
         });
}

RecordPosition RecordSearch::place_of(const RecordEntry& entry) const {
  switch (query.order) {
    case RecordOrder::kId:
      return {0, entry.id};
    case RecordOrder::kStart:
      return {entry.start_ms.value_or(0), entry.id};
    case RecordOrder::kUpdated:
      return {to_ms(entry.updated_at), entry.id};
  }
  return {};
}

std::vector<std::vector<RecordRange>> RecordSearch::narrow_ways() const {
  std::vector<std::vector<RecordRange>> out;
  for (const auto word : words) out.push_back({{.path = RecordPath::kWord, .value = word}});
  // Only rows found by a word tell which words they have.
  if (!out.empty()) return out;
  if (query.appointment)
    out.push_back({{.path = RecordPath::kAppointment, .value = *query.appointment}});
  if (!query.patients.empty()) {
    std::vector<RecordRange> of_patients;
    for (const auto patient : query.patients)
      of_patients.push_back({.path = RecordPath::kPatient, .value = patient});
    out.push_back(std::move(of_patients));
  }
  if (query.location && (query.start || query.end)) out.push_back({started_range(query)});
  if (query.updated_since) out.push_back({updated_range(query)});
  return out;
}

RecordRange RecordSearch::way_in(RecordOrder order) const {
  if (order == RecordOrder::kUpdated) return updated_range(query);
  if (order == RecordOrder::kStart) return started_range(query);
  if (!words.empty()) return {.path = RecordPath::kWord, .value = words.front()};
  if (query.appointment) return {.path = RecordPath::kAppointment, .value = *query.appointment};
  if (query.patients.size() == 1)
    return {.path = RecordPath::kPatient, .value = query.patients.front()};
  if (query.kind == ResourceKind::kProcedure && query.providers.size() == 1)
    return {.path = RecordPath::kProvider, .value = query.providers.front()};
  return {};
}

// The calendar's index has all that its filters look at, and so have the rows themselves.
RecordRange RecordSearch::fastest_way() const {
  const bool calendar = query.location && (query.start || query.end);
  return way_in(calendar ? RecordOrder::kStart : RecordOrder::kId);
}

}  // namespace chartbell
