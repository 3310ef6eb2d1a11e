// The bytes of patients' documents, sealed, each beside the resource that tells of it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "api/ports.h"
#include "base/result.h"
#include "model/record_write.h"
#include "model/stored_file.h"
#include "store/core.h"

namespace chartbell {

// Thread-safe.
class SqliteFileBook final : public FileBook {
 public:
  // `core` outlives the book.
  explicit SqliteFileBook(StoreCore& core) : core_(core) {}

  Result<std::optional<StoredFile>> file(const std::vector<InstitutionId>& institutions,
                                         std::string_view name) override;

 private:
  StoreCore& core_;
};

// A file as it goes to disk; sealing is done before the transaction.
struct SealedFile {
  InstitutionId institution;
  ResourceId resource;
  FileType type = FileType::kPdf;
  std::string name_hash;
  std::string sealed;
};
SealedFile seal_file(StoreCore& core, InstitutionId institution, ResourceId resource,
                     const NewFile& file);
// Both within a transaction. A document without a file is left alone.
Result<void> insert_file(SqliteDb& db, const SealedFile& file);
Result<void> delete_file(SqliteDb& db, InstitutionId institution, ResourceId resource);

// Nothing where the document has none.
Result<std::optional<Document>> file_bytes(StoreCore& core, InstitutionId institution,
                                           ResourceId resource);

}  // namespace chartbell
