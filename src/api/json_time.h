// A time as a member of a JSON object.
#pragma once

#include <optional>

#include <boost/json/fwd.hpp>

#include "base/clock.h"

namespace chartbell {

// "2026-11-02T09:30:00.000Z", null where there is none.
boost::json::value time_or_null(const std::optional<WallTime>& time);

}  // namespace chartbell
