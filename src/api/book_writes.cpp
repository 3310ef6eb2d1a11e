#include "api/book_writes.h"

#include "api/answer.h"
#include "base/json_text.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

// What was asked for; whatever the book knows by itself is left to it.
Result<Leaves> asked_for(const NewWrite& write) {
  TRY(const auto held, leaves_of(write.order));
  const auto& shape = shape_of(write.kind);
  Leaves out;
  for (const auto& [path, text] : held) {
    const auto index = shape.index_of(path);
    if (!index || path == "location_id") continue;
    const auto& field = shape.fields()[*index];
    const bool said = write.action == WriteAction::kChange || text != field.absent;
    if (said && field.origin == Origin::kMapped) out.emplace_back(path, text);
  }
  return out;
}

}  // namespace

bool is_for_book(const ApiParts& parts, const NewWrite& write) {
  return parts.books != nullptr && parts.books->is_book(write.source);
}

Result<void> write_into_book(ApiParts& parts, const NewWrite& write, std::string_view wrapper,
                             Respond respond) {
  TRY(auto leaves, asked_for(write));
  const int status = write.action == WriteAction::kCreate ? 201 : 200;
  auto done = [respond = std::move(respond), status,
               open = "{" + json_string(wrapper) + ":"](Result<InBook> kept) {
    respond(kept ? success(status, open + std::string(kept->object.expose()) + "}")
                 : refusal_for_now(kept.error()));
  };
  auto& books = *parts.books;
  if (write.action == WriteAction::kChange) {
    books.change(write.source, write.resource, std::move(leaves), std::move(done));
  } else if (write.kind == ResourceKind::kPatient) {
    books.create_patient(write.source, std::move(leaves), std::move(done));
  } else {
    books.request(write.source, {write.location, std::move(leaves)}, std::move(done));
  }
  return {};
}

}  // namespace chartbell
