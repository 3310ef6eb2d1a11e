#include "app/form_desk.h"

#include "base/crypto.h"
#include "base/encoding.h"
#include "forms/site.h"
#include "forms/template.h"
#include "model/patient_file.h"

namespace chartbell {
namespace {

constexpr std::size_t kNameBytes = 16;

}  // namespace

std::string StoreFormDesk::random_bytes(std::size_t size) {
  std::string out(size, '\0');
  parts_.random.fill({reinterpret_cast<unsigned char*>(out.data()), out.size()});
  return out;
}

// ---- templates ----------------------------------------------------------------------------------

Result<void> StoreFormDesk::stock(InstitutionId institution) {
  for (const auto& shipped : shipped_templates())
    TRY_DO(
        parts_.book.add_version(institution, std::string(shipped.name), std::string(shipped.text)));
  return {};
}

Result<FormDesk::Added> StoreFormDesk::add_version(InstitutionId institution, std::string text) {
  TRY(auto parsed, parse_template(text));
  return parts_.book.add_version(institution, std::move(parsed.name), std::move(text));
}

Result<Page<FormVersion, FormId>> StoreFormDesk::versions(const FormVersionQuery& query) {
  return parts_.book.versions(query);
}

Result<FormVersion> StoreFormDesk::version(InstitutionId institution, FormId id) {
  return parts_.book.version(institution, id);
}

Result<FormVersion> StoreFormDesk::set_active(InstitutionId institution, FormId id, bool active) {
  return parts_.book.set_active(institution, id, active);
}

Result<std::vector<std::string>> StoreFormDesk::languages(const FormVersion& version) {
  TRY(auto parsed, parse_template(version.text));
  return std::move(parsed.languages);
}

// ---- requests -----------------------------------------------------------------------------------

Result<FormDesk::Issued> StoreFormDesk::issue(NewFormRequest request) {
  if (public_url_.empty())
    return failure(Code::kUnsupported,
                   "This server has no public_url, so that no patient could open the form");
  const auto token = to_base64url(random_bytes(kLinkTokenBytes));
  TRY(auto added,
      parts_.book.add_request(request, to_hex(random_bytes(kNameBytes)), sha256(token)));
  return Issued{std::move(added), public_url_ + std::string(kFormSitePath) + token};
}

Result<Page<FormRequest, ResourceId>> StoreFormDesk::requests(const FormRequestQuery& query) {
  return parts_.book.requests(query);
}

Result<FormRequest> StoreFormDesk::request(InstitutionId institution, std::string_view name) {
  return parts_.book.request(institution, name);
}

Result<FormRequest> StoreFormDesk::revoke(InstitutionId institution, std::string_view name) {
  TRY(const auto request, parts_.book.request(institution, name));
  TRY_DO(parts_.book.revoke(request));
  return parts_.book.request(institution, name);
}

// ---- responses ----------------------------------------------------------------------------------

Result<Page<FormResponse, ResourceId>> StoreFormDesk::responses(const FormResponseQuery& query) {
  return parts_.book.responses(query);
}

Result<FormResponse> StoreFormDesk::response(InstitutionId institution, ResourceId id) {
  return parts_.book.response(institution, id);
}

Result<FormResponse> StoreFormDesk::write_again(InstitutionId institution, ResourceId id) {
  const auto until = parts_.clock.now() + kDocumentPatience;
  TRY(const auto source, parts_.book.write_again(institution, id, until));
  wake(source);
  return response(institution, id);
}

DocumentFate StoreFormDesk::fate(SourceId source) const {
  if (parts_.books.is_book(source)) return DocumentFate::kKeptHere;
  return parts_.writes.takes(source, ResourceKind::kDocument, WriteAction::kCreate)
             ? DocumentFate::kWritten
             : DocumentFate::kNotTaken;
}

}  // namespace chartbell
