#include "app/report.h"

#include <algorithm>

#include "app/terminal.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

constexpr std::size_t kWidth = 600;

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::kFine:
      return "fine";
    case Severity::kWarning:
      return "warning";
    case Severity::kFault:
      return "fault";
  }
  return "fault";
}

Color color_of(Severity severity) {
  switch (severity) {
    case Severity::kFine:
      return Color::kGreen;
    case Severity::kWarning:
      return Color::kYellow;
    case Severity::kFault:
      return Color::kRed;
  }
  return Color::kRed;
}

Severity worst(const Findings& findings) {
  auto out = Severity::kFine;
  for (const auto& finding : findings) out = std::max(out, finding.severity);
  return out;
}

std::string member(std::string_view key, std::string_view value) {
  return json_string(key) + ":" + json_string(value);
}

}  // namespace

int exit_code(const Findings& findings) {
  return static_cast<int>(worst(findings));
}

std::string as_text(const Findings& findings) {
  std::string out;
  for (const auto& finding : findings) {
    auto word = std::string(name(finding.severity));
    word.resize(8, ' ');
    out += painted(color_of(finding.severity), word) + printable(finding.subject, kWidth) + ": " +
           printable(finding.what, kWidth) + "\n";
    if (!finding.mend.empty()) out += "        → " + printable(finding.mend, kWidth) + "\n";
  }
  return out;
}

std::string as_json(const Findings& findings) {
  std::string out = "{" + member("result", name(worst(findings))) + ",\"findings\":[";
  for (const auto& finding : findings) {
    if (!out.ends_with('[')) out += ',';
    out += "{" + member("severity", name(finding.severity)) + "," +
           member("subject", finding.subject) + "," + member("what", finding.what) + "," +
           member("mend", finding.mend) + "}";
  }
  return out + "]}";
}

}  // namespace chartbell
