#include "api/record_list.h"

#include <algorithm>

#include "api/answer.h"
#include "api/paging.h"
#include "api/show_record.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

constexpr std::int64_t kPageMax = 1'000'000'000;

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

// Times before 1970 are negative, and the numbers of a cursor are not: they take turns.
std::int64_t folded(std::int64_t number) {
  return number < 0 ? -2 * (number + 1) + 1 : 2 * number;
}

std::int64_t unfolded(std::int64_t number) {
  return number % 2 == 0 ? number / 2 : -(number / 2) - 1;
}

// A cursor is good for lists of its order alone.
char cursor_kind(RecordOrder order) {
  constexpr std::string_view kKinds = "ISU";
  return kKinds[static_cast<std::size_t>(order)];
}

Result<std::optional<RecordPosition>> place_in(const Call& call, RecordOrder order,
                                               std::string_view name) {
  TRY(const auto numbers, cursor_of(call.parameters, cursor_kind(order), 2, name));
  if (!numbers) return std::optional<RecordPosition>();
  return std::optional(RecordPosition{unfolded(numbers->at(0)), {numbers->at(1)}});
}

std::string cursor_at(const RecordPosition& place, RecordOrder order) {
  return cursor_text(cursor_kind(order), {folded(place.at_ms), place.id.value});
}

Result<void> read_sort(const Call& call, RecordQuery& out) {
  auto sort = call.parameters.text("sort").value_or("");
  if (sort.empty()) return {};
  // A plus that was not escaped arrives as a blank.
  if (sort.starts_with('+') || sort.starts_with(' ')) sort.erase(0, 1);
  out.descending = sort.starts_with('-');
  if (out.descending) sort.erase(0, 1);
  if (sort != "updated_at") return invalid("sort must be updated_at or -updated_at");
  out.order = RecordOrder::kUpdated;
  return {};
}

Result<void> read_place(const Call& call, RecordQuery& out) {
  TRY(const auto rows, call.parameters.integer_in("per_page", 1, kRecordsPerPageMax));
  out.limit = static_cast<std::size_t>(rows.value_or(kRecordsPerPage));
  if (call.version == WireVersion::kV2) {
    TRY(const auto page, call.parameters.integer_in("page", 1, kPageMax));
    out.skip = static_cast<std::size_t>(page.value_or(1) - 1) * out.limit;
    return {};
  }
  TRY(out.after, place_in(call, out.order, "end_cursor"));
  TRY(out.before, place_in(call, out.order, "start_cursor"));
  if (out.after && out.before) return invalid("start_cursor and end_cursor exclude each other");
  return {};
}

std::string cursor_or_null(const RecordPage& page, std::size_t row, RecordOrder order) {
  return page.places.empty() ? "null" : json_string(cursor_at(page.places[row], order));
}

std::string page_info(const RecordPage& page, RecordOrder order) {
  const auto truth = [](bool is) { return is ? "true" : "false"; };
  return std::string(R"({"has_previous_page":)") + truth(page.has_previous) +
         R"(,"has_next_page":)" + truth(page.has_next) + R"(,"start_cursor":)" +
         cursor_or_null(page, 0, order) + R"(,"end_cursor":)" +
         cursor_or_null(page, page.places.size() - 1, order) + "}";
}

HttpResponse with_tail(HttpResponse answer, const std::string& members) {
  answer.body.pop_back();
  answer.body += members + "}";
  return answer;
}

}  // namespace

Result<RecordQuery> read_list(const Call& call, const Institution& institution, ResourceKind kind) {
  RecordQuery out{.institution = institution.id, .kind = kind};
  out.foreign_id = call.parameters.text("foreign_id");
  if (out.foreign_id && out.foreign_id->empty()) out.foreign_id.reset();
  TRY(out.updated_since, call.parameters.moment("updated_since"));
  // A calendar is read by start; what else a list is sorted by is read before its place.
  if (kind == ResourceKind::kAppointment) out.order = RecordOrder::kStart;
  TRY_DO(read_sort(call, out));
  TRY_DO(read_place(call, out));
  return out;
}

Result<std::optional<std::int64_t>> id_in(const Call& call, std::string_view name) {
  const auto text = call.parameters.text(name);
  if (!text || text->empty()) return std::optional<std::int64_t>();
  const auto id = call.parameters.integer(name);
  if (!id || **id < 1) return invalid(std::string(name) + " must be an id");
  return *id;
}

Result<std::optional<LocationId>> location_in(const Call& call, const Institution& institution) {
  TRY(const auto id, id_in(call, "location_id"));
  if (!id) return std::optional<LocationId>();
  const auto found = std::ranges::find(institution.locations, LocationId{*id}, &Location::id);
  if (found == institution.locations.end()) return failure(Code::kNotFound, "Location not found");
  return std::optional(LocationId{*id});
}

Result<HttpResponse> list_answer(ApiParts& parts, const Call& call, const RecordQuery& query,
                                 const ListForm& form, const ShowRecords& show_rows) {
  TRY(const auto page, parts.records.records(query));
  TRY(const auto texts, show_rows(page.rows));
  const auto rows = array_of(texts);
  if (call.version == WireVersion::kV3)
    return with_tail(success(200, rows, form.notes),
                     ",\"count\":" + std::to_string(page.rows.size()) +
                         ",\"page_info\":" + page_info(page, query.order));
  // The end of the list is in sight: nobody needs to count it.
  std::int64_t count = static_cast<std::int64_t>(query.skip + page.rows.size());
  if (page.has_next || page.rows.empty()) {
    TRY(count, parts.records.count(query));
  }
  const auto data = form.v2_key.empty() ? rows : "{" + json_string(form.v2_key) + ":" + rows + "}";
  return with_tail(success(200, data, form.notes), ",\"count\":" + std::to_string(count));
}

Result<HttpResponse> list_answer(ApiParts& parts, const Call& call, const RecordQuery& query,
                                 const ListForm& form) {
  const RecordView view{call.version, Detail::kList, parts.clock.now()};
  return list_answer(parts, call, query, form,
                     [&](const std::vector<Record>& rows) -> Result<std::vector<std::string>> {
                       std::vector<std::string> out;
                       for (const auto& row : rows) {
                         TRY(auto text, show(row, view));
                         out.push_back(std::move(text));
                       }
                       return out;
                     });
}

Result<Record> record_of(ApiParts& parts, const Institution& institution, ResourceKind kind,
                         std::int64_t id, std::string_view what) {
  TRY(auto record, parts.records.record(institution.id, kind, {id}));
  if (!record) return failure(Code::kNotFound, std::string(what) + " not found");
  return *std::move(record);
}

}  // namespace chartbell
