#include "store/file_book.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/json_text.h"
#include "model/leaves.h"
#include "store/resource_store.h"

namespace chartbell {
namespace {

std::string file_record(InstitutionId institution, ResourceId resource) {
  return "file/" + to_string(institution) + "/" + to_string(resource);
}

// What the document says that its file is called.
Result<std::string> filename_of(StoreCore& core, SqliteDb& db, const StoredFile& file) {
  auto select = db.prepare("SELECT sealed_document FROM state WHERE institution=? AND id=?");
  TRY(const bool found, select.bind(file.institution.value).bind(file.resource.value).step());
  if (!found) return failure(Code::kCorrupt, "a stored file has no document");
  TRY(auto text, core.sealer().open(file.institution, state_record(file.institution, file.resource),
                                    select.blob(0)));
  TRY(const auto leaves, leaves_of(Document(std::move(text))));
  return plain_text(leaf(leaves, "filename"));
}

Result<std::optional<Document>> bytes_of(StoreCore& core, SqliteDb& db, InstitutionId institution,
                                         ResourceId resource) {
  auto select = db.prepare("SELECT sealed FROM document WHERE institution=? AND resource=?");
  TRY(const bool found, select.bind(institution.value).bind(resource.value).step());
  if (!found) return std::optional<Document>();
  TRY(auto bytes,
      core.sealer().open(institution, file_record(institution, resource), select.blob(0)));
  return std::optional(Document(std::move(bytes)));
}

}  // namespace

Result<std::optional<StoredFile>> SqliteFileBook::file(
    const std::vector<InstitutionId>& institutions, std::string_view name) {
  TRY(auto db, core_.reader());
  StoredFile out;
  {
    auto select = db->prepare("SELECT institution, resource, type FROM document WHERE name_hash=?");
    const auto hash = sha256(name);
    TRY(const bool found, select.bind_blob(hash).step());
    if (!found) return std::optional<StoredFile>();
    out.institution = {select.integer(0)};
    out.resource = {select.integer(1)};
    out.type = static_cast<FileType>(select.integer(2));
  }
  if (std::ranges::find(institutions, out.institution) == institutions.end())
    return std::optional<StoredFile>();
  TRY(out.filename, filename_of(core_, *db, out));
  TRY(auto bytes, bytes_of(core_, *db, out.institution, out.resource));
  if (!bytes) return std::optional<StoredFile>();
  out.bytes = *std::move(bytes);
  return std::optional(std::move(out));
}

SealedFile seal_file(StoreCore& core, InstitutionId institution, ResourceId resource,
                     const NewFile& file) {
  return {.institution = institution,
          .resource = resource,
          .type = file.type,
          .name_hash = sha256(file.name),
          .sealed = core.sealer().seal(institution, file_record(institution, resource),
                                       file.bytes.expose())};
}

Result<void> insert_file(SqliteDb& db, const SealedFile& file) {
  return db.prepare("INSERT INTO document VALUES (?,?,?,?,?)")
      .bind(file.institution.value)
      .bind(file.resource.value)
      .bind(static_cast<std::int64_t>(file.type))
      .bind_blob(file.name_hash)
      .bind_blob(file.sealed)
      .run();
}

Result<void> delete_file(SqliteDb& db, InstitutionId institution, ResourceId resource) {
  return db.prepare("DELETE FROM document WHERE institution=? AND resource=?")
      .bind(institution.value)
      .bind(resource.value)
      .run();
}

Result<std::optional<Document>> file_bytes(StoreCore& core, InstitutionId institution,
                                           ResourceId resource) {
  TRY(auto db, core.reader());
  return bytes_of(core, *db, institution, resource);
}

}  // namespace chartbell
