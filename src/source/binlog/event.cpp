#include "source/binlog/event.h"

#include <zlib.h>

#include "source/binlog/inflate.h"

namespace chartbell {
namespace {

constexpr std::size_t kHeaderBytes = 19;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kFileNameMax = 512;
constexpr std::size_t kServerVersionBytes = 50;
constexpr std::uint64_t kStandalone = 0x01;

LogEventHeader parse_header(ByteReader& reader, std::uint64_t& size) {
  LogEventHeader out;
  out.timestamp = static_cast<std::uint32_t>(reader.little(4));
  out.type = static_cast<LogEventType>(reader.little(1));
  out.server_id = static_cast<std::uint32_t>(reader.little(4));
  size = reader.little(4);
  out.next_position = static_cast<std::uint32_t>(reader.little(4));
  out.flags = static_cast<std::uint16_t>(reader.little(2));
  return out;
}

bool ends_with_its_checksum(Bytes packet) {
  if (packet.size() < kHeaderBytes + kChecksumBytes) return false;
  const auto covered = packet.first(packet.size() - kChecksumBytes);
  ByteReader stored(packet.last(kChecksumBytes));
  return crc32_z(0, covered.data(), covered.size()) == stored.little(kChecksumBytes);
}

std::unexpected<Error> malformed(std::string what) {
  return failure(Code::kProtocol, "binary log: malformed " + std::move(what));
}

}  // namespace

Result<LogEvent> parse_event(Bytes packet, Checksum checksum) {
  ByteReader reader(packet);
  std::uint64_t size = 0;
  LogEvent out{.header = parse_header(reader, size), .body = {}};
  if (!reader.ok() || size != packet.size()) return malformed("event header");
  out.body = reader.left();
  // The sender changes this one after it was written, and its own last bytes tell the format.
  if (out.header.type == LogEventType::kFormatDescription) return out;
  const bool must = checksum == Checksum::kCrc32 && !out.header.artificial();
  const bool has = (must || out.header.artificial()) && ends_with_its_checksum(packet);
  if (must && !has) return failure(Code::kProtocol, "binary log: an event's checksum is wrong");
  if (has) out.body = out.body.first(out.body.size() - kChecksumBytes);
  return out;
}

Result<Rotation> parse_rotation(Bytes body) {
  ByteReader reader(body);
  Rotation out;
  out.offset = reader.little(8);
  out.file = as_text(reader.left());
  if (!reader.ok() || out.file.empty() || out.file.size() > kFileNameMax)
    return malformed("rotation");
  return out;
}

Result<Checksum> parse_format(Bytes body) {
  ByteReader reader(body);
  const auto version = reader.little(2);
  reader.skip(kServerVersionBytes + 4);
  const auto header_bytes = reader.little(1);
  if (!reader.ok() || reader.left().size() < 1 + kChecksumBytes)
    return malformed("format description");
  if (version != 4 || header_bytes != kHeaderBytes)
    return failure(Code::kProtocol, "binary log: format " + std::to_string(version) +
                                        " is not the one of MariaDB 10 or MySQL 5.6 and later");
  const auto algorithm = body[body.size() - kChecksumBytes - 1];
  if (algorithm > 1) return failure(Code::kProtocol, "binary log: an unknown kind of checksum");
  return algorithm == 1 ? Checksum::kCrc32 : Checksum::kNone;
}

Result<GtidEvent> parse_gtid(const LogEvent& event) {
  ByteReader reader(event.body);
  GtidEvent out;
  out.gtid.server = event.header.server_id;
  out.gtid.sequence = reader.little(8);
  out.gtid.domain = static_cast<std::uint32_t>(reader.little(4));
  out.standalone = (reader.little(1) & kStandalone) != 0;
  if (!reader.ok()) return malformed("GTID");
  return out;
}

Result<QueryEvent> parse_query(const LogEvent& event, std::vector<unsigned char>& scratch) {
  ByteReader reader(event.body);
  reader.skip(8);  // thread, seconds
  const auto database_bytes = reader.little(1);
  reader.skip(2);  // error code
  const auto status_bytes = reader.little(2);
  if (event.header.type == LogEventType::kExecuteLoadQuery) reader.skip(13);
  reader.skip(status_bytes);
  QueryEvent out;
  out.database = as_text(reader.take(database_bytes));
  reader.skip(1);
  if (!reader.ok()) return malformed("statement");
  auto statement = reader.left();
  if (event.header.type == LogEventType::kQueryCompressed) {
    TRY(statement, inflated(statement, scratch));
  }
  out.statement = as_text(statement);
  return out;
}

}  // namespace chartbell
