// Editing a document by the leaves of its shape.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/booking.h"
#include "model/document.h"
#include "model/shape.h"

namespace chartbell {

// An object of which nothing is known.
Document blank(ResourceKind kind);

// The document with these leaves, checked one by one. kInvalid, naming the leaf, for one that the
// shape lacks or that is Chartbell's own, for what is no JSON and for a value of another type;
// `own` admits Chartbell's leaves. Null is what stands there when nobody knows.
enum class OwnLeaves : std::uint8_t { kRefused, kAdmitted };
Result<Document> edited(ResourceKind kind, const Document& document, const Leaves& leaves,
                        OwnLeaves own = OwnLeaves::kRefused);

// What stands at a path; nothing where that is null, empty or of another type.
std::optional<std::string> text_leaf(const Document& document, std::string_view path);
std::optional<WallTime> time_leaf(const Document& document, std::string_view path);
bool true_leaf(const Document& document, std::string_view path);

}  // namespace chartbell
