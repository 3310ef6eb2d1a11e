// How fast a source is read: bare SELECT, baseline, and a diff that finds nothing.
//
//   bench_scan MAPPING URL KIND FOLDER
#include <cstdio>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "detect/detector.h"
#include "measure.h"
#include "source/sql_reader.h"
#include "store/core.h"
#include "store/resource_store.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::size_t kChunk = 2000;

// The same statements that the reader sends, their rows walked and thrown away.
std::int64_t bare_select(SqlConnection& connection, const ResourceMapping& resource) {
  std::int64_t rows = 0;
  std::string after = "-1";
  while (true) {
    const auto where = resource.where.empty() ? "" : "(" + resource.where + ") AND ";
    const auto result =
        must(connection.query(resource.select + " WHERE " + where + resource.key + " > " + after +
                              " ORDER BY " + resource.key + " LIMIT " + std::to_string(kChunk)));
    std::size_t in_chunk = 0;
    std::size_t bytes = 0;
    while (must(result->next())) {
      for (std::size_t i = 0; i < resource.columns.size(); ++i)
        bytes += result->text(i).value_or("").size();
      after = std::string(result->text(0).value_or(""));
      ++in_chunk;
    }
    rows += static_cast<std::int64_t>(in_chunk);
    if (in_chunk < kChunk || bytes == 0) return rows;
  }
}

void report(const char* what, std::int64_t rows, double seconds, double bare) {
  const double rate = static_cast<double>(rows) / seconds;
  std::printf("%-14s %9lld rows  %7.2f s  %9.0f rows/s  %5.2f of bare  RSS %.0f MiB\n", what,
              static_cast<long long>(rows), seconds, rate, bare == 0 ? 1.0 : rate / bare,
              resident_mib());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  SystemClock clock;
  SystemRandom random;
  auto mapping = must(load_mapping(argv[1]));
  const auto kind = resource_kind(argv[3]);
  std::erase_if(mapping.resources, [&](const auto& resource) { return resource.kind != *kind; });
  auto connector = must(sql_connector(argv[2]));
  const std::string folder = argv[4];

  auto connection = must(connector->connect());
  double bare = 0;
  for (int run = 0; run < 3; ++run) {
    const auto start = clock.steady_now();
    const auto rows = bare_select(*connection, mapping.resources[0]);
    const double seconds = seconds_since(clock, start);
    bare = std::max(bare, static_cast<double>(rows) / seconds);
    report("bare SELECT", rows, seconds, bare);
  }

  const SourceRef source{{1}, {1}};
  const auto core = open_store(folder, clock, random);
  must(core->ensure_data_key(source.institution));
  EventLog log(*core);
  must(log.load());
  auto store = must(SqliteResourceStore::open(*core, log));
  IdBook ids(source, *store, clock);
  SqlReader reader({mapping,
                    *connector,
                    ids,
                    source.institution,
                    {{"0", {1}, must(Zone::open("America/New_York"))}}});
  Detector detector({.source = source,
                     .subdomain = "bench",
                     .digest_key = std::string(32, 'd'),
                     .removals_max = {}},
                    reader, *store, ids, clock);
  for (const char* what : {"baseline", "diff", "diff", "diff"}) {
    const auto start = clock.steady_now();
    const auto cycle = must(detector.cycle());
    report(what, cycle.rows, seconds_since(clock, start), bare);
  }
}
