// BinlogPosition: a place in a server's binary log at which a group of changes has ended.
//
//   gtid:0-1-4711,1-2-5                        MariaDB's global transaction ids, one a domain
//   gtid:0-1-4711,1-2-5@binlog.000004:1234     and where that was, so that another history with the
//                                              same numbers is seen to be another
//   file:binlog.000004:1234                    a file and its offset (MySQL)
//   file:binlog.000004:1234@1764187200         and when the file was made (seconds since 1970)
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace chartbell {

struct Gtid {
  std::uint32_t domain = 0;
  std::uint32_t server = 0;
  std::uint64_t sequence = 0;

  friend auto operator<=>(const Gtid&, const Gtid&) = default;
};

// The last id of each domain.
using GtidSet = std::map<std::uint32_t, Gtid>;

// "0-1-4711,1-2-5", also empty; kProtocol for anything else, or for more than 10,000 of them.
Result<std::vector<Gtid>> parse_gtid_list(std::string_view text);
// The same where each domain comes once, as in a server's position.
Result<GtidSet> parse_gtids(std::string_view text);
std::string to_text(const GtidSet& gtids);

struct LogPlace {
  std::string file;
  std::uint64_t offset = 0;

  // Files are numbered, and a number may get one digit more.
  friend std::strong_ordering operator<=>(const LogPlace& a, const LogPlace& b) {
    if (const auto digits = a.file.size() <=> b.file.size(); digits != 0) return digits;
    if (const auto name = a.file <=> b.file; name != 0) return name;
    return a.offset <=> b.offset;
  }
  friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

struct BinlogPosition {
  bool by_gtid = true;
  GtidSet gtids;
  std::string file;  // empty: not known
  std::uint64_t offset = 0;
  std::uint32_t made_at = 0;  // the file's; 0: not known

  friend bool operator==(const BinlogPosition&, const BinlogPosition&) = default;
};

// kPositionLost for a text of another capture.
Result<BinlogPosition> parse_position(std::string_view text);
std::string to_text(const BinlogPosition& position);

}  // namespace chartbell
