// The audit trail: what people did, and that they have looked (docs/api.md, "Audit").
#include "api/answer.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_user.h"
#include "api/user_step.h"
#include "base/ascii.h"

namespace chartbell {
namespace {

constexpr char kCursor = 'a';
constexpr std::string_view kRevealed = "revealed";
constexpr std::size_t kActBytesMax = 128;
constexpr std::size_t kIdBytesMax = 64;
constexpr std::size_t kTypeBytesMax = 32;

Result<HttpResponse> list_entries(ApiParts& parts, Call& call) {
  AuditQuery query;
  TRY(const auto user, call.parameters.integer_in("user_id", 1, INT64_MAX));
  if (user) query.user = UserId{*user};
  query.act = call.parameters.text("act").value_or("");
  if (query.act.size() > kActBytesMax) return failure(Code::kInvalid, "act: is too long");
  TRY(query.since, call.parameters.time("since"));
  TRY(query.until, call.parameters.time("until"));
  TRY(query.limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kCursor, 1));
  if (cursor) query.before = AuditId{cursor->at(0)};
  TRY(const auto page, parts.sign_in->audit().entries(query));
  std::optional<std::string> next;
  if (page.next) next = cursor_text(kCursor, {page.next->value});
  const auto rows = show_all(page.rows, [](const AuditEntry& row) { return show(row); });
  return success_page(rows, page.rows.size(), next);
}

Result<HttpResponse> reveal(ApiParts& parts, Call& call) {
  TRY(const auto type, call.parameters.required("resource_type"));
  TRY(const auto id, call.parameters.required("id"));
  if (!is_plain_name(type, kTypeBytesMax))
    return failure(Code::kInvalid, "resource_type must be a name like Patient");
  // Numbers, events' and form requests' ids; nothing that a record system has written.
  if (!is_plain_name(id, kIdBytesMax))
    return failure(Code::kInvalid, "id must be an id of Chartbell's");
  auto note = note_of(call.user->user, std::string(kRevealed));
  note.about = type + " " + id;
  TRY(const auto entry, parts.sign_in->audit().record(std::move(note)));
  return success(201, show(entry));
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/audit", Access::kAdmin, list_entries},
    {"POST", "/api/v1/audit/reveals", Access::kOperator, reveal},
};

}  // namespace

std::span<const Route> audit_routes() {
  return kRoutes;
}

}  // namespace chartbell
