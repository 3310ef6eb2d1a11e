#include "source/dirty_rules.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/check.h"
#include "source/row_template.h"

namespace chartbell {
namespace {

std::size_t place_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::ranges::find_if(
      names, [&](const std::string& other) { return equal_ignoring_case(other, name); });
  const auto place = static_cast<std::size_t>(found - names.begin());
  if (found == names.end()) names.push_back(name);
  return place;
}

}  // namespace

DirtyTranslator::DirtyTranslator(const Mapping& mapping) {
  for (const auto& resource : mapping.resources)
    for (const auto& rule : resource.dirty) add_rule(resource, rule);
}

void DirtyTranslator::add_rule(const ResourceMapping& resource, const DirtyRule& rule) {
  Rule out{.table = add_table(rule.table),
           .column = 0,
           .kind = resource.kind,
           .key_type = resource.key_type,
           .before_values = {},
           .behind_values = {},
           .resource = &resource};
  out.column = place_of(tables_[out.table].columns, rule.column);
  if (!rule.select.empty()) {
    const auto mark = "(:" + rule.column + ")";
    const auto at = rule.select.find(mark);
    CHECK(at != std::string::npos);  // the mapping's loader saw it
    out.before_values = rule.select.substr(0, at + 1);
    out.behind_values = rule.select.substr(at + mark.size() - 1);
  }
  rules_of_table_[out.table].push_back(rules_.size());
  rules_.push_back(std::move(out));
}

std::size_t DirtyTranslator::add_table(const std::string& name) {
  const auto [found, is_new] = by_name_.emplace(to_lower(name), tables_.size());
  if (is_new) {
    tables_.push_back({name, {}});
    rules_of_table_.emplace_back();
  }
  return found->second;
}

std::optional<std::size_t> DirtyTranslator::find(std::string_view table) const {
  const auto found = by_name_.find(to_lower(table));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

void DirtyTranslator::inserted(std::size_t table, RowImage after) {
  for (const auto rule : rules_of_table_[table]) note(rule, after[rules_[rule].column]);
}

void DirtyTranslator::deleted(std::size_t table, RowImage before) {
  for (const auto rule : rules_of_table_[table]) note(rule, before[rules_[rule].column]);
}

void DirtyTranslator::updated(std::size_t table, RowImage before, RowImage after) {
  for (const auto rule : rules_of_table_[table]) {
    const auto& was = before[rules_[rule].column];
    const auto& is = after[rules_[rule].column];
    note(rule, was);
    const bool same = was.state == is.state && was.text == is.text;
    if (is.state != Cell::State::kAbsent && !same) note(rule, is);
  }
}

void DirtyTranslator::note(std::size_t rule, const Cell& cell) {
  if (cell.state == Cell::State::kNull) return;  // belongs to no row of ours
  const bool readable = cell.state == Cell::State::kText && cell.text.size() <= kValueBytesMax;
  if (!readable) return widen(rules_[rule].kind, Extent::kAll);
  if (rules_[rule].before_values.empty()) return note_key(rules_[rule], cell.text);
  note_value(rule, cell.text);
}

// A key of another type than the mapping says is the reader's to complain about: it finds the row
// when it reads the kind.
void DirtyTranslator::note_key(const Rule& rule, std::string_view text) {
  auto key = foreign_key(text, rule.key_type);
  if (!key) return widen(rule.kind, Extent::kAll);
  dirty_.add(rule.kind, *std::move(key));
}

void DirtyTranslator::note_value(std::size_t rule, std::string_view text) {
  if (whole(rules_[rule].kind)) return;
  auto& values = waiting_[rule];
  if (values.contains(text)) return;
  values.emplace(text);
  if (values.size() > DirtyKeys::kKeysMax) widen(rules_[rule].kind, Extent::kAll);
}

bool DirtyTranslator::whole(ResourceKind kind) const {
  const auto found = dirty_.kinds().find(kind);
  return found != dirty_.kinds().end() && found->second.extent == Extent::kAll;
}

void DirtyTranslator::widen(ResourceKind kind, Extent extent) {
  dirty_.widen(kind, extent);
  if (extent != Extent::kAll) return;
  std::erase_if(waiting_, [&](const auto& entry) { return rules_[entry.first].kind == kind; });
}

void DirtyTranslator::widen(std::size_t table, Extent extent) {
  for (const auto rule : rules_of_table_[table]) widen(rules_[rule].kind, extent);
}

void DirtyTranslator::widen_all(Extent extent) {
  for (const auto& rule : rules_) widen(rule.kind, extent);
}

std::size_t DirtyTranslator::size() const {
  std::size_t out = dirty_.keys();
  for (const auto& [rule, values] : waiting_) out += values.size();
  return out;
}

Result<void> DirtyTranslator::look_up(SqlConnection& connection) {
  while (!waiting_.empty()) {
    const auto first = waiting_.begin();
    TRY_DO(ask(rules_[first->first], connection, first->second));
    waiting_.erase(first);
  }
  return {};
}

Result<void> DirtyTranslator::ask(const Rule& rule, SqlConnection& connection,
                                  const std::set<std::string, std::less<>>& values) {
  std::string list;
  std::size_t count = 0;
  for (const auto& value : values) {
    list += (list.empty() ? "" : ",") + connection.quoted(value);
    if (++count % kBatch != 0) continue;
    TRY_DO(ask_batch(rule, connection, list));
    list.clear();
  }
  if (list.empty()) return {};
  return ask_batch(rule, connection, list);
}

// A system quotes what it does not understand, and the list holds patients' data: the error of the
// same SELECT without values is told instead.
Error DirtyTranslator::refused(const Rule& rule, SqlConnection& connection, const Error& error) {
  if (error.code != Code::kMapping) return error;
  const auto empty = connection.columns(rule.before_values + "NULL" + rule.behind_values);
  if (!empty) return empty.error();
  return {Code::kMapping,
          "the SELECT of a dirty rule is refused with values of table " + tables_[rule.table].name};
}

Result<void> DirtyTranslator::ask_batch(const Rule& rule, SqlConnection& connection,
                                        const std::string& list) {
  const auto rows = connection.query(rule.before_values + list + rule.behind_values);
  if (!rows)
    return std::unexpected(
        within(rule.resource->position, refused(rule, connection, rows.error())));
  while (true) {
    TRY(const bool more, (*rows)->next());
    if (!more) return {};
    const auto text = (*rows)->text(0);
    if (!text) continue;
    auto key = foreign_key(*text, rule.key_type);
    if (!key) return std::unexpected(within(rule.resource->position, key.error()));
    dirty_.add(rule.kind, *std::move(key));
  }
}

DirtyKeys DirtyTranslator::take() {
  CHECK(!asks());
  return std::exchange(dirty_, {});
}

void DirtyTranslator::clear() {
  dirty_ = {};
  waiting_.clear();
}

}  // namespace chartbell
