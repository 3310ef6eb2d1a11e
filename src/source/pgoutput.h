// What PostgreSQL's logical replication says: the frames of the stream, and in them the messages of
// the pgoutput plugin, protocol version 1.
//
// Source: PostgreSQL 15 documentation, 55.4 "Streaming Replication Protocol" and 55.9 "Logical
// Replication Message Formats". Pure; hostile bytes give kProtocol. Views live as long as the
// bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "source/dirty_rules.h"

namespace chartbell {

// A place in the write-ahead log.
struct Lsn {
  std::uint64_t value = 0;

  friend auto operator<=>(const Lsn&, const Lsn&) = default;
};

// "0/16B3748": both halves in hex.
std::string to_text(Lsn lsn);
std::optional<Lsn> parse_lsn(std::string_view text);

// ---- frames -----------------------------------------------------------------------------------

struct WalData {
  Lsn start;
  std::string_view message;
};

struct Keepalive {
  Lsn end;  // all before it has been sent
  bool wants_reply = false;
};

using StreamFrame = std::variant<WalData, Keepalive>;
Result<StreamFrame> parse_stream_frame(std::string_view bytes);

// Tells the server that all before `flushed` may be forgotten, and that we are there.
struct StandbyStatus {
  Lsn flushed;
  WallTime time;
  bool wants_reply = false;
};
std::string to_bytes(const StandbyStatus& status);

// ---- messages ---------------------------------------------------------------------------------

struct PgBegin {
  std::uint32_t transaction = 0;  // its id, without the epoch
};

struct PgCommit {
  Lsn end;  // behind the transaction
};

struct PgRelation {
  struct Column {
    std::string name;
    bool key = false;  // part of the replica identity

    friend bool operator==(const Column&, const Column&) = default;
  };
  std::uint32_t id = 0;
  std::string name;  // without its schema
  std::vector<Column> columns;
};

// What a message tells of a row before its change. The server writes null for a column that it
// leaves out of a key.
enum class PgOld : std::uint8_t { kNothing, kKey, kRow };

struct PgRowChange {
  enum class Kind : std::uint8_t { kInsert, kUpdate, kDelete };
  Kind kind = Kind::kInsert;
  std::uint32_t relation = 0;
  PgOld old = PgOld::kNothing;
  std::vector<Cell> before;
  std::vector<Cell> after;  // a large value that did not change is absent
};

struct PgTruncate {
  std::vector<std::uint32_t> relations;
};

// Types, origins, messages of applications: nothing that a row depends on.
struct PgOther {};

using PgMessage = std::variant<PgOther, PgBegin, PgCommit, PgRelation, PgRowChange, PgTruncate>;
Result<PgMessage> parse_pgoutput(std::string_view bytes);

}  // namespace chartbell
