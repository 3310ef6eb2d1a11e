// Dates and times as the servers store them since MySQL 5.6 and MariaDB 10.1 → their texts.
//
// Each appends, and gives false for bytes that no server writes. `digits` are those of the
// fraction.
#pragma once

#include <cstddef>
#include <string>

#include "source/binlog/bytes.h"

namespace chartbell {

bool append_year(std::string& out, Bytes value);
bool append_date_value(std::string& out, Bytes value);
// "-838:59:59.000000"
bool append_time(std::string& out, Bytes value, std::size_t digits);
bool append_datetime(std::string& out, Bytes value, std::size_t digits);
// In UTC.
bool append_timestamp(std::string& out, Bytes value, std::size_t digits);

}  // namespace chartbell
