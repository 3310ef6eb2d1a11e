#include "model/patient_file.h"

#include "base/json_text.h"

namespace chartbell {

void put_file(NewWrite& write, PatientFile file) {
  const auto url = "/documents/" + file.name + std::string(extension(file.type));
  Leaves leaves = std::move(file.more);
  leaves.emplace_back("patient_id", to_string(file.patient));
  leaves.emplace_back("filename", json_string(file.filename));
  leaves.emplace_back("type", json_string(name(file.type)));
  leaves.emplace_back("url", json_string(url));
  write.order = document_of(ResourceKind::kDocument, leaves);
  write.file = NewFile{std::move(file.name), file.type, std::move(file.bytes)};
}

}  // namespace chartbell
