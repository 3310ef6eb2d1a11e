// A document's text as a JSON object, for those who look into it.
#pragma once

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "model/document.h"

namespace chartbell {

// kCorrupt when it is none.
Result<boost::json::object> object_of(const Document& document);

}  // namespace chartbell
