// Events of the binary log of MariaDB and MySQL, as the server sends them to a replica.
//
// Everything here is pure: bytes in, values out. Bytes that are no event give kProtocol. Views
// point into the bytes that were read. Numbers and layouts: the servers' published replication
// protocol, log format 4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/binlog/bytes.h"
#include "source/binlog/position.h"

namespace chartbell {

enum class LogEventType : std::uint8_t {
  kQuery = 2,
  kStop = 3,
  kRotate = 4,
  kFormatDescription = 15,
  kXid = 16,
  kExecuteLoadQuery = 18,
  kTableMap = 19,
  kWriteRowsV1 = 23,
  kUpdateRowsV1 = 24,
  kDeleteRowsV1 = 25,
  kIncident = 26,
  kHeartbeat = 27,
  kWriteRows = 30,
  kUpdateRows = 31,
  kDeleteRows = 32,
  kMysqlGtid = 33,
  kMysqlAnonymousGtid = 34,
  kXaPrepare = 38,
  kPartialUpdateRows = 39,
  kMysqlTransactionPayload = 40,
  kHeartbeatV2 = 41,
  kAnnotateRows = 160,
  kGtid = 162,
  kGtidList = 163,
  kQueryCompressed = 165,
  kWriteRowsCompressedV1 = 166,
  kUpdateRowsCompressedV1 = 167,
  kDeleteRowsCompressedV1 = 168,
  kWriteRowsCompressed = 169,
  kUpdateRowsCompressed = 170,
  kDeleteRowsCompressed = 171,
};

enum class Checksum : std::uint8_t { kNone, kCrc32 };

struct LogEventHeader {
  std::uint32_t timestamp = 0;  // seconds since 1970; 0 in events that the server made up for us
  LogEventType type = LogEventType::kStop;
  std::uint32_t server_id = 0;
  std::uint32_t next_position = 0;  // where the next event of the file begins
  std::uint16_t flags = 0;

  // Made up by the sending thread; not in the file.
  bool artificial() const { return (flags & 0x20) != 0 || next_position == 0; }
};

struct LogEvent {
  LogEventHeader header;
  Bytes body;  // without the checksum
};

// A packet without the protocol's status byte. A checksum that does not fit is kProtocol. Until the
// format is known, and in artificial events, bytes that are their own checksum are taken for one.
Result<LogEvent> parse_event(Bytes packet, Checksum checksum);

struct Rotation {
  std::string file;
  std::uint64_t offset = 0;
};
Result<Rotation> parse_rotation(Bytes body);

// What a format description says of the checksums of the events behind it.
Result<Checksum> parse_format(Bytes body);

struct GtidEvent {
  Gtid gtid;
  bool standalone = false;  // one statement, which no commit ends
};
Result<GtidEvent> parse_gtid(const LogEvent& event);

struct QueryEvent {
  std::string_view database;
  std::string_view statement;
};
// Of kQuery, kQueryCompressed and kExecuteLoadQuery. `scratch` holds the statement where it was
// compressed.
Result<QueryEvent> parse_query(const LogEvent& event, std::vector<unsigned char>& scratch);

}  // namespace chartbell
