#include "app/report.h"

#include <algorithm>

#include "app/terminal.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

constexpr std::size_t kTextMax = 1000;
constexpr std::size_t kIndent = 8;
constexpr std::size_t kColumnsMin = 40;

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

std::string paragraph(const std::string& text, std::size_t columns, std::size_t indent) {
  return wrapped(printable(text, kTextMax), columns - indent, indent) + "\n";
}

// "1 fault, 2 warnings"
std::string summary(const Remarks& remarks) {
  const auto faults = std::ranges::count(remarks, Severity::kFault, &Remark::severity);
  const auto warnings = std::ranges::count(remarks, Severity::kWarning, &Remark::severity);
  if (faults + warnings == 0) return "all is well";
  std::string out = faults > 0 ? counted(faults, "fault") : std::string();
  if (faults > 0 && warnings > 0) out += ", ";
  return warnings > 0 ? out + counted(warnings, "warning") : out;
}

std::string member(std::string_view key, std::string_view value) {
  return json_string(key) + ":" + json_string(value);
}

}  // namespace

int exit_code(const Remarks& remarks) {
  return static_cast<int>(worst(remarks));
}

std::string as_text(const Remarks& remarks, std::optional<std::size_t> columns) {
  const auto width = std::max(columns.value_or(kTextMax), kColumnsMin);
  std::string out;
  for (const auto& remark : remarks) {
    auto word = std::string(name(remark.severity));
    word.resize(kIndent, ' ');
    out += painted(color_of(remark.severity), word) +
           paragraph(remark.subject + ": " + remark.what, width, kIndent);
    if (!remark.mend.empty())
      out += std::string(kIndent, ' ') + "→ " + paragraph(remark.mend, width, kIndent + 2);
  }
  return out + "\n" + painted(color_of(worst(remarks)), summary(remarks)) + "\n";
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
