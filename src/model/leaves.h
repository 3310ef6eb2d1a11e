// Leaves: a document's values by their dotted paths, as JSON texts.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/document.h"
#include "model/ids.h"
#include "model/shape.h"

namespace chartbell {

// "bio.city" → "\"Springfield\"". Arrays are leaves; null is one too.
using LeafMap = std::map<std::string, std::string, std::less<>>;
using LeafText = std::pair<std::string, std::string>;  // path, JSON text
// Some leaves of an object of the wire: {"note", "\"brings x-rays\""}. Ids are ours, times UTC.
using Leaves = std::vector<LeafText>;

// kCorrupt when the document is not a JSON object.
Result<LeafMap> leaves_of(const Document& document);
// The JSON text at a path; "null" where there is none.
std::string_view leaf(const LeafMap& leaves, std::string_view path);
// The text of a JSON string, the number's digits, "true"; empty for null and what is no scalar.
std::string plain_text(std::string_view json);

// The shape with these leaves, whose paths it has (CHECKed); the others as nobody knows them.
Document document_of(ResourceKind kind, const Leaves& leaves);

// The id in a leaf; 0 and null name nothing.
std::optional<ResourceId> id_in(std::string_view json);

// The document with other values at those of the paths that it has. kCorrupt when it is not a JSON
// object; a value that is no JSON is a mistake of ours (CHECKed).
Result<Document> with_leaves(const Document& document, std::span<const LeafText> values);

}  // namespace chartbell
