#include "source/sql_writer.h"

#include <algorithm>

#include "base/log.h"

namespace chartbell {
namespace {

using Kind = WriteAnswer::Kind;

constexpr std::size_t kFoundMax = 100;

// Nothing has been sent. A folder may be there again later; a path that cannot be never.
WriteAnswer unput(const Error& error) {
  log_warning("file_not_written", {{"reason", name(error.code)}});
  return {error.code == Code::kInvalid ? Kind::kRefused : Kind::kNotSent};
}

}  // namespace

SqlWriter::SqlWriter(const Mapping& mapping, SqlConnector& connector,
                     std::vector<SourceLocation> locations, FileShelf* shelf)
    : mapping_(mapping), connector_(connector), locations_(std::move(locations)), shelf_(shelf) {}

SqlWriter::~SqlWriter() = default;

bool SqlWriter::takes(ResourceKind kind, WriteAction action) const {
  const auto* mapping = mapping_.find(kind, action);
  return mapping != nullptr && (mapping->file.empty() || shelf_ != nullptr);
}

bool SqlWriter::takes(ResourceKind kind, WriteAction action, std::string_view path) const {
  return takes(kind, action) && mapping_.find(kind, action)->takes(path);
}

// ---- writing ------------------------------------------------------------------------------------

void SqlWriter::write(WriteOrder order, std::function<void(WriteAnswer)> done) {
  const auto* mapping = mapping_.find(order.kind, order.action);
  if (mapping == nullptr) return done({Kind::kRefused});
  const auto alone = is_alone(*mapping, order);
  if (!alone || !*alone) return done({Kind::kNotSent});
  if (const auto put = put_file(*mapping, order); !put) return done(unput(put.error()));
  const auto answer = run_all(*mapping, order);
  if (answer.kind == Kind::kRefused || answer.kind == Kind::kNotSent) drop_file(*mapping, order);
  done(answer);
}

WriteAnswer SqlWriter::run_all(const WriteMapping& mapping, const WriteOrder& order) {
  if (!run("BEGIN")) return {Kind::kNotSent};
  const auto key = transaction(mapping, order);
  return key ? written(order, *key) : undone(order, key.error());
}

Result<std::optional<std::string>> SqlWriter::transaction(const WriteMapping& mapping,
                                                          const WriteOrder& order) {
  std::optional<std::string> first;
  for (const auto& statement : mapping.statements) {
    TRY(const auto sql, rendered(statement, mapping, order));
    TRY(first, run(sql));
  }
  TRY_DO(run("COMMIT"));
  return first;
}

WriteAnswer SqlWriter::written(const WriteOrder& order,
                               const std::optional<std::string>& key) const {
  if (order.action == WriteAction::kChange) return {Kind::kWritten, order.key};
  const auto parsed = foreign_key(key.value_or(""), key_type(order.kind));
  // Written, but who is it: it is looked for.
  return parsed ? WriteAnswer{Kind::kWritten, *parsed} : WriteAnswer{Kind::kUnsure};
}

// The system's own words may hold what was to be written, so its code alone is told.
WriteAnswer SqlWriter::undone(const WriteOrder& order, const Error& error) {
  log_warning("write_undone", {{"resource", name(order.kind)},
                               {"action", name(order.action)},
                               {"reason", name(error.code)}});
  if (connection_ == nullptr) return {Kind::kUnsure};
  if (!run("ROLLBACK")) {
    connection_.reset();
    return {Kind::kUnsure};
  }
  // A right that is missing is the operator's to give; until then it is as if nobody were there.
  const bool may_later = retryable(error.code) || error.code == Code::kUnauthorized;
  return {may_later ? Kind::kNotSent : Kind::kRefused};
}

// ---- files of documents -------------------------------------------------------------------------

// Empty where the write has none.
Result<FilePath> SqlWriter::file_path(const WriteMapping& mapping, const WriteOrder& order) const {
  return mapping.file.render(order, location(order.location).foreign_id);
}

Result<void> SqlWriter::put_file(const WriteMapping& mapping, const WriteOrder& order) {
  if (mapping.file.empty()) return {};
  if (shelf_ == nullptr) return failure(Code::kUnreachable, "there is no write_folder any more");
  TRY(const auto path, file_path(mapping, order));
  return shelf_->put(path, order.file.expose());
}

// Without `alone` an earlier attempt's row may still come, and would be without its file.
void SqlWriter::drop_file(const WriteMapping& mapping, const WriteOrder& order) {
  if (mapping.file.empty() || mapping.alone.empty() || shelf_ == nullptr) return;
  const auto path = file_path(mapping, order);
  if (path && !shelf_->remove(*path)) log_warning("file_not_removed", {});
}

// ---- looking ------------------------------------------------------------------------------------

void SqlWriter::find(WriteOrder order, std::function<void(Result<FoundRows>)> done) {
  done(found(order));
}

Result<FoundRows> SqlWriter::found(const WriteOrder& order) {
  const auto* mapping = mapping_.find(order.kind, order.action);
  if (mapping == nullptr || mapping->find.empty()) return FoundRows{{}, true};
  TRY(const bool alone, is_alone(*mapping, order));
  if (!alone) return failure(Code::kTimeout, "the session before is still writing");
  TRY(const auto sql, rendered(mapping->find, *mapping, order));
  TRY(auto* open, connection());
  const auto rows = open->query(sql);
  if (!rows) return std::unexpected(dropped(rows.error()));
  FoundRows out{.keys = {}, .final = !mapping->alone.empty()};
  while (out.keys.size() < kFoundMax) {
    const auto more = (*rows)->next();
    if (!more) return std::unexpected(dropped(more.error()));
    if (!*more) break;
    TRY(auto key, foreign_key((*rows)->text(0).value_or(""), key_type(order.kind)));
    out.keys.push_back(std::move(key));
  }
  return out;
}

void SqlWriter::probe(std::function<void(Result<void>)> done) {
  const auto answer = run("SELECT 1");
  done(answer ? Result<void>() : Result<void>(std::unexpected(answer.error())));
}

// ---- the connection -----------------------------------------------------------------------------

Result<SqlConnection*> SqlWriter::connection() {
  if (connection_ == nullptr) {
    TRY(connection_, connector_.connect());
  }
  return connection_.get();
}

Error SqlWriter::dropped(const Error& error) {
  if (error.code == Code::kUnreachable) connection_.reset();
  return error;
}

// The first value of the first row, all rows being walked.
Result<std::optional<std::string>> SqlWriter::run(const std::string& sql) {
  TRY(auto* open, connection());
  const auto rows = open->query(sql);
  if (!rows) return std::unexpected(dropped(rows.error()));
  std::optional<std::string> first;
  while (true) {
    const auto more = (*rows)->next();
    if (!more) return std::unexpected(dropped(more.error()));
    if (!*more) return first;
    if (!first) first = (*rows)->text(0);
  }
}

Result<bool> SqlWriter::is_alone(const WriteMapping& mapping, const WriteOrder& order) {
  if (mapping.alone.empty()) {
    TRY_DO(connection());
    return true;
  }
  TRY(const auto sql, rendered(mapping.alone, mapping, order));
  TRY(const auto answer, run(sql));
  return answer == "1" || answer == "t";
}

Result<std::string> SqlWriter::rendered(const SqlTemplate& statement, const WriteMapping& mapping,
                                        const WriteOrder& order) {
  const auto& place = location(order.location);
  TRY(const auto* open, connection());
  std::string path;
  if (statement.takes_path() && shelf_ != nullptr) {
    TRY(const auto below, file_path(mapping, order));
    path = shelf_->whole_path(below);
  }
  return statement.render(
      order,
      {.location_key = place.foreign_id, .zone = place.zone, .connection = *open, .path = path});
}

const SourceLocation& SqlWriter::location(LocationId id) const {
  const auto found = std::ranges::find(locations_, id, &SourceLocation::id);
  return found == locations_.end() ? locations_.front() : *found;
}

KeyType SqlWriter::key_type(ResourceKind kind) const {
  const auto* resource = mapping_.find(kind);
  return resource == nullptr ? KeyType::kInteger : resource->key_type;
}

}  // namespace chartbell
