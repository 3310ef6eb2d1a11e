// DocumentHole: what a mapping's write of a document may say of its file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "source/sql.h"
#include "write/ports.h"

namespace chartbell {

enum class DocumentHole : std::uint8_t {
  kBytes,       // {@bytes} as a binary literal
  kBase64,      // {@base64}
  kSize,        // {@size} in bytes
  kSha256,      // {@sha256} in hex, and so is
  kSha3,        // {@sha3_512}
  kMediaType,   // {@media_type} "application/pdf"
  kStoredName,  // {@stored_name}
  kPath,        // {@path} of the file that was written, from the root on
};
std::optional<DocumentHole> document_hole(std::string_view name);

// Whether it is made of the file's bytes, which nobody has who looks for a row.
bool needs_bytes(DocumentHole hole);

// As a literal. `path` is kPath's.
std::string literal(DocumentHole hole, const WriteOrder& order, std::string_view path,
                    const SqlConnection& connection);

// What a document is called where it is kept: 32 hex digits and ".pdf". The same at each attempt
// and of no other document, so that its row is known again; and no part of its URL, which nobody
// there is to know.
std::string stored_name(const LeafMap& leaves);

}  // namespace chartbell
