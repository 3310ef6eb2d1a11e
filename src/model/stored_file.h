// A file of a patient: what it is, told by its bytes, and what it is called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/document.h"
#include "model/ids.h"

namespace chartbell {

enum class FileType : std::uint8_t { kPdf, kPng, kJpeg };
// "pdf", "png", "jpeg": as the wire says it.
std::string_view name(FileType type);
// "application/pdf".
std::string_view media_type(FileType type);
// ".pdf", ".png", ".jpg": what a name of such a file ends in.
std::string_view extension(FileType type);

// By the first bytes (ISO 32000-1 §7.5.2, PNG §5.2, ITU-T T.81 §B.1); nothing for all else. What a
// client or a name says of a file does not count.
std::optional<FileType> file_type(std::string_view bytes);

// A name that a client gave a file, as it is shown: without its folders, and ending as such a file
// does, so that nothing saved under it is taken for a program. It is never used as a path.
// kInvalid for what is no UTF-8, has control characters or turns the direction of writing (Unicode
// UAX #9: U+202A–202E, U+2066–2069), and for more than 200 characters.
Result<std::string> shown_filename(std::string_view given, FileType type);

struct StoredFile {
  InstitutionId institution;
  ResourceId resource;  // the document that it belongs to
  FileType type = FileType::kPdf;
  std::string filename;
  Document bytes;
};

}  // namespace chartbell
