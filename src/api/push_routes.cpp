// What record systems push (docs/api.md, "Push").
#include <algorithm>

#include "api/answer.h"
#include "api/routes.h"
#include "api/show.h"
#include "base/ascii.h"

namespace chartbell {
namespace {

using Status = PushReceipt::Status;
using Receipts = Result<std::vector<PushReceipt>>;

HttpResponse too_much() {
  return refusal_until(std::chrono::seconds(1), "Too much waits for this source; try again later");
}

Result<PushDesk*> desk_of(ApiParts& parts) {
  if (parts.pushes == nullptr) return failure(Code::kNotFound, "Source not found");
  return parts.pushes;
}

Result<SourceId> source_of(ApiParts& parts, const Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  for (const auto& status : parts.sources.sources())
    if (status.institution == institution.id && status.name == call.texts.at(0)) return status.id;
  return failure(Code::kNotFound, "Source not found");
}

Result<NewOnes> new_ones(const Call& call) {
  TRY(const auto baseline, call.parameters.boolean("baseline"));
  return baseline.value_or(false) ? NewOnes::kSilent : NewOnes::kTold;
}

// ---- one resource -------------------------------------------------------------------------------

HttpResponse answer_of(const PushReceipt& receipt) {
  if (receipt.status == Status::kConflict) return refusal(409, receipt.reason);
  if (receipt.status == Status::kRefused) return refusal(422, receipt.reason);
  return success(200, show(receipt));
}

Result<void> push(ApiParts& parts, const Call& call, PushedSnapshot snapshot,
                  const Respond& respond) {
  TRY(auto* desk, desk_of(parts));
  TRY(const auto source, source_of(parts, call));
  TRY(const auto new_resources, new_ones(call));
  const auto done = [respond](Receipts receipts) {
    respond(receipts ? answer_of(receipts->at(0)) : refusal_for_now(receipts.error()));
  };
  if (!desk->push(source, std::move(snapshot), new_resources, done)) respond(too_much());
  return {};
}

Result<void> put(ApiParts& parts, Call& call, Respond respond) {
  return push(parts, call,
              {.type = call.texts.at(1),
               .foreign_id = call.texts.at(2),
               .body = Document(call.request.body)},
              respond);
}

// A DELETE has no body that could be relied on, so the revision may stand in the query.
Result<void> remove(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto revision, call.parameters.integer_in("revision", 0, INT64_MAX));
  if (!revision) return failure(Code::kInvalid, "Missing parameter revision");
  return push(parts, call,
              {.type = call.texts.at(1),
               .foreign_id = call.texts.at(2),
               .body = Document("{\"revision\":" + std::to_string(*revision) + "}"),
               .deleted = true},
              respond);
}

// ---- many ---------------------------------------------------------------------------------------

// Whether the lines are packed; nothing for a coding that is not understood.
std::optional<bool> is_packed(const Call& call) {
  const auto coding = field(call.request.fields, "content-encoding").value_or("identity");
  if (equal_ignoring_case(coding, "gzip")) return true;
  if (equal_ignoring_case(coding, "identity")) return false;
  return std::nullopt;
}

HttpResponse answer_of_many(const std::vector<PushReceipt>& receipts) {
  return success(200, show_lines(receipts));
}

Result<void> push_many(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto* desk, desk_of(parts));
  TRY(const auto source, source_of(parts, call));
  TRY(const auto new_resources, new_ones(call));
  const auto type = field(call.request.fields, "content-type").value_or("");
  const auto packed = is_packed(call);
  if (!is_lines(type) || !packed) {
    respond(refusal(415, "Send application/x-ndjson, as it is or with Content-Encoding: gzip"));
    return {};
  }
  const auto done = [respond](Receipts receipts) {
    respond(receipts ? answer_of_many(*receipts) : refusal_for_now(receipts.error()));
  };
  PushedBatch batch{.lines = Document(call.request.body), .packed = *packed};
  if (!desk->push_batch(source, std::move(batch), new_resources, done)) respond(too_much());
  return {};
}

constexpr Route kRoutes[] = {
    {"PUT", "/api/v1/sources/{text}/resources/{text}/{text}", Access::kWrite, nullptr, put},
    {"DELETE", "/api/v1/sources/{text}/resources/{text}/{text}", Access::kWrite, nullptr, remove},
    {"POST", "/api/v1/sources/{text}/resources", Access::kWrite, nullptr, push_many},
};

}  // namespace

std::span<const Route> push_routes() {
  return kRoutes;
}

}  // namespace chartbell
