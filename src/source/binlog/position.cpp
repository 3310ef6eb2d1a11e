#include "source/binlog/position.h"

#include <charconv>

namespace chartbell {
namespace {

constexpr std::size_t kGtidsMax = 10'000;
constexpr std::size_t kFileNameMax = 512;

template <class Number>
bool number(std::string_view text, Number& out) {
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  return read.ec == std::errc() && read.ptr == end;
}

// Cuts what is before `mark` off the front of `text`; all of it where there is no mark.
std::string_view cut(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  const auto out = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return out;
}

bool parse_gtid(std::string_view text, Gtid& out) {
  return number(cut(text, '-'), out.domain) && number(cut(text, '-'), out.server) &&
         number(text, out.sequence);
}

// "binlog.000004:1234"; the name may hold colons of its own.
bool parse_place(std::string_view text, BinlogPosition& out) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon > kFileNameMax) return false;
  out.file = text.substr(0, colon);
  return number(text.substr(colon + 1), out.offset);
}

bool parse_file_form(std::string_view text, BinlogPosition& out) {
  out.by_gtid = false;
  const auto at = text.rfind('@');
  const auto colon = text.rfind(':');
  const bool stamped =
      at != std::string_view::npos && colon != std::string_view::npos && at > colon;
  if (stamped && !number(text.substr(at + 1), out.made_at)) return false;
  return parse_place(stamped ? text.substr(0, at) : text, out);
}

bool parse_gtid_form(std::string_view text, BinlogPosition& out) {
  const bool placed = text.contains('@');
  auto gtids = parse_gtids(cut(text, '@'));
  if (!gtids) return false;
  out.gtids = *std::move(gtids);
  return !placed || parse_place(text, out);
}

}  // namespace

Result<std::vector<Gtid>> parse_gtid_list(std::string_view text) {
  std::vector<Gtid> out;
  while (!text.empty()) {
    auto item = cut(text, ',');
    while (item.starts_with(' ') || item.starts_with('\n')) item.remove_prefix(1);
    Gtid gtid;
    if (!parse_gtid(item, gtid) || out.size() >= kGtidsMax)
      return failure(Code::kProtocol, "binary log: these are no GTIDs");
    out.push_back(gtid);
  }
  return out;
}

Result<GtidSet> parse_gtids(std::string_view text) {
  TRY(const auto list, parse_gtid_list(text));
  GtidSet out;
  for (const auto& gtid : list) out[gtid.domain] = gtid;
  return out;
}

std::string to_text(const GtidSet& gtids) {
  std::string out;
  for (const auto& [domain, gtid] : gtids)
    out += (out.empty() ? "" : ",") + std::to_string(domain) + "-" + std::to_string(gtid.server) +
           "-" + std::to_string(gtid.sequence);
  return out;
}

Result<BinlogPosition> parse_position(std::string_view text) {
  BinlogPosition out;
  const std::string_view gtid = "gtid:";
  const std::string_view file = "file:";
  if (text.starts_with(gtid) && parse_gtid_form(text.substr(gtid.size()), out)) return out;
  if (text.starts_with(file) && parse_file_form(text.substr(file.size()), out)) return out;
  return failure(Code::kPositionLost, "the stored position is not one of a binary log");
}

std::string to_text(const BinlogPosition& position) {
  const auto place = position.file + ":" + std::to_string(position.offset);
  if (!position.by_gtid)
    return "file:" + place + (position.made_at == 0 ? "" : "@" + std::to_string(position.made_at));
  return "gtid:" + to_text(position.gtids) + (position.file.empty() ? "" : "@" + place);
}

}  // namespace chartbell
