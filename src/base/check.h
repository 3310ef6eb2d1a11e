// CHECK: always on, for our own bugs; never for input, peers or what a disk holds.
#pragma once

#include <source_location>

namespace chartbell {

[[noreturn]] void check_failed(const char* expression, std::source_location where);

}  // namespace chartbell

#define CHECK(expression) \
  ((expression) ? void() : ::chartbell::check_failed(#expression, std::source_location::current()))
