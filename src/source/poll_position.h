// PollPosition: how far a poll has read each table, as the text that the store keeps.
//
// "poll 1", and a line for each table: its name, the last number of its counting column, the last
// change stamp, the rows up to that number; separated by tabs, empty where there is none or where
// it is not known.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace chartbell {

struct TableMark {
  std::string serial;
  std::string stamp;
  std::string rows;

  friend bool operator==(const TableMark&, const TableMark&) = default;
};

using PollPosition =
    std::map<std::string, TableMark, std::less<>>;  // by table, as the mapping has it

std::string to_text(const PollPosition& position);
// kPositionLost for what is no position of a poll.
Result<PollPosition> parse_poll_position(std::string_view text);

}  // namespace chartbell
