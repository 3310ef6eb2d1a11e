#include "store/audit_trail.h"

#include <limits>

namespace chartbell {
namespace {

// What is not asked for is bound as null. One statement a leading column, so that each has its
// index; a page that is narrowed further looks at what that index gives.
#define CHARTBELL_SELECT_AUDIT                                        \
  "SELECT id, at_ms, user, who, act, about, detail FROM audit WHERE " \
  "id<?1 AND (?2 IS NULL OR at_ms>=?2) AND (?3 IS NULL OR at_ms<?3) "
constexpr const char* kAll = CHARTBELL_SELECT_AUDIT "ORDER BY id DESC LIMIT ?4";
constexpr const char* kOfUser =
    CHARTBELL_SELECT_AUDIT "AND user=?5 AND (?6 IS NULL OR act=?6) ORDER BY id DESC LIMIT ?4";
constexpr const char* kOfAct = CHARTBELL_SELECT_AUDIT "AND act=?5 ORDER BY id DESC LIMIT ?4";
#undef CHARTBELL_SELECT_AUDIT

std::optional<std::int64_t> ms(const std::optional<WallTime>& time) {
  return time ? std::optional(to_ms(*time)) : std::nullopt;
}

AuditEntry read_entry(const SqliteStatement& row) {
  return {.id = {row.integer(0)},
          .at = from_ms(row.integer(1)),
          .note = {.user = {row.integer(2)},
                   .who = row.text(3),
                   .act = row.text(4),
                   .about = row.text(5),
                   .detail = row.text(6)}};
}

// One row more than the page has, to know whether there is a next one.
SqliteStatement select_entries(SqliteDb& db, const AuditQuery& query) {
  auto out = db.prepare(query.user ? kOfUser : query.act.empty() ? kAll : kOfAct);
  out.bind(query.before ? query.before->value : std::numeric_limits<std::int64_t>::max())
      .bind(ms(query.since))
      .bind(ms(query.until))
      .bind(static_cast<std::int64_t>(query.limit) + 1);
  if (query.user) out.bind(query.user->value);
  if (!query.act.empty()) {
    out.bind(std::string_view(query.act));
  } else if (query.user) {
    out.bind_null();
  }
  return out;
}

}  // namespace

Result<AuditEntry> append_audit(SqliteDb& db, WallTime at, const AuditNote& note) {
  TRY_DO(db.prepare("INSERT INTO audit(at_ms,user,who,act,about,detail) VALUES (?,?,?,?,?,?)")
             .bind(to_ms(at))
             .bind(note.user.value)
             .bind(std::string_view(note.who))
             .bind(std::string_view(note.act))
             .bind(std::string_view(note.about))
             .bind(std::string_view(note.detail))
             .run());
  TRY(const auto id, db.integer("SELECT last_insert_rowid()"));
  return AuditEntry{.id = {*id}, .at = at, .note = note};
}

Result<AuditEntry> SqliteAuditTrail::record(AuditNote note) {
  AuditEntry out;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY(out, append_audit(db, core_.clock().now(), note));
    return {};
  }));
  return out;
}

void SqliteAuditTrail::record_soon(AuditNote note) {
  core_.write_async(
      appending(std::move(note)), [](const Result<void>&) {}, StoreCore::Urgency::kSoon);
}

void SqliteAuditTrail::record_then(AuditNote note, std::function<void(Result<void>)> done) {
  core_.write_async(appending(std::move(note)), std::move(done));
}

StoreCore::Change SqliteAuditTrail::appending(AuditNote note) const {
  return [note = std::move(note), at = core_.clock().now()](SqliteDb& db) -> Result<void> {
    TRY_DO(append_audit(db, at, note));
    return {};
  };
}

Result<Page<AuditEntry, AuditId>> SqliteAuditTrail::entries(const AuditQuery& query) {
  TRY(auto db, core_.reader());
  auto select = select_entries(*db, query);
  Page<AuditEntry, AuditId> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    if (out.rows.size() == query.limit) {
      out.next = out.rows.back().id;
      return out;
    }
    out.rows.push_back(read_entry(select));
  }
}

}  // namespace chartbell
