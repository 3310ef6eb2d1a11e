// PatientFile: a file that becomes a document of a patient, in the store and in the record system.
#pragma once

#include <chrono>
#include <string>

#include "model/document.h"
#include "model/ids.h"
#include "model/leaves.h"
#include "model/record_write.h"
#include "model/stored_file.h"

namespace chartbell {

struct PatientFile {
  ResourceId patient;
  std::string name;  // drawn by chance: what its URL is known by
  FileType type = FileType::kPdf;
  std::string filename;  // as shown_filename() gives it
  Document bytes;
  Leaves more{};  // further leaves of the document
};

// For so long a document that nobody takes is tried to be written.
inline constexpr std::chrono::hours kDocumentPatience{7 * 24};

// The order and the file of a write that creates a kDocument.
void put_file(NewWrite& write, PatientFile file);

}  // namespace chartbell
