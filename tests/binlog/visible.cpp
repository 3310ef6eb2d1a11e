// Reads each row as soon as it is noticed, and one that is as before the change again when the
// server says that it can be read, as the daemon does; counts those, and those that are not new
// then either.
//
//   binlog_visible URL MAPPING SECONDS      → reading, then: read N early M stale L
//
// Table v has id and change, "id-number" with a number that only grows for an id.
#include <charconv>
#include <iostream>
#include <map>
#include <string>

#include "base/clock.h"
#include "source/binlog/capture.h"
#include "source/binlog/mariadb_stream.h"
#include "source/mariadb_sql.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::uint32_t kReplica = 4713;

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::cerr << result.error().detail << std::endl;
  std::exit(1);
}

std::int64_t number(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// The last change of each id.
std::map<std::int64_t, std::int64_t> noticed(const DirtyKeys& dirty) {
  std::map<std::int64_t, std::int64_t> out;
  for (const auto& [kind, found] : dirty.kinds())
    for (const auto& key : found.keys) {
      const auto text = to_string(key);
      auto& last = out[number(text)];
      last = std::max(last, number(std::string_view(text).substr(text.find('-') + 1)));
    }
  return out;
}

bool stale(SqlConnection& connection, std::int64_t id, std::int64_t change) {
  const auto rows =
      must(connection.query("SELECT \"change\" FROM v WHERE id = " + std::to_string(id)));
  if (!must(rows->next())) return true;
  const auto text = rows->text(0).value_or("");
  return number(text.substr(text.find('-') + 1)) < change;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const SystemClock clock;
  const auto address = must(mariadb_address(argv[1]));
  const auto mapping = must(load_mapping(argv[2]));
  const auto sql = mariadb_connector(address);
  const auto log = mariadb_binlog(address, kReplica);
  const auto connection = must(sql->connect());
  BinlogCapture capture({mapping, *log, *sql, address.database, clock});
  if (const auto begun = capture.resume(must(capture.present())); !begun) return 1;
  std::cout << "reading" << std::endl;
  const auto end = clock.steady_now() + std::chrono::seconds(std::stoi(argv[3]));
  std::int64_t read = 0;
  std::int64_t early = 0;
  std::int64_t old = 0;
  while (clock.steady_now() < end) {
    for (const auto& [id, change] : noticed(must(capture.wait(Milliseconds(100))).dirty)) {
      ++read;
      if (!stale(*connection, id, change)) continue;
      ++early;
      if (!capture.await_visible()) return 1;
      if (stale(*connection, id, change)) ++old;
    }
  }
  std::cout << "read " << read << " early " << early << " stale " << old << std::endl;
}
