// How fast the binary log is read: its events alone, and down to dirty keys.
//
//   bench_binlog mapping=FILE url=URL from=POSITION rows=N rounds=N
//
// N single-row groups lie behind the position. Both ways read them from the server, in turns. Then
// a function of the database, touch_one(n), changes a row, and its key is waited for.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

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
constexpr int kChanges = 2000;

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

struct Waited {
  std::vector<double> from_call;  // milliseconds since the statement was sent
  std::vector<double> from_answer;
};

double ms_between(SteadyTime from, SteadyTime to) {
  return static_cast<double>((to - from).count()) / 1000.0;
}

Waited wait_for_keys(const Clock& clock, SqlConnection& writer, BinlogCapture& capture) {
  Waited out;
  must(capture.resume(must(capture.present())));
  for (int change = 1; change <= kChanges; ++change) {
    const auto called = clock.steady_now();
    must(writer.query("SELECT touch_one(" + std::to_string(change) + ")"));
    const auto answered = clock.steady_now();
    while (must(capture.wait(kHeartbeatEvery)).dirty.empty()) {
    }
    const auto noticed = clock.steady_now();
    out.from_call.push_back(ms_between(called, noticed));
    out.from_answer.push_back(ms_between(answered, noticed));
  }
  return out;
}

void report(const char* what, std::vector<double> values) {
  std::ranges::sort(values);
  const auto at = [&](double part) {
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
  };
  std::printf("%-22s ms  p50 %.2f  p90 %.2f  p99 %.2f  max %.2f\n", what, at(0.5), at(0.9),
              at(0.99), values.back());
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
  const auto writer = must(sql->connect());
  const auto waited = wait_for_keys(clock, *writer, capture);
  report("statement sent → keys", waited.from_call);
  report("commit answered → keys", waited.from_answer);
}
