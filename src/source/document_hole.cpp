#include "source/document_hole.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/encoding.h"

namespace chartbell {
namespace {

constexpr std::array<std::string_view, 8> kNames = {
    "@bytes", "@base64", "@size", "@sha256", "@sha3_512", "@media_type", "@stored_name", "@path"};

std::string url_of(const LeafMap& leaves) {
  return plain_text(leaf(leaves, "url"));
}

std::string text_of(DocumentHole hole, const WriteOrder& order, std::string_view path) {
  using enum DocumentHole;
  const auto bytes = order.file.expose();
  if (hole == kBase64) return to_base64(bytes);
  if (hole == kSha256) return to_hex(sha256(bytes));
  if (hole == kSha3) return to_hex(sha3_512(bytes));
  if (hole == kStoredName) return stored_name(order.leaves);
  if (hole == kPath) return std::string(path);
  return std::string(media_type(file_type(bytes).value_or(FileType::kPdf)));
}

}  // namespace

std::optional<DocumentHole> document_hole(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<DocumentHole>(found - kNames.begin());
}

bool needs_bytes(DocumentHole hole) {
  return hole < DocumentHole::kStoredName;
}

std::string literal(DocumentHole hole, const WriteOrder& order, std::string_view path,
                    const SqlConnection& connection) {
  const auto bytes = order.file.expose();
  if (hole == DocumentHole::kBytes) return connection.quoted_bytes(bytes);
  if (hole == DocumentHole::kSize) return std::to_string(bytes.size());
  return connection.quoted(text_of(hole, order, path));
}

std::string stored_name(const LeafMap& leaves) {
  constexpr std::size_t kDigits = 32;
  const auto url = url_of(leaves);
  return to_hex(sha256(url)).substr(0, kDigits) + url.substr(std::min(url.size(), url.rfind('.')));
}

}  // namespace chartbell
