// Remark: one thing that a person who connects a record system should know.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chartbell {

enum class Severity : std::uint8_t {
  kFine,
  kWarning,  // it works, but something will be slow, late or blind
  kFault,    // it does not work
};

struct Remark {
  Severity severity = Severity::kFine;
  std::string subject;  // "front-office: appointment"
  std::string what;
  std::string mend;  // what to do; empty where it is fine

  friend bool operator==(const Remark&, const Remark&) = default;
};

using Remarks = std::vector<Remark>;

// "1 row", "2 rows".
inline std::string counted(std::int64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace chartbell
