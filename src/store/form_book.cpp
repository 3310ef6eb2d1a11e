#include "store/form_book.h"

#include "base/json_text.h"
#include "model/leaves.h"
#include "model/members.h"
#include "store/record_book.h"

namespace chartbell {
namespace {

std::unexpected<Error> no_such(std::string what) {
  return failure(Code::kNotFound, std::move(what) + " not found");
}

// What is sealed of a response.
std::string sealed_part(const FormResponse& response) {
  return "{\"url\":" + json_string(response.document_url) +
         ",\"answers\":" + std::string(response.answers.expose()) + "}";
}

// ---- what a page needs beside its request -------------------------------------------------------

Result<void> read_places(SqliteDb& db, OpenForm& out) {
  auto select = db.prepare(
      "SELECT institution.subdomain, institution.name, location.name, location.timezone "
      "FROM location JOIN institution ON institution.id=location.institution "
      "WHERE location.id=? AND institution.id=?");
  const auto& request = out.request;
  TRY(const bool found, select.bind(request.location.value).bind(request.institution.value).step());
  if (!found) return failure(Code::kCorrupt, "a form's request has no location");
  out.subdomain = select.text(0);
  out.institution = select.text(1);
  out.location = select.text(2);
  out.timezone = select.text(3);
  return {};
}

Result<void> read_text(SqliteDb& db, OpenForm& out) {
  TRY(auto version, read_form(db, out.request.institution, out.request.form));
  if (!version) return failure(Code::kCorrupt, "a form's request has no template");
  out.text = std::move(version->text);
  return {};
}

}  // namespace

// ---- templates ----------------------------------------------------------------------------------

Result<FormDesk::Added> SqliteFormBook::add_version(InstitutionId institution, std::string name,
                                                    std::string text) {
  FormDesk::Added added{.version = {.institution = institution,
                                    .name = std::move(name),
                                    .created_at = core_.clock().now(),
                                    .text = std::move(text)}};
  auto& version = added.version;
  {
    // At each start all that comes along is there already: no reason to write.
    TRY(auto db, core_.reader());
    TRY(auto same, form_of_text(*db, institution, version.name, version.text));
    if (same) return FormDesk::Added{.version = *std::move(same), .is_new = false};
  }
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY(auto same, form_of_text(db, institution, version.name, version.text));
    if (same) {
      added.is_new = false;
      version = *std::move(same);
      return {};
    }
    TRY(const auto last, last_form(db, institution, version.name));
    if (last) version.version = last->version + 1;
    TRY(version.id, insert_form(db, version));
    return {};
  }));
  return added;
}

Result<Page<FormVersion, FormId>> SqliteFormBook::versions(const FormVersionQuery& query) {
  TRY(auto db, core_.reader());
  return list_forms(*db, query);
}

Result<FormVersion> SqliteFormBook::version(InstitutionId institution, FormId id) {
  TRY(auto db, core_.reader());
  TRY(auto found, read_form(*db, institution, id));
  if (!found) return no_such("Form template");
  return *std::move(found);
}

Result<FormVersion> SqliteFormBook::set_active(InstitutionId institution, FormId id, bool active) {
  TRY_DO(core_.write([&](SqliteDb& db) {
    return db.prepare("UPDATE form_version SET active=? WHERE institution=? AND id=?")
        .bind(std::int64_t{active})
        .bind(institution.value)
        .bind(id.value)
        .run();
  }));
  return version(institution, id);
}

// ---- requests -----------------------------------------------------------------------------------

Result<FormRequest> SqliteFormBook::add_request(const NewFormRequest& wanted, std::string name,
                                                std::string_view link_hash) {
  const FormRequest request{.institution = wanted.institution,
                            .id = new_id(),
                            .name = std::move(name),
                            .form = wanted.form,
                            .patient = wanted.patient,
                            .source = wanted.source,
                            .location = wanted.location,
                            .appointment = wanted.appointment,
                            .language = wanted.language,
                            .created_at = core_.clock().now(),
                            .expires_at = wanted.expires_at,
                            .ended_at = {},
                            .wrong_date_at = {}};
  TRY_DO(core_.write([&](SqliteDb& db) { return insert_form_request(db, request, link_hash); }));
  return request;
}

Result<Page<FormRequest, ResourceId>> SqliteFormBook::requests(const FormRequestQuery& query) {
  TRY(auto db, core_.reader());
  return list_form_requests(*db, query, core_.clock().now());
}

Result<FormRequest> SqliteFormBook::request(InstitutionId institution, std::string_view name) {
  TRY(auto db, core_.reader());
  TRY(auto found, form_request_by_name(*db, institution, name, core_.clock().now()));
  if (!found) return no_such("Form request");
  return std::move(found->request);
}

Result<std::optional<OpenForm>> SqliteFormBook::open_form(std::string_view link_hash) {
  std::optional<FormRequestRow> row;
  {
    TRY(auto db, core_.reader());
    TRY(row, form_request_by_link(*db, link_hash, core_.clock().now()));
  }
  if (!row || row->request.status != FormRequestStatus::kOpen) return std::optional<OpenForm>();
  return opened(*std::move(row));
}

