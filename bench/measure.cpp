#include "measure.h"

#include <fstream>
#include <iterator>
#include <string_view>

#include <sys/resource.h>

namespace chartbell {
namespace {

// A line of /proc/self/status that is given in KiB.
double status_mib(std::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr) / 1024;
  return 0;
}

}  // namespace

std::unique_ptr<StoreCore> open_store(const std::string& folder, const Clock& clock,
                                      Random& random) {
  const auto fatal = [](const Error& error) {
    std::fprintf(stderr, "%s\n", error.detail.c_str());
    std::_Exit(1);
  };
  return must(StoreCore::open({.path = folder + "/bench.db",
                               .master_key = std::string(32, 'k'),
                               .role = StoreOptions::Role::kServer,
                               .fatal = fatal},
                              clock, random));
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

double seconds_since(const Clock& clock, SteadyTime start) {
  return std::chrono::duration<double>(clock.steady_now() - start).count();
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_mib() {
  return status_mib("VmRSS:");
}

double peak_resident_mib() {
  return status_mib("VmHWM:");
}

}  // namespace chartbell
