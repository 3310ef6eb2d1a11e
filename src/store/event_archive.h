// The institutions' logs, for whoever looks things up in them.
#pragma once

#include "api/ports.h"
#include "store/core.h"
#include "store/event_log.h"

namespace chartbell {

class SqliteEventArchive final : public EventArchive {
 public:
  // Both outlive the archive.
  SqliteEventArchive(StoreCore& core, EventLog& log) : core_(core), log_(log) {}

  EventSeq head(InstitutionId institution) const override { return log_.head(institution); }
  Result<Page<EventRow, EventSeq>> events(const EventQuery& query) override;
  Result<EventPtr> event(InstitutionId institution, EventSeq seq) override;
  Result<std::vector<EventPtr>> events_after(InstitutionId institution, EventSeq after,
                                             std::size_t limit) override;
  Result<EventSeq> last_before(InstitutionId institution, WallTime time) override;

 private:
  struct Range;
  struct Search;
  Result<Range> range_of(const EventQuery& query);
  static SqliteStatement bound(SqliteDb& db, const Search& search);
  static Result<void> search_blocks(SqliteDb& db, Search& search);
  static Result<void> take_rows(SqliteStatement select, Search& search);

  StoreCore& core_;
  EventLog& log_;
};

}  // namespace chartbell
