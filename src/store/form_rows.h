// Rows of forms: versions of templates, requests, responses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/ports.h"
#include "model/form.h"
#include "model/record_write.h"
#include "store/core.h"

namespace chartbell {

// What each row is sealed as.
std::string form_draft_record(InstitutionId institution, ResourceId request);
std::string form_response_record(InstitutionId institution, ResourceId response);

// ---- versions ---------------------------------------------------------------------------------

// As the next one; its id.
Result<FormId> insert_form(SqliteDb& db, const FormVersion& version);
// The last one of a name; nothing for a new name.
Result<std::optional<FormVersion>> last_form(SqliteDb& db, InstitutionId institution,
                                             std::string_view name);
// The one of a name with this very text.
Result<std::optional<FormVersion>> form_of_text(SqliteDb& db, InstitutionId institution,
                                                std::string_view name, std::string_view text);
Result<std::optional<FormVersion>> read_form(SqliteDb& db, InstitutionId institution, FormId id);
Result<Page<FormVersion, FormId>> list_forms(SqliteDb& db, const FormVersionQuery& query);

// ---- requests ---------------------------------------------------------------------------------

// A request's row and what is beside it. `status` is as of `now`: an open one that has expired is
// kExpired.
struct FormRequestRow {
  FormRequest request;
  std::string sealed_draft;  // empty where there is none
};

Result<void> insert_form_request(SqliteDb& db, const FormRequest& request,
                                 std::string_view link_hash);
Result<std::optional<FormRequestRow>> form_request_by_link(SqliteDb& db, std::string_view link_hash,
                                                           WallTime now);
Result<std::optional<FormRequestRow>> form_request_by_name(SqliteDb& db, InstitutionId institution,
                                                           std::string_view name, WallTime now);
Result<Page<FormRequest, ResourceId>> list_form_requests(SqliteDb& db,
                                                         const FormRequestQuery& query,
                                                         WallTime now);
// Ends an open request, whose draft goes. False where it is not open any more.
Result<bool> end_form_request(SqliteDb& db, const FormRequest& request, FormRequestStatus status,
                              WallTime now);

// ---- responses --------------------------------------------------------------------------------

// `sealed` is a text by form_response_record(); url and answers are not in the row's clear part.
struct FormResponseRow {
  FormResponse response;
  std::string sealed;
};

Result<void> insert_form_response(SqliteDb& db, const FormResponse& response,
                                  std::string_view sealed);
Result<std::optional<FormResponseRow>> read_form_response(SqliteDb& db, InstitutionId institution,
                                                          ResourceId id);
Result<Page<FormResponseRow, ResourceId>> list_form_responses(SqliteDb& db,
                                                              const FormResponseQuery& query);

// A response whose document could not be written is pending again. False where it has not failed.
Result<bool> reopen_form_response(SqliteDb& db, const FormResponse& response, WallTime now);
// What became of a document, where it is a form's: its response says so from then on. Whether it
// is one; a form's document is kept whatever became of it.
Result<bool> settle_form_document(SqliteDb& db, const RecordWrite& write);

}  // namespace chartbell
