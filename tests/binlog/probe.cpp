// BinlogCapture on a real server, driven line by line by tests/e2e.
//
//   binlog_probe URL MAPPING REPLICA_ID [file]
//
//   present          → position TEXT
//   resume POSITION  → resumed
//   wait MS          → key KIND HEX…, all KIND…, position TEXT, rows N, end
//   check            → finding OK WHAT…, end
//
// What fails answers "error CODE DETAIL". `file` makes present() a position by file and offset.
#include <iostream>
#include <string>

#include "base/clock.h"
#include "base/encoding.h"
#include "source/binlog/capture.h"
#include "source/binlog/check.h"
#include "source/binlog/mariadb_stream.h"
#include "source/mariadb_sql.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

void say_error(const Error& error) {
  std::cout << "error " << name(error.code) << " " << error.detail << std::endl;
}

void say_dirty(const DirtyKeys& dirty) {
  for (const auto& [kind, found] : dirty.kinds()) {
    if (found.extent == Extent::kAll) std::cout << "all " << name(kind) << "\n";
    for (const auto& key : found.keys)
      std::cout << "key " << name(kind) << " " << to_hex(to_string(key)) << "\n";
  }
}

void say_wakeups(const Wakeups& wakeups) {
  say_dirty(wakeups.dirty);
  if (wakeups.position) std::cout << "position " << *wakeups.position << "\n";
  std::cout << "rows " << wakeups.rows << "\nend" << std::endl;
}

void say_findings(SqlConnector& sql, const DirtyTranslator& rules, const std::string& database) {
  const auto connection = sql.connect();
  if (!connection) return say_error(connection.error());
  const auto findings = check_binlog(**connection, rules, database);
  if (!findings) return say_error(findings.error());
  for (const auto& finding : *findings)
    std::cout << "finding " << finding.ok << " " << finding.what << " | " << finding.mend << "\n";
  std::cout << "end" << std::endl;
}

// "gtid:…@binlog.000001:1234" → "file:binlog.000001:1234"
std::string by_file(const std::string& position) {
  return "file:" + position.substr(position.find('@') + 1);
}

void obey(const std::string& line, BinlogCapture& capture, bool files) {
  const auto command = line.substr(0, line.find(' '));
  const auto argument = line.size() > command.size() ? line.substr(command.size() + 1) : "";
  if (command == "present") {
    const auto position = capture.present();
    if (!position) return say_error(position.error());
    std::cout << "position " << (files ? by_file(*position) : *position) << std::endl;
  } else if (command == "resume") {
    const auto resumed = capture.resume(argument);
    if (!resumed) return say_error(resumed.error());
    std::cout << "resumed" << std::endl;
  } else if (command == "wait") {
    const auto wakeups = capture.wait(Milliseconds(std::stoi(argument)));
    if (!wakeups) return say_error(wakeups.error());
    say_wakeups(*wakeups);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const SystemClock clock;
  const auto address = mariadb_address(argv[1]);
  const auto mapping = load_mapping(argv[2]);
  if (!address || !mapping) {
    say_error(address ? mapping.error() : address.error());
    return 1;
  }
  const auto sql = mariadb_connector(*address);
  const auto log = mariadb_binlog(*address, static_cast<std::uint32_t>(std::stoul(argv[3])));
  BinlogCapture capture({*mapping, *log, *sql, address->database, clock});
  const DirtyTranslator rules(*mapping);
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "check") {
      say_findings(*sql, rules, address->database);
    } else {
      obey(line, capture, argc > 4);
    }
  }
}
