// How long appointments are, by their type.
#pragma once

#include <chrono>
#include <optional>

#include "base/result.h"
#include "model/record.h"

namespace chartbell {

// A day at most: a type may say anything. Nothing where it says nothing, or no more than 0.
Result<std::optional<std::chrono::minutes>> length_of(const Record& appointment_type);

}  // namespace chartbell
