// What programs that measure have in common: a store of their own, and what the process used.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "store/core.h"

namespace chartbell {

// A program that measures has nobody to tell of an error: it ends.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "bench: %s\n", result.error().detail.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// The store of a server, folder/bench.db.
std::unique_ptr<StoreCore> open_store(const std::string& folder, const Clock& clock,
                                      Random& random);

std::string read_file(const std::string& path);
double seconds_since(const Clock& clock, SteadyTime start);

// Of this process.
double cpu_seconds();
double resident_mib();
double peak_resident_mib();

}  // namespace chartbell
