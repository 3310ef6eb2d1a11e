#include "api/json_time.h"

#include <boost/json/value.hpp>

#include "base/time_text.h"

namespace chartbell {

boost::json::value time_or_null(const std::optional<WallTime>& time) {
  if (!time) return nullptr;
  return boost::json::string(to_text(*time));
}

}  // namespace chartbell
