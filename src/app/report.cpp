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

Severity worst(const Remarks& remarks) {
  auto out = Severity::kFine;
  for (const auto& remark : remarks) out = std::max(out, remark.severity);
  return out;
}

std::string member(std::string_view key, std::string_view value) {
  return json_string(key) + ":" + json_string(value);
}

}  // namespace

int exit_code(const Remarks& remarks) {
  return static_cast<int>(worst(remarks));
}

std::string as_text(const Remarks& remarks) {
  std::string out;
  for (const auto& remark : remarks) {
    auto word = std::string(name(remark.severity));
    word.resize(8, ' ');
    out += painted(color_of(remark.severity), word) + printable(remark.subject, kWidth) + ": " +
           printable(remark.what, kWidth) + "\n";
    if (!remark.mend.empty()) out += "        → " + printable(remark.mend, kWidth) + "\n";
  }
  return out;
}

std::string as_json(const Remarks& remarks) {
  std::string out = "{" + member("result", name(worst(remarks))) + ",\"findings\":[";
  for (const auto& remark : remarks) {
    if (!out.ends_with('[')) out += ',';
    out += "{" + member("severity", name(remark.severity)) + "," +
           member("subject", remark.subject) + "," + member("what", remark.what) + "," +
           member("mend", remark.mend) + "}";
  }
  return out + "]}";
}

}  // namespace chartbell
