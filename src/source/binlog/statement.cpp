#include "source/binlog/statement.h"

#include <algorithm>
#include <span>

#include "base/ascii.h"

namespace chartbell {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

// The words of a statement and its quoted names, without comments, texts and signs. What stands in
// a comment that the server executes counts.
class Words {
 public:
  explicit Words(std::string_view sql) : sql_(sql) {}

  // Empty at the end.
  std::string_view next() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (is_word(c)) return word();
      if (c != '`' && c != '"') {
        step(c);
      } else if (const auto name = quoted(c); !name.empty()) {
        return name;
      }
    }
    return {};
  }

 private:
  std::string_view word() {
    const auto start = at_;
    while (at_ < sql_.size() && is_word(sql_[at_])) ++at_;
    return sql_.substr(start, at_ - start);
  }
  std::string_view quoted(char quote) {
    const auto start = at_ + 1;
    const auto close = sql_.find(quote, start);
    at_ = close == std::string_view::npos ? sql_.size() : close + 1;
    return sql_.substr(start, close == std::string_view::npos ? close : close - start);
  }
  // Over one sign, text or comment.
  void step(char c) {
    const auto rest = sql_.substr(at_);
    if (c == '\'') return skip_text();
    if (rest.starts_with("/*!") || rest.starts_with("/*M!")) return skip_version();
    if (rest.starts_with("/*")) return skip_past("*/", 2);
    if (c == '#' || rest.starts_with("-- ") || rest.starts_with("--\n")) return skip_past("\n", 1);
    ++at_;
  }
  void skip_text() {
    for (++at_; at_ < sql_.size() && sql_[at_] != '\''; ++at_)
      if (sql_[at_] == '\\') ++at_;
    ++at_;
  }
  void skip_version() {
    at_ = sql_.find('!', at_) + 1;
    while (at_ < sql_.size() && sql_[at_] >= '0' && sql_[at_] <= '9') ++at_;
  }
  void skip_past(std::string_view end, std::size_t from) {
    const auto found = sql_.find(end, at_ + from);
    at_ = found == std::string_view::npos ? sql_.size() : found + end.size();
  }

  std::string_view sql_;
  std::size_t at_ = 0;
};

constexpr std::string_view kHarmless[] = {"begin",   "start",   "commit",   "rollback", "savepoint",
                                          "release", "analyze", "optimize", "flush",    "grant",
                                          "revoke",  "set",     "use",      "check",    "checksum"};
constexpr std::string_view kForms[] = {"create", "alter", "drop", "rename", "truncate", "repair"};

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::any_of(words, [&](auto known) { return equal_ignoring_case(known, word); });
}

bool names(std::string_view statement, std::string_view name) {
  Words words(statement);
  for (auto word = words.next(); !word.empty(); word = words.next())
    if (equal_ignoring_case(word, name)) return true;
  return false;
}

// DROP DATABASE and the like.
bool is_of_database(std::string_view statement) {
  Words words(statement);
  words.next();
  const auto object = words.next();
  return equal_ignoring_case(object, "database") || equal_ignoring_case(object, "schema");
}

StatementEffect of_form(std::string_view statement, const TableFinder& table_of) {
  StatementEffect out;
  Words words(statement);
  for (auto word = words.next(); !word.empty(); word = words.next())
    if (const auto table = table_of(word)) out.tables.insert(*table);
  return out;
}

// XA COMMIT makes rows visible that the log told of before.
bool is_xa_commit(std::string_view statement) {
  Words words(statement);
  return equal_ignoring_case(words.next(), "xa") && equal_ignoring_case(words.next(), "commit");
}

// SET STATEMENT … FOR goes before any other statement.
bool is_harmless(std::string_view statement, std::string_view verb) {
  if (!is_one_of(kHarmless, verb)) return false;
  Words words(statement);
  return !equal_ignoring_case(words.next(), "set") ||
         !equal_ignoring_case(words.next(), "statement");
}

}  // namespace

StatementEffect effect_of(const QueryEvent& query, std::string_view own_database,
                          const TableFinder& table_of) {
  const auto verb = Words(query.statement).next();
  if (verb.empty() || is_harmless(query.statement, verb)) return {};
  if (equal_ignoring_case(verb, "xa")) return {.everything = is_xa_commit(query.statement)};
  const bool ours = equal_ignoring_case(query.database, own_database);
  if (!ours && !names(query.statement, own_database)) return {};
  const bool form = is_one_of(kForms, verb);
  if (form && !is_of_database(query.statement)) return of_form(query.statement, table_of);
  return {.everything = !form || names(query.statement, own_database)};
}

StatementRole role_of(std::string_view statement) {
  if (equal_ignoring_case(statement, "BEGIN")) return StatementRole::kBegins;
  if (equal_ignoring_case(statement, "COMMIT") || equal_ignoring_case(statement, "ROLLBACK"))
    return StatementRole::kEnds;
  const auto verb = Words(statement).next();
  const bool inside = equal_ignoring_case(verb, "savepoint") ||
                      equal_ignoring_case(verb, "rollback") || equal_ignoring_case(verb, "release");
  return inside ? StatementRole::kInside : StatementRole::kPlain;
}

}  // namespace chartbell
