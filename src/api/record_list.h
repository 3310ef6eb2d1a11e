// Lists of resources: what a call asks for as a query, and its page as an answer (wire contract §4,
// §6).
//
// v2 pages by `page` and `per_page` and says how many rows there are in all; v3 by `start_cursor`
// and `end_cursor`, which hold a place in the list's order and nothing else.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/call.h"
#include "base/result.h"
#include "model/record.h"

namespace chartbell {

inline constexpr std::int64_t kRecordsPerPage = 50;
inline constexpr std::int64_t kRecordsPerPageMax = 1'000;
inline constexpr std::size_t kPatientIdsMax = 25;  // the vendor's (wire contract §7.1)

// The query of a list of `kind`, with what every list takes: `foreign_id`, `updated_since`, `sort`
// and the place of the page.
Result<RecordQuery> read_list(const Call& call, const Institution& institution, ResourceKind kind);

// An id that a parameter names; nothing without it. kInvalid for anything but 1 and more.
Result<std::optional<std::int64_t>> id_in(const Call& call, std::string_view name);
// The institution's location that `location_id` names. kNotFound "Location not found".
Result<std::optional<LocationId>> location_in(const Call& call, const Institution& institution);

// What a list looks like beyond its rows.
struct ListForm {
  std::string_view v2_key{};  // in v2 the rows stand in this member of `data`; empty: they do not
  std::string notes{};        // on parameters that were passed over
};
using ShowRecords =
    std::function<Result<std::vector<std::string>>(const std::vector<Record>& rows)>;

Result<HttpResponse> list_answer(ApiParts& parts, const Call& call, const RecordQuery& query,
                                 const ListForm& form, const ShowRecords& show_rows);
// The same, each row by itself.
Result<HttpResponse> list_answer(ApiParts& parts, const Call& call, const RecordQuery& query,
                                 const ListForm& form = {});

// The institution's record of this id. kNotFound, saying that `what` was not found.
Result<Record> record_of(ApiParts& parts, const Institution& institution, ResourceKind kind,
                         std::int64_t id, std::string_view what);

}  // namespace chartbell
