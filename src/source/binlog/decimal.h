// DECIMAL as the servers store it: groups of nine digits in four bytes, big end first, the odd ones
// at both ends shorter, the first bit turned, and all bits turned in negative numbers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "source/binlog/bytes.h"

namespace chartbell {

// Bytes of DECIMAL(precision, scale); nothing where there is no such type.
std::optional<std::size_t> decimal_bytes(std::size_t precision, std::size_t scale);

// Appends "-1234.50". False for bytes that no server writes.
bool append_decimal(std::string& out, Bytes value, std::size_t precision, std::size_t scale);

}  // namespace chartbell
