// Whether a record system takes a write now.
#pragma once

#include <optional>

#include "api/api.h"
#include "model/http_message.h"
#include "model/record_write.h"

namespace chartbell {

// Nothing where it does; else 422 for what it never takes, 503 while it does not answer.
std::optional<HttpResponse> closed(const ApiParts& parts, const NewWrite& write);

}  // namespace chartbell
