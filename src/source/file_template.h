// FileTemplate: where a mapping's write of a document keeps the file, below the source's
// write_folder.
//
//   {patient_id}/{@stored_name}
//
// Its last part has {@stored_name}, so that a second attempt writes the same file and no other.
// Further holes are {patient_id}, {document_type_id} and {@location}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/ports.h"
#include "write/ports.h"

namespace chartbell {

class FileTemplate {
 public:
  // kMapping, saying what is wrong.
  static Result<FileTemplate> parse(std::string_view text);

  // kInvalid where a part would be empty, "." or "..", longer than 255 bytes, or have a slash or a
  // control character.
  Result<FilePath> render(const WriteOrder& order, std::string_view location_key) const;
  bool empty() const { return parts_.empty(); }

 private:
  struct Piece {
    std::string text;  // before the hole
    std::string hole;  // empty: none
  };
  using Part = std::vector<Piece>;

  static Result<Part> parse_part(std::string_view text);
  static std::string rendered(const Part& part, const WriteOrder& order,
                              std::string_view location_key);

  std::vector<Part> parts_;
};

}  // namespace chartbell
