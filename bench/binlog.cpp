// How fast the binary log is read: its events alone, and down to dirty keys.
//
//   bench_binlog mapping=FILE url=URL from=POSITION rows=N rounds=N
//
// N single-row groups lie behind the position. Both ways read them from the server, in turns.
#include <cstdio>

#include "arguments.h"
#include "measure.h"
#include "source/binlog/capture.h"
#include "source/binlog/event.h"
#include "source/binlog/mariadb_stream.h"
#include "source/mariadb_sql.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::uint32_t kReplica = 4712;
constexpr std::size_t kTypeByte = 4;

struct Run {
  std::int64_t rows = 0;
  double seconds = 0;
  double cpu = 0;
};

// Rows events are counted by the one byte that tells their type.
std::int64_t read_raw(BinlogConnector& log, const std::string& from, std::int64_t wanted) {
  const auto stream = must(log.open(must(parse_position(from))));
  std::int64_t rows = 0;
  while (rows < wanted) {
    const auto packet = must(stream->next(kSilenceMax));
    if (!packet) break;
    if (is_rows(static_cast<LogEventType>((*packet)[kTypeByte]))) ++rows;
  }
  return rows;
}

std::int64_t read_keys(BinlogCapture& capture, const std::string& from, std::int64_t wanted) {
  must(capture.resume(from));
  std::int64_t rows = 0;
  while (rows < wanted) rows += must(capture.wait(kHeartbeatEvery)).rows;
  return rows;
}

template <class Reader>
Run measured(const Clock& clock, const Reader& reader) {
  const auto start = clock.steady_now();
  const double cpu = cpu_seconds();
  Run out{.rows = reader()};
  out.seconds = seconds_since(clock, start);
  out.cpu = cpu_seconds() - cpu;
  return out;
}

double report(const char* what, const Run& run) {
  const double rate = static_cast<double>(run.rows) / run.seconds;
  std::printf("%-5s %9lld rows  %6.2f s  cpu %5.2f s  %9.0f rows/s\n", what,
              static_cast<long long>(run.rows), run.seconds, run.cpu, rate);
  return rate;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const SystemClock clock;
  const auto address = must(mariadb_address(arguments.text("url")));
  const auto mapping = must(load_mapping(arguments.text("mapping")));
  const auto sql = mariadb_connector(address);
  const auto log = mariadb_binlog(address, kReplica);
  BinlogCapture capture({mapping, *log, *sql, address.database, clock});
  const auto from = arguments.text("from");
  const auto rows = arguments.number("rows");
  for (std::int64_t round = 0; round < arguments.number("rounds", 3); ++round) {
    const auto raw = report("raw", measured(clock, [&] { return read_raw(*log, from, rows); }));
    const auto keys =
        report("keys", measured(clock, [&] { return read_keys(capture, from, rows); }));
    std::printf("keys of raw %.2f\n", keys / raw);
  }
}
