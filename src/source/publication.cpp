#include "source/publication.h"

#include "source/postgres_link.h"

namespace chartbell {
namespace {

std::string joined(const std::vector<std::string>& tables) {
  std::string out;
  for (const auto& table : tables) out += (out.empty() ? "" : ", ") + table;
  return out;
}

}  // namespace

std::string quoted_identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += c;
    out += c;
  }
  return out + '"';
}

std::string publication_question(const std::string& publication) {
  return "SELECT 1 FROM pg_publication WHERE pubname = " + PostgresLink::quoted(publication);
}

std::string published_question(const std::string& publication, const std::string& table) {
  return "SELECT 1 FROM pg_publication_tables p JOIN pg_class c ON c.relname = p.tablename "
         "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = p.schemaname "
         "WHERE p.pubname = " +
         PostgresLink::quoted(publication) + " AND c.oid = to_regclass(" +
         PostgresLink::quoted(table) + ")";
}

std::string may_publish_question(const std::string& table) {
  return "SELECT pg_has_role(c.relowner, 'USAGE') AND "
         "has_database_privilege(current_database(), 'CREATE') "
         "FROM pg_class c WHERE c.oid = to_regclass(" +
         PostgresLink::quoted(table) + ")";
}

// Changes of a partition count as the table's.
std::string publish_statement(const std::string& publication,
                              const std::vector<std::string>& tables, bool is_there) {
  const auto name = quoted_identifier(publication);
  if (is_there) return "ALTER PUBLICATION " + name + " ADD TABLE " + joined(tables);
  return "CREATE PUBLICATION " + name + " FOR TABLE " + joined(tables) +
         " WITH (publish_via_partition_root = true)";
}

}  // namespace chartbell
