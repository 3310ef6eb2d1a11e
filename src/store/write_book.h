// The writes that were accepted for record systems, in SQLite.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "api/ports.h"
#include "model/record_write.h"
#include "store/core.h"
#include "store/event_log.h"
#include "store/file_book.h"
#include "store/record_index.h"
#include "store/resource_store.h"
#include "write/ports.h"

namespace chartbell {

// A resource as it goes to disk; sealing is done before the transaction.
struct SealedState {
  std::string sealed;
  RecordEntry entry;  // how lists know it
};
// A write, and what a kCreate brings along.
struct SealedWrite {
  RecordWrite write;
  std::string order;
  std::optional<SealedState> state{};
  std::optional<SealedFile> file{};
};
// Within a transaction: the resource of a kCreate and its file.
Result<void> insert_resource(SqliteDb& db, const SealedWrite& sealed);
// The write itself.
Result<void> insert_write(SqliteDb& db, const SealedWrite& sealed);

class SqliteWriteBook final : public WriteBook {
 public:
  // All references outlive the book.
  static Result<std::unique_ptr<SqliteWriteBook>> open(StoreCore& core, EventLog& log,
                                                       SqliteResourceStore& resources);

  // With the resource of a kCreate, which from then on is read like any other, and its file.
  Result<RecordWrite> accept(NewWrite write);
  // What accept() puts on disk, for whoever commits more with it.
  SealedWrite sealed(NewWrite write);
  Result<Page<RecordWrite, WriteId>> writes(const WriteQuery& query);

  Result<std::vector<RecordWrite>> open_writes(SourceRef source, WriteId after,
                                               std::size_t limit) override;
  Result<std::optional<Document>> file_of(InstitutionId institution, ResourceId document) override;
  Result<void> record(SourceRef source, std::vector<WriteStep> steps) override;

 private:
  SqliteWriteBook(StoreCore& core, EventLog& log, SqliteResourceStore& resources, WriteId last)
      : core_(core),
        log_(log),
        resources_(resources),
        words_(search_words(core)),
        last_(last.value) {}

  StoreCore& core_;
  EventLog& log_;
  SqliteResourceStore& resources_;
  const SearchWords words_;
  std::atomic<std::int64_t> last_;
};

}  // namespace chartbell
