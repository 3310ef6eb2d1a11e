// Forms in SQLite: templates in clear, links as hashes, drafts and answers sealed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/ports.h"
#include "forms/ports.h"
#include "store/core.h"
#include "store/event_log.h"
#include "store/form_rows.h"
#include "store/resource_store.h"
#include "store/write_book.h"

namespace chartbell {

// Thread-safe. A completion is one commit: response, document, file, write, events, and the end of
// the request; whoever comes second finds it ended.
class SqliteFormBook final : public FormBook {
 public:
  // All references outlive the book.
  SqliteFormBook(StoreCore& core, EventLog& log, SqliteResourceStore& resources,
                 SqliteWriteBook& writes)
      : core_(core), log_(log), resources_(resources), writes_(writes) {}

  // ---- templates
  // The next version of this name; the one that is there where its text is the same.
  Result<FormDesk::Added> add_version(InstitutionId institution, std::string name,
                                      std::string text);
  Result<Page<FormVersion, FormId>> versions(const FormVersionQuery& query);
  Result<FormVersion> version(InstitutionId institution, FormId id);
  Result<FormVersion> set_active(InstitutionId institution, FormId id, bool active);

  // ---- requests
  // `name` and `link_hash` are new.
  Result<FormRequest> add_request(const NewFormRequest& wanted, std::string name,
                                  std::string_view link_hash);
  Result<Page<FormRequest, ResourceId>> requests(const FormRequestQuery& query);
  Result<FormRequest> request(InstitutionId institution, std::string_view name);

  // ---- responses
  Result<Page<FormResponse, ResourceId>> responses(const FormResponseQuery& query);
  Result<FormResponse> response(InstitutionId institution, ResourceId id);
  // A failed document's write once more, until `expires_at`; which source is to be woken.
  Result<SourceId> write_again(InstitutionId institution, ResourceId id, WallTime expires_at);

  Result<std::optional<OpenForm>> open_form(std::string_view link_hash) override;
  Result<int> count_wrong_date(const FormRequest& request) override;
  Result<void> forget_wrong_dates(const FormRequest& request) override;
  Result<void> revoke(const FormRequest& request) override;
  Result<bool> keep_draft(const FormRequest& request, const Document& draft) override;
  ResourceId new_id() override { return resources_.allot_id(); }
  Result<bool> complete(FormCompletion completion) override;

 private:
  Result<std::optional<OpenForm>> opened(FormRequestRow row);
  Result<FormResponse> unsealed(FormResponseRow row, bool with_answers);

  StoreCore& core_;
  EventLog& log_;
  SqliteResourceStore& resources_;
  SqliteWriteBook& writes_;
};

}  // namespace chartbell
