// The way back: bookings, their changes and patients, and how far each is (wire contract §6).
#include "api/answer.h"
#include "api/book_writes.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_record.h"
#include "api/show_write.h"
#include "api/write_gate.h"
#include "api/write_input.h"

namespace chartbell {
namespace {

constexpr char kWritesCursor = 'w';

// Into the record system, or into the book where there is none.
Result<void> create(ApiParts& parts, NewWrite wanted, const std::string& wrapper,
                    const Respond& respond) {
  if (is_for_book(parts, wanted)) return write_into_book(parts, wanted, wrapper, respond);
  if (auto no = closed(parts, wanted)) {
    respond(*std::move(no));
    return {};
  }
  TRY(const auto write, parts.writes.accept(std::move(wanted)));
  TRY(const auto object, show_accepted(write));
  respond(success(201, "{\"" + wrapper + "\":" + object + "}"));
  return {};
}

Result<void> book(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto wanted, new_appointment(parts, call, institution));
  return create(parts, std::move(wanted), "appt", respond);
}

Result<void> add_patient(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto wanted, new_patient(parts, call, institution));
  TRY(const auto return_match, call.parameters.boolean("return_existing_if_match"));
  TRY(const auto same, same_patient(parts, wanted));
  if (same && return_match.value_or(false)) {
    TRY(const auto object, show(*same, RecordView{call.version, Detail::kOne, parts.clock.now()}));
    respond(success(200, "{\"user\":" + object + "}"));
    return {};
  }
  if (same)
    return failure(Code::kConflict,
                   "A patient of this name and date of birth exists; ask for it with "
                   "return_existing_if_match");
  return create(parts, std::move(wanted), "user", respond);
}

// What the first attempt came to. Where nobody answered it is tried on, and is as good as accepted.
Result<HttpResponse> changed(const Record& record, const RecordWrite& write) {
  if (write.state == WriteState::kFailed) return refusal(422, message(write.fault));
  TRY(const auto object, show_changed(record, write));
  const bool done = write.state == WriteState::kComplete;
  return success(200, "{\"appt\":" + object + "}",
                 done ? "" : "Accepted; it is not in the health record system yet");
}

Result<void> change(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto record,
      parts.records.record(institution.id, ResourceKind::kAppointment, ResourceId{call.ids.at(0)}));
  if (!record || record->gone) return failure(Code::kNotFound, "Appointment not found");
  TRY(auto wanted, changed_appointment(parts, call, institution, *record));
  if (is_for_book(parts, wanted)) return write_into_book(parts, wanted, "appt", respond);
  if (auto no = closed(parts, wanted)) {
    respond(*std::move(no));
    return {};
  }
  const auto order = wanted.order;
  parts.writes.accept(std::move(wanted),
                      [record = *std::move(record), order, respond](Result<RecordWrite> write) {
                        if (!write) return respond(refusal(write.error()));
                        write->order = order;
                        auto answer = changed(record, *write);
                        respond(answer ? *std::move(answer) : refusal(answer.error()));
                      });
  return {};
}

std::optional<WriteState> write_state(std::string_view text) {
  for (auto state = WriteState::kAccepted;; state = WriteState(static_cast<int>(state) + 1)) {
    if (name(state) == text) return state;
    if (state == WriteState::kFailed) return std::nullopt;
  }
}

Result<HttpResponse> list_writes(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  WriteQuery query{.institution = institution.id};
  TRY(query.limit, page_limit(call.parameters));
  TRY(const auto resource, call.parameters.integer("resource_id"));
  if (resource) query.resource = ResourceId{*resource};
  if (const auto status = call.parameters.text("status")) {
    query.state = write_state(*status);
    if (!query.state)
      return failure(Code::kInvalid,
                     "status must be accepted, writing, verifying, complete or failed");
  }
  TRY(const auto cursor, cursor_of(call.parameters, kWritesCursor, 1));
  if (cursor) query.before = WriteId{cursor->at(0)};
  TRY(const auto page, parts.writes.writes(query));
  std::optional<std::string> next;
  if (page.next) next = cursor_text(kWritesCursor, {page.next->value});
  return success_page(show_all(page.rows, [](const RecordWrite& row) { return show(row); }),
                      page.rows.size(), next);
}

constexpr Route kRoutes[] = {
    {"POST", "/appointments", Access::kWrite, nullptr, book},
    {"PATCH", "/appointments/{}", Access::kWrite, nullptr, change},
    {"POST", "/patients", Access::kWrite, nullptr, add_patient},
    {"GET", "/api/v1/writes", Access::kRead, list_writes},
};

}  // namespace

std::span<const Route> write_routes() {
  return kRoutes;
}

}  // namespace chartbell
