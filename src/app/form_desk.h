// The desk at which forms are asked for: templates are checked, links are drawn, writes are woken.
#pragma once

#include <string>

#include "api/ports.h"
#include "app/intake_desk.h"
#include "app/write_desk.h"
#include "base/random.h"
#include "forms/ports.h"
#include "store/form_book.h"

namespace chartbell {

// Thread-safe once every source is added.
class StoreFormDesk final : public FormDesk, public FormSource {
 public:
  struct Parts {
    SqliteFormBook& book;
    SourceWriteDesk& writes;
    const BookDesk& books;
    const Clock& clock;
    Random& random;  // thread-safe
  };
  // All references outlive it.
  explicit StoreFormDesk(Parts parts) : parts_(parts) {}

  // Where patients reach this server, "https://forms.example"; without one no link can be given.
  // Before anything is asked for.
  void set_public_url(std::string url) { public_url_ = std::move(url); }
  // Puts the templates that come with Chartbell on an institution's shelf.
  Result<void> stock(InstitutionId institution);

  Result<Added> add_version(InstitutionId institution, std::string text) override;
  Result<Page<FormVersion, FormId>> versions(const FormVersionQuery& query) override;
  Result<FormVersion> version(InstitutionId institution, FormId id) override;
  Result<FormVersion> set_active(InstitutionId institution, FormId id, bool active) override;
  Result<std::vector<std::string>> languages(const FormVersion& version) override;
  Result<Issued> issue(NewFormRequest request) override;
  Result<Page<FormRequest, ResourceId>> requests(const FormRequestQuery& query) override;
  Result<FormRequest> request(InstitutionId institution, std::string_view name) override;
  Result<FormRequest> revoke(InstitutionId institution, std::string_view name) override;
  Result<Page<FormResponse, ResourceId>> responses(const FormResponseQuery& query) override;
  Result<FormResponse> response(InstitutionId institution, ResourceId id) override;
  Result<FormResponse> write_again(InstitutionId institution, ResourceId id) override;

  DocumentFate fate(SourceId source) const override;
  void wake(SourceId source) override { parts_.writes.wake(source); }

 private:
  std::string random_bytes(std::size_t size);

  const Parts parts_;
  std::string public_url_;
};

}  // namespace chartbell
