#include "source/binlog/mariadb_stream.h"

#include <algorithm>
#include <cerrno>

#include <mysql.h>
#include <poll.h>

// These need the types of mysql.h.
#include <errmsg.h>
#include <ma_pvio.h>
#include <mariadb_rpl.h>
#include <mysqld_error.h>

#include "source/binlog/inflate.h"
#include "source/mariadb_handle.h"

namespace chartbell {
namespace {

// The library tells only of whole seconds.
constexpr unsigned kReadSeconds =
    static_cast<unsigned>(std::chrono::duration_cast<std::chrono::seconds>(kSilenceMax).count());
constexpr std::uint64_t kNanosecondsOfMillisecond = 1'000'000;
constexpr std::size_t kEndPacketMax = 9;
constexpr unsigned char kEndMark = 0xfe;

struct CloseDump {
  void operator()(MARIADB_RPL* dump) const { mariadb_rpl_close(dump); }
};
using DumpHandle = std::unique_ptr<MARIADB_RPL, CloseDump>;

// Error 1236 has many reasons, which only its text tells apart.
Code code_of_dump_error(std::string_view text) {
  if (text.contains("not open")) return Code::kConfig;
  if (text.contains("same server_uuid") || text.contains("same server_id"))
    return Code::kUnreachable;
  return Code::kPositionLost;
}

Code code_of(MYSQL* connection) {
  switch (mysql_errno(connection)) {
    case ER_MASTER_FATAL_ERROR_READING_BINLOG:
      return code_of_dump_error(mysql_error(connection));
    case CR_NET_PACKET_TOO_LARGE:  // an event beyond our limit: only a full reading gets past it
      return Code::kPositionLost;
    default:
      return mariadb_code(mysql_errno(connection));
  }
}

std::unexpected<Error> fault(MYSQL* connection) {
  return failure(code_of(connection), std::string("binary log: ") + mysql_error(connection));
}

class Stream final : public BinlogStream {
 public:
  Stream(MariadbHandle connection, DumpHandle dump)
      : connection_(std::move(connection)), dump_(std::move(dump)) {}

  Result<std::optional<Bytes>> next(Milliseconds patience) override {
    if (!buffered()) {
      TRY(const bool readable, wait(patience));
      if (!readable) return std::nullopt;
    }
    const auto length = static_cast<unsigned>(mysql_net_read_packet(connection_.get()));
    if (length == packet_error) return fault(connection_.get());
    const Bytes packet(connection_->net.read_pos, length);
    if (packet.empty() || (packet[0] == kEndMark && packet.size() < kEndPacketMax))
      return failure(Code::kUnreachable, "binary log: the server ended the stream");
    if (packet[0] != 0) return failure(Code::kProtocol, "binary log: a packet of no event");
    return packet.subspan(1);
  }

  std::optional<int> readable() const override {
    if (buffered()) return std::nullopt;
    return static_cast<int>(mysql_get_socket(connection_.get()));
  }

 private:
  // The library reads ahead, so that the socket may be silent while an event lies in its buffer.
  // What TLS holds back of a record is not seen here; the next heartbeat brings it out.
  bool buffered() const {
    const auto* io = connection_->net.pvio;
    return io->cache_pos < io->cache + io->cache_size;
  }

  Result<bool> wait(Milliseconds patience) const {
    pollfd socket{.fd = mysql_get_socket(connection_.get()), .events = POLLIN, .revents = 0};
    const int ready =
        poll(&socket, 1, static_cast<int>(std::max<std::int64_t>(patience.count(), 0)));
    if (ready < 0 && errno != EINTR)
      return failure(Code::kInternal, "binary log: cannot wait for the socket");
    return ready > 0;
  }

  MariadbHandle connection_;
  DumpHandle dump_;  // ends before its connection
};

class Connector final : public BinlogConnector {
 public:
  Connector(MariadbAddress address, std::uint32_t replica_id)
      : address_(std::move(address)), replica_id_(replica_id) {}

  Result<std::unique_ptr<BinlogStream>> open(const BinlogPosition& from) override;

 private:
  static Result<void> prepare(MYSQL* connection, const BinlogPosition& from);
  Result<DumpHandle> begin(MYSQL* connection, const BinlogPosition& from) const;

  const MariadbAddress address_;
  const std::uint32_t replica_id_;
};

Result<std::unique_ptr<BinlogStream>> Connector::open(const BinlogPosition& from) {
  TRY(auto connection, open_mariadb(address_, std::chrono::seconds(kReadSeconds)));
  connection->net.max_packet_size = kEventBytesMax;
  TRY_DO(prepare(connection.get(), from));
  TRY(auto dump, begin(connection.get(), from));
  return std::make_unique<Stream>(std::move(connection), std::move(dump));
}

// What a replica tells the server before it asks for the log. MySQL takes the names that it does
// not know for variables of ours.
Result<void> Connector::prepare(MYSQL* connection, const BinlogPosition& from) {
  const auto beat = static_cast<std::uint64_t>(kHeartbeatEvery.count()) * kNanosecondsOfMillisecond;
  std::string settings =
      "SET @master_binlog_checksum = @@global.binlog_checksum, "
      "@mariadb_slave_capability = 4, @master_heartbeat_period = " +
      std::to_string(beat);
  if (from.by_gtid)
    settings += ", @slave_connect_state = '" + to_text(from.gtids) +
                "', @slave_gtid_strict_mode = 1, @slave_gtid_ignore_duplicates = 0";
  if (mysql_real_query(connection, settings.data(), settings.size()) != 0) return fault(connection);
  return {};
}

Result<DumpHandle> Connector::begin(MYSQL* connection, const BinlogPosition& from) const {
  DumpHandle dump(mariadb_rpl_init(connection));
  if (dump == nullptr) return failure(Code::kInternal, "no memory for a binary log");
  const bool by_file = !from.by_gtid;
  mariadb_rpl_optionsv(dump.get(), MARIADB_RPL_SERVER_ID, replica_id_);
  mariadb_rpl_optionsv(dump.get(), MARIADB_RPL_FILENAME, by_file ? from.file.c_str() : "",
                       by_file ? from.file.size() : std::size_t{0});
  mariadb_rpl_optionsv(dump.get(), MARIADB_RPL_START,
                       by_file ? static_cast<unsigned long>(from.offset) : 4UL);
  if (mariadb_rpl_open(dump.get()) != 0) return fault(connection);
  return dump;
}

}  // namespace

std::unique_ptr<BinlogConnector> mariadb_binlog(MariadbAddress address, std::uint32_t replica_id) {
  return std::make_unique<Connector>(std::move(address), replica_id);
}

}  // namespace chartbell
