#include "practice_writer.h"

#include <cstdlib>

#include "measure.h"

namespace chartbell {
namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

PracticeWriter::PracticeWriter(const std::string& url)
    : connection_(must(open_mariadb(must(mariadb_address(url)), kPatience))) {}

void PracticeWriter::run(const std::string& sql) {
  if (mysql_real_query(connection_.get(), sql.data(), sql.size()) == 0) return;
  std::fprintf(stderr, "bench: %s\n", mysql_error(connection_.get()));
  std::exit(1);
}

void PracticeWriter::change(std::int64_t appointment, const std::string& note) {
  run("UPDATE appointment SET Note = '" + note + "' WHERE AptNum = " + std::to_string(appointment));
}

void PracticeWriter::add(std::int64_t appointment, const std::string& note) {
  run("INSERT INTO appointment (AptNum, PatNum, AptStatus, Pattern, Confirmed, Op, Note, ProvNum,"
      " AptDateTime, SecDateTEntry) VALUES (" +
      std::to_string(appointment) + ", 1, 1, '//XXXX//', 24, 1, '" + note +
      "', 1, '2031-07-01 09:00:00', '2026-01-01')");
}

std::int64_t PracticeWriter::last_appointment() {
  run("SELECT MAX(AptNum) FROM appointment");
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> rows(
      mysql_store_result(connection_.get()), &mysql_free_result);
  const auto row = mysql_fetch_row(rows.get());
  return std::atoll(row[0]);
}

}  // namespace chartbell
