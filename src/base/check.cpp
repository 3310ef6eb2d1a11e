#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace chartbell {

void check_failed(const char* expression, std::source_location where) {
  std::fprintf(stderr, "CHECK failed: %s at %s:%u\n", expression, where.file_name(), where.line());
  std::abort();
}

}  // namespace chartbell
