#include "store/record_book.h"

#include "detect/ports.h"
#include "store/resource_store.h"

namespace chartbell {

Result<std::optional<Record>> SqliteRecordBook::record(InstitutionId institution, ResourceKind kind,
                                                       ResourceId id) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT s.source, s.key, s.location, s.updated_ms, s.sealed_document, "
      "coalesce(r.created_ms, s.updated_ms), coalesce(r.presence, 1) FROM state s "
      "LEFT JOIN resource r ON r.institution=s.institution AND r.source=s.source AND "
      "r.kind=s.kind AND r.key=s.key "
      "WHERE s.institution=? AND s.id=? AND s.kind=? AND s.sealed_document IS NOT NULL");
  select.bind(institution.value).bind(id.value).bind(static_cast<std::int64_t>(kind));
  TRY(const bool found, select.step());
  if (!found) return std::optional<Record>();
  TRY(auto text, core_.sealer().open(institution, state_record(institution, id), select.blob(4)));
  return std::optional(Record{.institution = institution,
                              .source = {select.integer(0)},
                              .kind = kind,
                              .id = id,
                              .location = {select.integer(2)},
                              .key = select.maybe_key(1),
                              .gone = static_cast<Presence>(select.integer(6)) == Presence::kGone,
                              .created_at = from_ms(select.integer(5)),
                              .updated_at = from_ms(select.integer(3)),
                              .document = Document(std::move(text))});
}

Result<RecordPage> SqliteRecordBook::records(const RecordQuery&) {
  return failure(Code::kInternal, "lists of records are not built yet");
}

Result<std::int64_t> SqliteRecordBook::count(const RecordQuery&) {
  return failure(Code::kInternal, "lists of records are not built yet");
}

Result<std::vector<Record>> SqliteRecordBook::appointments_between(InstitutionId,
                                                                   const RecordSpan&) {
  return failure(Code::kInternal, "lists of records are not built yet");
}

}  // namespace chartbell
