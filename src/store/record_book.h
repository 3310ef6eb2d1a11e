// Resources for whoever reads them: by id, and in lists.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/ports.h"
#include "store/core.h"
#include "store/record_plan.h"
#include "store/search_words.h"

namespace chartbell {

// A list is read by a range of one index: a small range that has all the rows is sorted in memory,
// else the index whose order is the query's is followed until the page is full.
class SqliteRecordBook final : public RecordBook {
 public:
  // A range of so many rows is read to its end, whatever its order.
  static constexpr std::int64_t kGatheredMax = 2'000;

  // `core` outlives the book.
  explicit SqliteRecordBook(StoreCore& core, std::int64_t gathered_max = kGatheredMax)
      : core_(core), words_(search_words(core)), gathered_max_(gathered_max) {}

  Result<std::optional<Record>> record(InstitutionId institution, ResourceKind kind,
                                       ResourceId id) override;
  Result<std::optional<ResourceId>> id_of_key(InstitutionId institution, SourceId source,
                                              ResourceKind kind, const ForeignKey& key) override;
  Result<RecordPage> records(const RecordQuery& query) override;
  // Exact; of a long list, which takes a while to count, it may be as old as kCountKept.
  Result<std::int64_t> count(const RecordQuery& query) override;
  Result<std::vector<RecordTimes>> times_between(InstitutionId institution, ResourceKind kind,
                                                 const RecordSpan& span) override;
  Result<std::vector<Record>> appointments_between(InstitutionId institution,
                                                   const RecordSpan& span) override;

  static constexpr Milliseconds kCountKept = std::chrono::minutes(1);

 private:
  // Where the rows of a page are, in the query's order.
  struct Places {
    std::vector<RecordPosition> rows;
    bool has_previous = false;
    bool has_next = false;
  };
  struct Counted {
    std::int64_t rows = 0;
    WallTime at;
  };
  // All places, ascending, where a narrow way leads to them; nothing where each is too wide.
  Result<std::optional<std::vector<RecordPosition>>> gathered(SqliteDb& db,
                                                              const RecordSearch& search) const;
  static Result<std::vector<RecordPosition>> by_foreign_id(SqliteDb& db,
                                                           const RecordSearch& search);
  static Result<std::vector<RecordPosition>> all_of(SqliteDb& db, const RecordSearch& search,
                                                    const std::vector<RecordRange>& ranges);
  static Places cut(const RecordQuery& query, std::vector<RecordPosition> all);
  static Result<Places> followed(SqliteDb& db, const RecordSearch& search);
  Result<std::int64_t> counted(SqliteDb& db, const RecordSearch& search) const;
  Result<std::optional<Record>> read(SqliteDb& db, InstitutionId institution, ResourceKind kind,
                                     ResourceId id);

  StoreCore& core_;
  const SearchWords words_;
  const std::int64_t gathered_max_;
  std::mutex mutex_;
  std::map<std::string, Counted> counts_;  // of long lists, by the query; guarded by mutex_
};

}  // namespace chartbell
