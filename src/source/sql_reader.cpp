#include "source/sql_reader.h"

#include <algorithm>

#include "base/check.h"
#include "base/json_text.h"
#include "source/sql_scalar.h"

namespace chartbell {

// One resource of the mapping with its compiled templates.
struct SqlReader::Plan {
  const ResourceMapping& resource;
  RowTemplate rows;
  std::vector<RowTemplate> children;  // as resource.children
};

namespace {

std::vector<std::pair<std::string, std::string>> constants(const Mapping& mapping,
                                                           InstitutionId institution) {
  return {{"institution_id", to_string(institution)},
          {"foreign_id_type", json_string(mapping.foreign_id_type)}};
}

std::vector<std::string> unmapped(const ResourceMapping& resource) {
  std::vector<std::string> out;
  for (const auto& field : shape_of(resource.kind).fields())
    if (field.origin == Origin::kMapped &&
        std::ranges::find(resource.columns, field.path, &Column::path) == resource.columns.end())
      out.emplace_back(field.path);
  return out;
}

KindRules rules_of(const ResourceMapping& resource) {
  KindRules rules{.kind = resource.kind,
                  .version = resource.version,
                  .on_missing = resource.on_missing,
                  .embedded_patient = resource.embedded_patient,
                  .unmapped = unmapped(resource)};
  rules.has_children = !resource.children.empty();
  if (rules.has_children) rules.child_kind = resource.children.front().kind;
  return rules;
}

std::string filtered(const ResourceMapping& resource, const std::string& condition) {
  std::string sql = resource.select + "\n WHERE ";
  if (!resource.where.empty()) sql += "(" + resource.where + ") AND ";
  return sql + condition;
}

Result<void> same_columns(const std::vector<Column>& wanted, std::size_t found,
                          const std::string& position) {
  if (wanted.size() == found) return {};
  return failure(Code::kMapping, position + ": the SELECT gives " + std::to_string(found) +
                                     " columns where the mapping has " +
                                     std::to_string(wanted.size()));
}

std::unexpected<Error> out_of_order(const ResourceMapping& resource) {
  return failure(Code::kMapping, resource.position +
                                     ": rows do not come in the order of their keys; the key must "
                                     "be unique, and a text key compared by its bytes");
}

bool is_transport(Code code) {
  return retryable(code);
}

}  // namespace

SqlReader::SqlReader(Parts parts)
    : mapping_(parts.mapping),
      connector_(parts.connector),
      context_(parts.mapping, std::move(parts.locations), parts.ids) {
  const auto ours = constants(mapping_, parts.institution);
  for (const auto& resource : mapping_.resources) {
    kinds_.push_back(rules_of(resource));
    Plan plan{resource, RowTemplate(shape_of(resource.kind), resource.columns, mapping_, ours), {}};
    for (const auto& child : resource.children)
      plan.children.emplace_back(shape_of(child.kind), child.columns, mapping_, ours);
    plans_.push_back(std::move(plan));
  }
}

SqlReader::~SqlReader() = default;

const SqlReader::Plan& SqlReader::plan(ResourceKind kind) const {
  const auto found =
      std::ranges::find_if(plans_, [&](const Plan& plan) { return plan.resource.kind == kind; });
  CHECK(found != plans_.end());
  return *found;
}

Result<SqlConnection*> SqlReader::connection() {
  if (connection_ == nullptr) {
    TRY(auto fresh, connector_.connect());
    TRY_DO(check(*fresh));
    connection_ = std::move(fresh);
  }
  return connection_.get();
}

// What was begun ends first: with the rows that are asked for now, or in vain.
Result<std::unique_ptr<SqlRows>> SqlReader::ask(const std::string& sql) {
  TRY(auto* open, connection());
  if (const auto begun = std::exchange(begun_, std::nullopt)) {
    TRY(auto rows, open->finish());
    if (*begun == sql) return rows;
  }
  return open->query(sql);
}

void SqlReader::disconnect() {
  connection_.reset();
  begun_.reset();
}

Result<void> SqlReader::probe() {
  TRY_DO(connection());
  return {};
}

// Runs each SELECT without rows: a table or column that the mapping names and the system lacks is
// found now, not in the middle of a day.
Result<void> SqlReader::check(SqlConnection& connection) const {
  for (const auto& plan : plans_) {
    const auto& resource = plan.resource;
    const auto columns =
        connection.columns(filtered(resource, resource.key + " IS NULL AND 1 = 0"));
    if (!columns) return std::unexpected(within(resource.position, columns.error()));
    TRY_DO(same_columns(resource.columns, columns->size(), resource.position));
    for (std::size_t i = 0; i < resource.children.size(); ++i) {
      const auto child_columns = connection.columns(child_select(plan, i, "NULL"));
      if (!child_columns) return std::unexpected(within(resource.position, child_columns.error()));
      TRY_DO(same_columns(resource.children[i].columns, child_columns->size(), resource.position));
    }
  }
  return {};
}

std::string SqlReader::date_at(WallTime time) const {
  const auto local = context_.default_location().zone.to_local(time);
  return to_date_text(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(local)));
}

