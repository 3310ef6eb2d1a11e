// Resources for whoever reads them: by id, and in lists.
#pragma once

#include "api/ports.h"
#include "store/core.h"

namespace chartbell {

class SqliteRecordBook final : public RecordBook {
 public:
  // `core` outlives the book.
  explicit SqliteRecordBook(StoreCore& core) : core_(core) {}

  Result<std::optional<Record>> record(InstitutionId institution, ResourceKind kind,
                                       ResourceId id) override;
  Result<RecordPage> records(const RecordQuery& query) override;
  Result<std::int64_t> count(const RecordQuery& query) override;
  Result<std::vector<Record>> appointments_between(InstitutionId institution,
                                                   const RecordSpan& span) override;

 private:
  StoreCore& core_;
};

}  // namespace chartbell
