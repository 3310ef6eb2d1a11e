// Documents of patients: files that go into the record system, and are read from here (wire
// contract §6, §7.2).
#include <algorithm>
#include <charconv>

#include "api/answer.h"
#include "api/multipart.h"
#include "api/record_list.h"
#include "api/routes.h"
#include "api/show_write.h"
#include "api/write_fields.h"
#include "api/write_gate.h"
#include "base/encoding.h"
#include "model/patient_file.h"

namespace chartbell {
namespace {

constexpr auto kDocument = ResourceKind::kDocument;
constexpr std::size_t kFileBytesMax = std::size_t{10} * 1024 * 1024;
constexpr std::size_t kNameBytes = 16;  // drawn by chance

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

// ---- what is sent -------------------------------------------------------------------------------

struct Upload {
  FileType type = FileType::kPdf;
  std::string filename;
  std::string_view bytes;
  std::optional<std::int64_t> document_type;
};

const FormPart* find(const std::vector<FormPart>& parts, std::string_view name) {
  const auto found = std::ranges::find(parts, name, &FormPart::name);
  return found == parts.end() ? nullptr : &*found;
}

Result<void> read_file(const FormPart* part, Upload& out) {
  if (part == nullptr || part->body.empty()) return invalid("Missing parameter file");
  if (part->body.size() > kFileBytesMax)
    return failure(Code::kTooLarge, "file is longer than 10 MiB");
  const auto type = file_type(part->body);
  if (!type) return invalid("file must be a PDF, a PNG or a JPEG");
  out.type = *type;
  out.bytes = part->body;
  TRY(out.filename, shown_filename(part->filename.value_or(""), *type));
  return {};
}

Result<void> read_document_type(const FormPart* part, Upload& out) {
  if (part == nullptr || part->body.empty()) return {};
  std::int64_t id = 0;
  const auto* end = part->body.data() + part->body.size();
  const auto [stop, error] = std::from_chars(part->body.data(), end, id);
  if (error != std::errc() || stop != end || id <= 0)
    return invalid("document_type_id must be an integer, 1 or more");
  out.document_type = id;
  return {};
}

Result<Upload> read_upload(const HttpRequest& request) {
  const auto type = field(request.fields, "content-type").value_or("");
  TRY(const auto parts, parse_form_data(type, request.body));
  Upload out;
  TRY_DO(read_file(find(parts, "file"), out));
  TRY_DO(read_document_type(find(parts, "document_type_id"), out));
  return out;
}

// ---- what is written ----------------------------------------------------------------------------

NewWrite unfilled(const ApiParts& parts, const Record& patient) {
  return {.institution = patient.institution,
          .source = patient.source,
          .location = patient.location,
          .kind = kDocument,
          .order = {},
          .expires_at = parts.clock.now() + kDocumentPatience};
}

void fill(NewWrite& write, const Record& patient, const Upload& upload, std::string name) {
  PatientFile file{.patient = patient.id,
                   .name = std::move(name),
                   .type = upload.type,
                   .filename = upload.filename,
                   .bytes = Document(std::string(upload.bytes))};
  if (upload.document_type)
    file.more.emplace_back("document_type_id", std::to_string(*upload.document_type));
  put_file(write, std::move(file));
}

Result<HttpResponse> add_document(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(const auto patient,
      record_of(parts, institution, ResourceKind::kPatient, call.ids.at(0), "Patient"));
  if (patient.gone) return failure(Code::kNotFound, "Patient not found");
  auto wanted = unfilled(parts, patient);
  if (auto no = closed(parts, wanted)) return *std::move(no);
  TRY(const auto upload, read_upload(call.request));
  fill(wanted, patient, upload, to_hex(parts.new_seed().substr(0, kNameBytes)));
  TRY(const auto write, parts.writes.accept(std::move(wanted)));
  TRY(const auto object, show_accepted(write));
  return success(201, object);
}

Result<HttpResponse> list_documents(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY_DO(record_of(parts, institution, ResourceKind::kPatient, call.ids.at(0), "Patient"));
  TRY(auto query, read_list(call, institution, kDocument));
  query.patients = {call.ids.at(0)};
  return list_answer(parts, call, query);
}

// ---- the file itself ----------------------------------------------------------------------------

// RFC 6266 §5: a name in ASCII for those who know no other, and the true one.
std::string disposition(const std::string& filename) {
  std::string plain = filename;
  for (char& c : plain)
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '%') c = '_';
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + percent_encoded(filename);
}

// What a browser that shows it all the same may do with it: nothing.
HttpResponse file_answer(StoredFile file) {
  return {.status = 200,
          .fields = {{"content-type", std::string(media_type(file.type))},
                     {"content-disposition", disposition(file.filename)},
                     {"cache-control", "no-store"},
                     {"x-content-type-options", "nosniff"},
                     {"content-security-policy", "default-src 'none'; sandbox"}},
          .body = std::move(file.bytes).take()};
}

Result<HttpResponse> one_file(ApiParts& parts, Call& call) {
  const std::string_view text = call.texts.at(0);
  const auto name = text.substr(0, text.find('.'));
  TRY(const auto institutions, wanted_institutions(call, parts.accounts));
  TRY(auto file, parts.files.file(institutions, name));
  if (!file || text.substr(name.size()) != extension(file->type))
    return failure(Code::kNotFound, "Document not found");
  return file_answer(*std::move(file));
}

constexpr Route kRoutes[] = {
    {"GET", "/patients/{}/documents", Access::kRead, list_documents},
    {"POST", "/patients/{}/documents", Access::kWrite, add_document, nullptr, Takes::kForm},
    {"GET", "/documents/{text}", Access::kRead, one_file},
    // As the vendor's `pdf_url` of a form says it (wire contract §1, row 6).
    {"GET", "/api/documents/{text}", Access::kRead, one_file},
};

}  // namespace

std::span<const Route> document_routes() {
  return kRoutes;
}

}  // namespace chartbell
