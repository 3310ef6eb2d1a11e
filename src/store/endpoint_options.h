// EndpointOptions as one sealed column: JSON, because it grows with each release (docs/formats.md).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/subscriber.h"

namespace chartbell {

std::string options_text(const EndpointOptions& options);
// kCorrupt for anything that options_text() does not write. Unknown members pass: a later version
// may have written them.
Result<EndpointOptions> parse_options(std::string_view text);

}  // namespace chartbell