Result<FreshChunk> SqlReader::read_after(ResourceKind kind, const std::optional<ForeignKey>& after,
                                         std::size_t limit) {
  const auto& found = plan(kind);
  TRY(const auto condition, behind(found, after));
  FreshChunk chunk;
  TRY(auto* open, connection());
  TRY(chunk.rows, read(found, open->first_rows(filtered(found.resource, condition) + " ORDER BY " +
                                                   found.resource.key,
                                               limit)));
  chunk.last = chunk.rows.size() < limit;
  return chunk;
}

Result<std::string> SqlReader::behind(const Plan& plan, const std::optional<ForeignKey>& after) {
  TRY(const auto* open, connection());
  const auto& key = plan.resource.key;
  return after ? key + " > " + literal(*open, *after) : key + " IS NOT NULL";
}

// The mapping's own SELECT as a table of which one column is wanted: servers look at no other, nor
// at tables that were joined for one.
Result<KeyChunk> SqlReader::read_key_list(ResourceKind kind, const std::optional<ForeignKey>& after,
                                          std::size_t limit) {
  const auto& found = plan(kind);
  TRY(const auto condition, behind(found, after));
  TRY(const auto* open, connection());
  const auto list = "SELECT q.\"@key\" FROM (" + filtered(found.resource, condition) +
                    ") AS q ORDER BY q.\"@key\"";
  auto keys = keys_of(found, open->first_rows(list, limit));
  if (!keys) return std::unexpected(without_connection(keys.error()));
  const bool last = keys->size() < limit;
  return KeyChunk{*std::move(keys), last};
}

Result<std::vector<ForeignKey>> SqlReader::keys_of(const Plan& plan, const std::string& sql) {
  TRY(const auto rows, ask(sql));
  std::vector<ForeignKey> out;
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return out;
    TRY(auto key, foreign_key(rows->text(0).value_or(""), plan.resource.key_type));
    if (!out.empty() && !(out.back() < key)) return out_of_order(plan.resource);
    out.push_back(std::move(key));
  }
}

Result<std::string> SqlReader::key_list(std::span<const ForeignKey> keys) {
  TRY(auto* open, connection());
  std::string out;
  for (const auto& key : keys) out += (out.empty() ? "" : ",") + literal(*open, key);
  return out;
}

Result<std::vector<FreshResource>> SqlReader::read_keys(ResourceKind kind,
                                                        std::span<const ForeignKey> keys) {
  if (keys.empty()) return std::vector<FreshResource>();
  TRY(const auto list, key_list(keys));
  const auto& found = plan(kind);
  const auto& key = found.resource.key;
  return read(found, filtered(found.resource, key + " IN (" + list + ") ORDER BY " + key));
}

Result<std::vector<FreshResource>> SqlReader::read(const Plan& plan, const std::string& sql) {
  std::vector<FreshResource> out;
  const auto walk = [&]() -> Result<void> {
    TRY(const auto rows, ask(sql));
    while (true) {
      TRY(const bool more, rows->next());
      if (!more) return {};
      TRY(auto key, foreign_key(rows->text(0).value_or(""), plan.resource.key_type));
      if (!out.empty() && !(out.back().key < key)) return out_of_order(plan.resource);
      TRY(auto rendered, plan.rows.render(*rows, context_));
      out.push_back({std::move(key), rendered.location, Document(std::move(rendered.text))});
    }
  };
  if (const auto done = walk(); !done) return std::unexpected(without_connection(done.error()));
  return out;
}

Result<std::vector<FreshChild>> SqlReader::read_children(ResourceKind kind,
                                                         std::span<const ForeignKey> parents) {
  std::vector<FreshChild> out;
  const auto& found = plan(kind);
  if (parents.empty()) return out;
  TRY(const auto list, key_list(parents));
  for (std::size_t i = 0; i < found.children.size(); ++i) {
    const auto done = read_child(found, i, list, out);
    if (!done) return std::unexpected(without_connection(done.error()));
  }
  return out;
}

std::string SqlReader::child_select(const Plan& plan, std::size_t index, const std::string& keys) {
  std::string sql = plan.resource.children[index].select;
  return sql.replace(sql.find(":keys"), 5, keys);
}

// An error is told to whoever reads them.
void SqlReader::expect_children(ResourceKind kind, std::span<const ForeignKey> parents) {
  const auto& found = plan(kind);
  if (parents.empty() || found.children.empty()) return;
  const auto list = key_list(parents);
  if (!list) return;
  auto sql = child_select(found, 0, *list);
  if (begun_ && !connection_->finish()) return disconnect();
  begun_.reset();
  if (connection_->begin(sql)) begun_ = std::move(sql);
}

Result<void> SqlReader::read_child(const Plan& plan, std::size_t index, const std::string& keys,
                                   std::vector<FreshChild>& out) {
  TRY(const auto rows, ask(child_select(plan, index, keys)));
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return {};
    TRY(auto parent, foreign_key(rows->text(0).value_or(""), plan.resource.key_type));
    TRY(auto key, foreign_key(rows->text(1).value_or(""), KeyType::kInteger));
    TRY(auto rendered, plan.children[index].render(*rows, context_));
    out.push_back({std::move(parent), std::move(key), Document(std::move(rendered.text))});
  }
}

// After a transport error the next read connects anew.
Error SqlReader::without_connection(const Error& error) {
  if (is_transport(error.code)) disconnect();
  return error;
}

}  // namespace chartbell
