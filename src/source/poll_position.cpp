#include "source/poll_position.h"

namespace chartbell {
namespace {

constexpr std::string_view kHead = "poll 1";

std::string_view take(std::string_view& text, char until) {
  const auto out = text.substr(0, text.find(until));
  text.remove_prefix(std::min(text.size(), out.size() + 1));
  return out;
}

}  // namespace

std::string to_text(const PollPosition& position) {
  std::string out(kHead);
  for (const auto& [table, mark] : position)
    out += "\n" + table + "\t" + mark.serial + "\t" + mark.stamp + "\t" + mark.rows;
  return out;
}

Result<PollPosition> parse_poll_position(std::string_view text) {
  if (take(text, '\n') != kHead)
    return failure(Code::kPositionLost, "the stored position is another capture's");
  PollPosition out;
  while (!text.empty()) {
    auto line = take(text, '\n');
    auto& mark = out[std::string(take(line, '\t'))];
    mark.serial = take(line, '\t');
    mark.stamp = take(line, '\t');
    mark.rows = line;
  }
  return out;
}

}  // namespace chartbell
