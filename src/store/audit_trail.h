// The audit trail, in SQLite: what people did, row behind row.
#pragma once

#include <functional>

#include "api/ports.h"
#include "store/core.h"

namespace chartbell {

// Within the transaction of what it tells of.
Result<AuditEntry> append_audit(SqliteDb& db, WallTime at, const AuditNote& note);

class SqliteAuditTrail final : public AuditTrail {
 public:
  // `core` outlives it.
  explicit SqliteAuditTrail(StoreCore& core) : core_(core) {}

  Result<AuditEntry> record(AuditNote note) override;
  void record_soon(AuditNote note) override;
  void record_then(AuditNote note, std::function<void(Result<void>)> done) override;
  Result<Page<AuditEntry, AuditId>> entries(const AuditQuery& query) override;

 private:
  StoreCore::Change appending(AuditNote note) const;

  StoreCore& core_;
};

}  // namespace chartbell
