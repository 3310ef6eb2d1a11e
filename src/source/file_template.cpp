#include "source/file_template.h"

#include <algorithm>

#include "source/document_hole.h"

namespace chartbell {
namespace {

constexpr std::string_view kStoredName = "@stored_name";
constexpr std::string_view kHoles[] = {"patient_id", "document_type_id", "@location", kStoredName};
constexpr std::size_t kNameBytesMax = 255;

bool is_file_name(std::string_view text) {
  const auto is_bad = [](char c) {
    return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  };
  return !text.empty() && text != "." && text != ".." && text.size() <= kNameBytesMax &&
         std::ranges::none_of(text, is_bad);
}

std::string value_of(std::string_view hole, const WriteOrder& order,
                     std::string_view location_key) {
  if (hole.empty()) return {};
  if (hole == kStoredName) return stored_name(order.leaves);
  if (hole == "@location") return std::string(location_key);
  return plain_text(leaf(order.leaves, hole));
}

}  // namespace

Result<FileTemplate::Part> FileTemplate::parse_part(std::string_view text) {
  Part out;
  while (true) {
    const auto open = text.find('{');
    const auto close = text.find('}', std::min(open, text.size()));
    if (open != std::string_view::npos && close == std::string_view::npos)
      return failure(Code::kMapping, "file: a { without its }");
    if (open == std::string_view::npos) break;
    const auto hole = text.substr(open + 1, close - open - 1);
    if (std::ranges::find(kHoles, hole) == std::end(kHoles))
      return failure(Code::kMapping, "file: {" + std::string(hole) +
                                         "}: a hole is {patient_id}, {document_type_id}, "
                                         "{@location} or {@stored_name}");
    out.push_back({std::string(text.substr(0, open)), std::string(hole)});
    text.remove_prefix(close + 1);
  }
  if (out.empty() && !is_file_name(text))
    return failure(Code::kMapping, "file: its parts are names of folders, and then of a file");
  out.push_back({std::string(text), {}});
  return out;
}

Result<FileTemplate> FileTemplate::parse(std::string_view text) {
  FileTemplate out;
  for (bool more = true; more;) {
    const auto slash = text.find('/');
    more = slash != std::string_view::npos;
    TRY(auto part, parse_part(text.substr(0, slash)));
    out.parts_.push_back(std::move(part));
    text.remove_prefix(more ? slash + 1 : text.size());
  }
  if (std::ranges::find(out.parts_.back(), kStoredName, &Piece::hole) == out.parts_.back().end())
    return failure(Code::kMapping,
                   "file: its last part needs {@stored_name}, by which the file is no other's");
  return out;
}

std::string FileTemplate::rendered(const Part& part, const WriteOrder& order,
                                   std::string_view location_key) {
  std::string out;
  for (const auto& piece : part) out += piece.text + value_of(piece.hole, order, location_key);
  return out;
}

Result<FilePath> FileTemplate::render(const WriteOrder& order,
                                      std::string_view location_key) const {
  FilePath out;
  for (const auto& part : parts_) {
    out.push_back(rendered(part, order, location_key));
    if (!is_file_name(out.back()))
      return failure(Code::kInvalid, "a part of the file's path is no name of a folder or file");
  }
  return out;
}

}  // namespace chartbell
