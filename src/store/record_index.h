// The index beside the states: what lists of resources can be asked for, in columns, since the
// documents themselves are sealed. Ids, times and flags lie in clear, names and numbers of patients
// as keyed hashes (docs/formats.md).
//
// It is written in the transaction that writes the state, so the two never differ.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/document.h"
#include "model/ids.h"
#include "model/shape.h"
#include "store/core.h"
#include "store/search_words.h"
#include "store/sqlite_db.h"

namespace chartbell {

// Bits of `flags`.
enum class RecordFlag : std::int64_t {
  kCancelled = 1,
  kUnavailable = 2,
  kInactive = 4,
  kGone = 8,
  kBookedHere = 16,
};

// A row of the index. 0 stands for "none" of an id.
struct RecordEntry {
  InstitutionId institution;
  ResourceKind kind = ResourceKind::kPatient;
  ResourceId id;
  SourceId source;
  LocationId location;
  WallTime created_at;
  WallTime updated_at;
  std::int64_t flags = 0;
  std::optional<std::int64_t> start_ms{};  // of appointments and schedules
  std::optional<std::int64_t> end_ms{};    // likewise; of coverages the day of expiry
  std::int64_t patient = 0;
  std::int64_t provider = 0;
  std::int64_t operatory = 0;
  std::int64_t appointment = 0;
  std::int64_t appointment_type = 0;
  std::vector<std::int64_t> words{};  // of patients

  bool has(RecordFlag flag) const { return (flags & static_cast<std::int64_t>(flag)) != 0; }
};

// Fills in what the document says: the ids that it names, its times, flags and words. On any
// thread.
void read_document(RecordEntry& entry, const Document& document, const SearchWords& words);

// Writes the row, or what has changed of it: `created_at` stays as it was. Within a transaction.
Result<void> put_entry(SqliteDb& db, const RecordEntry& entry);

// A resource that never came to be. Within a transaction.
Result<void> remove_entry(SqliteDb& db, InstitutionId institution, ResourceKind kind,
                          ResourceId id);

// As the column `words` holds them.
std::vector<std::int64_t> unpacked_words(std::string_view bytes);

// The words of this store.
SearchWords search_words(StoreCore& core);

// Enters what a store of an earlier schema holds, in batches, and says so in the log; at once where
// that is done. What a crash leaves undone is done the next time.
Result<void> index_stored_records(StoreCore& core);

}  // namespace chartbell
