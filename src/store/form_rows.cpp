#include "store/form_rows.h"

#include "store/scan_page.h"

namespace chartbell {
namespace {

constexpr std::int64_t kFirstPage = INT64_MAX;

std::optional<ResourceId> id_or_none(const std::optional<std::int64_t>& value) {
  return value ? std::optional(ResourceId{*value}) : std::nullopt;
}

std::optional<std::int64_t> number_or_none(const std::optional<ResourceId>& id) {
  return id ? std::optional(id->value) : std::nullopt;
}

std::optional<WallTime> time_or_none(const std::optional<std::int64_t>& ms) {
  return ms ? std::optional(from_ms(*ms)) : std::nullopt;
}

template <class Enum>
std::int64_t number(Enum value) {
  return static_cast<std::int64_t>(value);
}

// A statement's address is its name in the cache: these live as long as the program.
const std::string kVersion =
    "SELECT institution, id, name, version, active, created_ms, '' FROM form_version "
    "WHERE institution=? AND ";
const std::string kVersionOfName = kVersion + "name=? ORDER BY version DESC LIMIT 1";
const std::string kVersionOfText = kVersion + "name=? AND text=? ORDER BY version DESC LIMIT 1";
const std::string kVersions = kVersion + "id<? ORDER BY id DESC LIMIT ?";
constexpr const char* kVersionWithText =
    "SELECT institution, id, name, version, active, created_ms, text FROM form_version "
    "WHERE institution=? AND id=?";

FormVersion read_version(const SqliteStatement& row) {
  return {.institution = {row.integer(0)},
          .id = {row.integer(1)},
          .name = row.text(2),
          .version = row.integer(3),
          .active = row.integer(4) != 0,
          .created_at = from_ms(row.integer(5)),
          .text = row.text(6)};
}

Result<std::optional<FormVersion>> one_version(SqliteStatement& select) {
  TRY(const bool found, select.step());
  return found ? std::optional(read_version(select)) : std::nullopt;
}

FormRequestStatus status_at(std::int64_t stored, WallTime expires_at, WallTime now) {
  const auto status = static_cast<FormRequestStatus>(stored);
  const bool expired = status == FormRequestStatus::kOpen && expires_at <= now;
  return expired ? FormRequestStatus::kExpired : status;
}

FormRequestRow read_request(const SqliteStatement& row, WallTime now) {
  const auto expires_at = from_ms(row.integer(11));
  FormRequestRow out{.request = {.institution = {row.integer(0)},
                                 .id = {row.integer(1)},
                                 .name = row.text(2),
                                 .form = {row.integer(3)},
                                 .patient = {row.integer(4)},
                                 .source = {row.integer(5)},
                                 .location = {row.integer(6)},
                                 .appointment = id_or_none(row.maybe_integer(7)),
                                 .language = row.text(8),
                                 .status = status_at(row.integer(9), expires_at, now),
                                 .created_at = from_ms(row.integer(10)),
                                 .expires_at = expires_at,
                                 .ended_at = time_or_none(row.maybe_integer(12)),
                                 .has_draft = !row.is_null(15),
                                 .wrong_dates = static_cast<int>(row.integer(13)),
                                 .wrong_date_at = time_or_none(row.maybe_integer(14))},
                     .sealed_draft = {}};
  if (out.request.has_draft) out.sealed_draft = row.blob(15);
  return out;
}

Result<std::optional<FormRequestRow>> one_request(SqliteStatement& select, WallTime now) {
  TRY(const bool found, select.step());
  return found ? std::optional(read_request(select, now)) : std::nullopt;
}

const std::string kRequest =
    "SELECT institution, id, name, form, patient, source, location, appointment, language, status, "
    "created_ms, expires_ms, ended_ms, wrong_dates, wrong_ms, sealed_draft FROM form_request "
    "WHERE ";
const std::string kRequestOfLink = kRequest + "link_hash=?";
const std::string kRequestOfName = kRequest + "institution=? AND name=?";
const std::string kRequests = kRequest + "institution=? AND id<? ORDER BY id DESC LIMIT ?";
const std::string kRequestsOfPatient =
    kRequest + "institution=? AND patient=? AND id<? ORDER BY id DESC LIMIT ?";
const std::string kRequestsOfStatus =
    kRequest + "institution=? AND status=? AND id<? ORDER BY id DESC LIMIT ?";

// An expired request is an open one on disk.
FormRequestStatus as_stored(FormRequestStatus status) {
  return status == FormRequestStatus::kExpired ? FormRequestStatus::kOpen : status;
}

FormResponseRow read_response(const SqliteStatement& row) {
  return {.response = {.institution = {row.integer(0)},
                       .id = {row.integer(1)},
                       .request = row.text(2),
                       .form = {row.integer(3)},
                       .patient = {row.integer(4)},
                       .location = {row.integer(5)},
                       .appointment = id_or_none(row.maybe_integer(6)),
                       .document = {row.integer(7)},
                       .document_url = {},
                       .language = row.text(8),
                       .status = static_cast<FormResponseStatus>(row.integer(9)),
                       .fault = static_cast<WriteFault>(row.integer(10)),
                       .created_at = from_ms(row.integer(11)),
                       .updated_at = from_ms(row.integer(12)),
                       .answers = {}},
          .sealed = row.blob(13)};
}

const std::string kResponse =
    "SELECT institution, id, request, form, patient, location, appointment, document, language, "
    "status, fault, created_ms, updated_ms, sealed FROM form_response WHERE institution=? AND ";
const std::string kResponseOfId = kResponse + "id=?";
const std::string kResponses = kResponse + "id<? ORDER BY id DESC LIMIT ?";
const std::string kResponsesOfPatient = kResponse + "patient=? AND id<? ORDER BY id DESC LIMIT ?";
const std::string kResponsesOfStatus = kResponse + "status=? AND id<? ORDER BY id DESC LIMIT ?";
const std::string kResponsesOfRequest = kResponse + "request=? AND id<? ORDER BY id DESC LIMIT ?";

bool fits(const FormResponseQuery& query, const FormResponse& response) {
  return (!query.status || response.status == *query.status) &&
         (!query.patient || response.patient == *query.patient) &&
         (!query.location || response.location == *query.location) &&
         (query.request.empty() || response.request == query.request) &&
         (!query.updated_since || response.updated_at >= *query.updated_since);
}

SqliteStatement responses_for(SqliteDb& db, const FormResponseQuery& query) {
  const auto& sql = !query.request.empty() ? kResponsesOfRequest
                    : query.patient        ? kResponsesOfPatient
                    : query.status         ? kResponsesOfStatus
                                           : kResponses;
  auto select = db.prepare(sql.c_str());
  select.bind(query.institution.value);
  if (!query.request.empty()) {
    select.bind(query.request);
  } else if (query.patient) {
    select.bind(query.patient->value);
  } else if (query.status) {
    select.bind(number(*query.status));
  }
  return select;
}

}  // namespace

std::string form_draft_record(InstitutionId institution, ResourceId request) {
  return "form_draft/" + to_string(institution) + "/" + to_string(request);
}

std::string form_response_record(InstitutionId institution, ResourceId response) {
  return "form_response/" + to_string(institution) + "/" + to_string(response);
}

// ---- versions -----------------------------------------------------------------------------------

Result<FormId> insert_form(SqliteDb& db, const FormVersion& version) {
  auto insert = db.prepare("INSERT INTO form_version VALUES (NULL,?,?,?,?,?,?) RETURNING id");
  insert.bind(version.institution.value)
      .bind(version.name)
      .bind(version.version)
      .bind(std::int64_t{version.active})
      .bind(to_ms(version.created_at))
      .bind(version.text);
  TRY_DO(insert.step());
  const FormId id{insert.integer(0)};
  TRY_DO(insert.run());
  return id;
}

Result<std::optional<FormVersion>> last_form(SqliteDb& db, InstitutionId institution,
                                             std::string_view name) {
  auto select = db.prepare(kVersionOfName.c_str());
  return one_version(select.bind(institution.value).bind(name));
}

Result<std::optional<FormVersion>> form_of_text(SqliteDb& db, InstitutionId institution,
                                                std::string_view name, std::string_view text) {
  auto select = db.prepare(kVersionOfText.c_str());
  return one_version(select.bind(institution.value).bind(name).bind(text));
}

Result<std::optional<FormVersion>> read_form(SqliteDb& db, InstitutionId institution, FormId id) {
  auto select = db.prepare(kVersionWithText);
  return one_version(select.bind(institution.value).bind(id.value));
}

Result<Page<FormVersion, FormId>> list_forms(SqliteDb& db, const FormVersionQuery& query) {
  auto select = db.prepare(kVersions.c_str());
  select.bind(query.institution.value)
      .bind(query.before.value_or(FormId{kFirstPage}).value)
      .bind(static_cast<std::int64_t>(kPageScanMax));
  return scan_page<FormVersion, FormId>(
      select, kPageScanMax, query.limit, read_version,
      [&](const FormVersion& row) {
        return (query.name.empty() || row.name == query.name) &&
               (!query.active || row.active == *query.active);
      },
      [](const FormVersion& row) { return row.id; });
}

// ---- requests -----------------------------------------------------------------------------------

Result<void> insert_form_request(SqliteDb& db, const FormRequest& request,
                                 std::string_view link_hash) {
  return db.prepare("INSERT INTO form_request VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,NULL,0,NULL,NULL)")
      .bind(request.id.value)
      .bind(request.institution.value)
      .bind(request.name)
      .bind_blob(link_hash)
      .bind(request.form.value)
      .bind(request.patient.value)
      .bind(request.source.value)
      .bind(request.location.value)
      .bind(number_or_none(request.appointment))
      .bind(request.language)
      .bind(number(request.status))
      .bind(to_ms(request.created_at))
      .bind(to_ms(request.expires_at))
      .run();
}

Result<std::optional<FormRequestRow>> form_request_by_link(SqliteDb& db, std::string_view link_hash,
                                                           WallTime now) {
  auto select = db.prepare(kRequestOfLink.c_str());
  return one_request(select.bind_blob(link_hash), now);
}

Result<std::optional<FormRequestRow>> form_request_by_name(SqliteDb& db, InstitutionId institution,
                                                           std::string_view name, WallTime now) {
  auto select = db.prepare(kRequestOfName.c_str());
  return one_request(select.bind(institution.value).bind(name), now);
}

Result<Page<FormRequest, ResourceId>> list_form_requests(SqliteDb& db,
                                                         const FormRequestQuery& query,
                                                         WallTime now) {
  const auto& sql = query.patient  ? kRequestsOfPatient
                    : query.status ? kRequestsOfStatus
                                   : kRequests;
  auto select = db.prepare(sql.c_str());
  select.bind(query.institution.value);
  if (query.patient) {
    select.bind(query.patient->value);
  } else if (query.status) {
    select.bind(number(as_stored(*query.status)));
  }
  select.bind(query.before.value_or(ResourceId{kFirstPage}).value)
      .bind(static_cast<std::int64_t>(kPageScanMax));
  return scan_page<FormRequest, ResourceId>(
      select, kPageScanMax, query.limit,
      [&](const SqliteStatement& row) { return read_request(row, now).request; },
      [&](const FormRequest& row) {
        return (!query.status || row.status == *query.status) &&
               (!query.location || row.location == *query.location);
      },
      [](const FormRequest& row) { return row.id; });
}

Result<bool> end_form_request(SqliteDb& db, const FormRequest& request, FormRequestStatus status,
                              WallTime now) {
  TRY_DO(db.prepare("UPDATE form_request SET status=?, ended_ms=?, sealed_draft=NULL "
                    "WHERE id=? AND status=? AND expires_ms>?")
             .bind(number(status))
             .bind(to_ms(now))
             .bind(request.id.value)
             .bind(number(FormRequestStatus::kOpen))
             .bind(to_ms(now))
             .run());
  return db.changes() == 1;
}

// ---- responses ----------------------------------------------------------------------------------

Result<void> insert_form_response(SqliteDb& db, const FormResponse& response,
                                  std::string_view sealed) {
  return db.prepare("INSERT INTO form_response VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(response.id.value)
      .bind(response.institution.value)
      .bind(response.request)
      .bind(response.form.value)
      .bind(response.patient.value)
      .bind(response.location.value)
      .bind(number_or_none(response.appointment))
      .bind(response.document.value)
      .bind(response.language)
      .bind(number(response.status))
      .bind(number(response.fault))
      .bind(to_ms(response.created_at))
      .bind(to_ms(response.updated_at))
      .bind_blob(sealed)
      .run();
}

Result<std::optional<FormResponseRow>> read_form_response(SqliteDb& db, InstitutionId institution,
                                                          ResourceId id) {
  auto select = db.prepare(kResponseOfId.c_str());
  TRY(const bool found, select.bind(institution.value).bind(id.value).step());
  return found ? std::optional(read_response(select)) : std::nullopt;
}

Result<Page<FormResponseRow, ResourceId>> list_form_responses(SqliteDb& db,
                                                              const FormResponseQuery& query) {
  auto select = responses_for(db, query);
  select.bind(query.before.value_or(ResourceId{kFirstPage}).value)
      .bind(static_cast<std::int64_t>(kPageScanMax));
  return scan_page<FormResponseRow, ResourceId>(
      select, kPageScanMax, query.limit, read_response,
      [&](const FormResponseRow& row) { return fits(query, row.response); },
      [](const FormResponseRow& row) { return row.response.id; });
}

Result<bool> reopen_form_response(SqliteDb& db, const FormResponse& response, WallTime now) {
  TRY_DO(db.prepare("UPDATE form_response SET status=?, fault=0, updated_ms=? "
                    "WHERE institution=? AND id=? AND status=?")
             .bind(number(FormResponseStatus::kPending))
             .bind(to_ms(now))
             .bind(response.institution.value)
             .bind(response.id.value)
             .bind(number(FormResponseStatus::kFailed))
             .run());
  return db.changes() == 1;
}

Result<bool> settle_form_document(SqliteDb& db, const RecordWrite& write) {
  const auto status = write.state == WriteState::kComplete ? FormResponseStatus::kComplete
                                                           : FormResponseStatus::kFailed;
  TRY_DO(db.prepare("UPDATE form_response SET status=?, fault=?, updated_ms=? "
                    "WHERE institution=? AND document=?")
             .bind(number(status))
             .bind(number(write.fault))
             .bind(to_ms(write.updated_at))
             .bind(write.institution.value)
             .bind(write.resource.value)
             .run());
  return db.changes() == 1;
}

}  // namespace chartbell
