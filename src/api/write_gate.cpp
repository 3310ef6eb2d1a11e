#include "api/write_gate.h"

#include <string>

#include "api/answer.h"

namespace chartbell {

std::optional<HttpResponse> closed(const ApiParts& parts, const NewWrite& write) {
  if (!parts.writes.takes(write.source, write.kind, write.action))
    return refusal(422,
                   "This health record system does not take a " +
                       std::string(write.action == WriteAction::kCreate ? "new " : "change of a ") +
                       std::string(name(write.kind)) + " from us");
  if (parts.writes.light(write.source) == Light::kRed)
    return refusal(503,
                   "The health record system cannot be written to now: its write_status is red");
  return std::nullopt;
}

}  // namespace chartbell