Result<std::optional<OpenForm>> SqliteFormBook::opened(FormRequestRow row) {
  OpenForm out{.request = std::move(row.request)};
  const auto& request = out.request;
  TRY(auto patient,
      SqliteRecordBook(core_).record(request.institution, ResourceKind::kPatient, request.patient));
  if (!patient || patient->gone) return std::optional<OpenForm>();
  out.patient = std::move(patient->document);
  if (request.has_draft) {
    TRY(auto draft,
        core_.sealer().open(request.institution, form_draft_record(request.institution, request.id),
                            row.sealed_draft));
    out.draft = Document(std::move(draft));
  }
  TRY(auto db, core_.reader());
  TRY_DO(read_places(*db, out));
  TRY_DO(read_text(*db, out));
  return std::optional(std::move(out));
}

Result<int> SqliteFormBook::count_wrong_date(const FormRequest& request) {
  std::int64_t count = 0;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    auto update = db.prepare(
        "UPDATE form_request SET wrong_dates=wrong_dates+1, wrong_ms=? WHERE id=? "
        "RETURNING wrong_dates");
    TRY(const bool found, update.bind(to_ms(core_.clock().now())).bind(request.id.value).step());
    if (!found) return no_such("Form request");
    count = update.integer(0);
    TRY_DO(update.run());
    return {};
  }));
  return static_cast<int>(count);
}

Result<void> SqliteFormBook::forget_wrong_dates(const FormRequest& request) {
  return core_.write([&](SqliteDb& db) {
    return db.prepare("UPDATE form_request SET wrong_dates=0, wrong_ms=NULL WHERE id=?")
        .bind(request.id.value)
        .run();
  });
}

Result<void> SqliteFormBook::revoke(const FormRequest& request) {
  bool ended = false;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY(ended, end_form_request(db, request, FormRequestStatus::kRevoked, core_.clock().now()));
    return {};
  }));
  if (!ended) return failure(Code::kConflict, "This form request has ended");
  return {};
}

Result<bool> SqliteFormBook::keep_draft(const FormRequest& request, const Document& draft) {
  const auto sealed = core_.sealer().seal(
      request.institution, form_draft_record(request.institution, request.id), draft.expose());
  bool kept = false;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(db.prepare("UPDATE form_request SET sealed_draft=? "
                      "WHERE id=? AND status=0 AND expires_ms>?")
               .bind_blob(sealed)
               .bind(request.id.value)
               .bind(to_ms(core_.clock().now()))
               .run());
    kept = db.changes() == 1;
    return {};
  }));
  return kept;
}

Result<bool> SqliteFormBook::complete(FormCompletion completion) {
  const auto& request = completion.request;
  const auto institution = request.institution;
  const auto document = writes_.sealed(std::move(completion.document));
  const auto answers =
      core_.sealer().seal(institution, form_response_record(institution, completion.response.id),
                          sealed_part(completion.response));
  const auto events = EventLog::prepare(std::move(completion.events));
  bool ended = false;
  TRY_DO(core_.write(
      [&](SqliteDb& db) -> Result<void> {
        TRY(ended,
            end_form_request(db, request, FormRequestStatus::kCompleted, core_.clock().now()));
        if (!ended) return {};
        TRY_DO(insert_form_response(db, completion.response, answers));
        TRY_DO(insert_resource(db, document));
        if (completion.is_written) TRY_DO(insert_write(db, document));
        return log_.append(db, institution, events);
      },
      [&] {
        if (ended) log_.committed(institution);
      }));
  return ended;
}

// ---- responses ----------------------------------------------------------------------------------

Result<FormResponse> SqliteFormBook::unsealed(FormResponseRow row, bool with_answers) {
  auto& response = row.response;
  TRY(const auto text,
      core_.sealer().open(response.institution,
                          form_response_record(response.institution, response.id), row.sealed));
  Members members(text);
  while (const auto member = members.next()) {
    if (member->key == "url") response.document_url = plain_text(member->value);
    if (member->key == "answers" && with_answers)
      response.answers = Document(std::string(member->value));
  }
  return std::move(response);
}

Result<Page<FormResponse, ResourceId>> SqliteFormBook::responses(const FormResponseQuery& query) {
  Page<FormResponseRow, ResourceId> found;
  {
    TRY(auto db, core_.reader());
    TRY(found, list_form_responses(*db, query));
  }
  Page<FormResponse, ResourceId> out{.rows = {}, .next = found.next};
  for (auto& row : found.rows) {
    TRY(auto response, unsealed(std::move(row), false));
    out.rows.push_back(std::move(response));
  }
  return out;
}

Result<FormResponse> SqliteFormBook::response(InstitutionId institution, ResourceId id) {
  std::optional<FormResponseRow> row;
  {
    TRY(auto db, core_.reader());
    TRY(row, read_form_response(*db, institution, id));
  }
  if (!row) return no_such("Form response");
  return unsealed(*std::move(row), true);
}

Result<SourceId> SqliteFormBook::write_again(InstitutionId institution, ResourceId id,
                                             WallTime expires_at) {
  TRY(const auto response, this->response(institution, id));
  TRY(auto document,
      SqliteRecordBook(core_).record(institution, ResourceKind::kDocument, response.document));
  if (!document) return failure(Code::kCorrupt, "a form's response has no document");
  const auto source = document->source;
  auto write = writes_.sealed({.institution = institution,
                               .source = source,
                               .location = response.location,
                               .kind = ResourceKind::kDocument,
                               .resource = response.document,
                               .order = std::move(document->document),
                               .expires_at = expires_at});
  bool failed = false;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY(failed, reopen_form_response(db, response, core_.clock().now()));
    return failed ? insert_write(db, write) : Result<void>();
  }));
  if (!failed) return failure(Code::kConflict, "This form response has not failed");
  return source;
}

}  // namespace chartbell
