#include "source/mapping.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <toml++/toml.h>

#include "base/ascii.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json_text.h"
#include "source/alias.h"

namespace chartbell {
namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;

// Reads one mapping file; every error carries the place in it.
class Parser {
 public:
  // `folder` is where an included mapping lies.
  Parser(std::string_view text, const std::string& file, std::filesystem::path folder = {})
      : text_(text), file_(file), folder_(std::move(folder)) {}

  Result<Mapping> parse();

 private:
  Result<Mapping> read(const toml::table& root);
  Result<Mapping> read_including(const toml::table& root);
  using Position = toml::source_position;

  std::unexpected<Error> fault(Position at, std::string what) const {
    return failure(Code::kMapping, file_ + ":" + std::to_string(at.line) + ":" +
                                       std::to_string(at.column) + ": " + std::move(what));
  }
  Result<void> known_keys(const toml::table& table, std::initializer_list<std::string_view> keys);
  Result<std::string> text(const toml::table& table, std::string_view key, bool required);
  Result<std::vector<std::string>> texts(const toml::table& table, std::string_view key);
  // Null where the key is not set.
  Result<const toml::table*> optional_table(const toml::table& table, std::string_view key);
  Result<void> source(const toml::table& root, Mapping& mapping);
  Result<void> code_lists(const toml::table& root, Mapping& mapping);
  Result<void> stamps(const toml::table& root, Mapping& mapping);
  Result<ResourceMapping> resource(const toml::table& table, const Mapping& mapping);
  Result<std::vector<Column>> columns(const toml::table& table, const Shape& shape,
                                      const Mapping& mapping);
  Result<void> check_columns(const toml::table& table, const std::vector<Column>& columns,
                             std::string_view first);
  Result<void> dirty_rules(const toml::table& table, ResourceMapping& out);
  Result<void> static_tables(const toml::table& table, ResourceMapping& out);
  Result<void> on_missing(const toml::table& table, ResourceMapping& out);
  Result<void> embed(const toml::table& table, ResourceMapping& out);
  Result<ChildMapping> child(const toml::table& table, const Mapping& mapping);
  Result<void> children(const toml::table& table, const Mapping& mapping, ResourceMapping& out);
  Result<void> writes(const toml::table& root, Mapping& mapping);
  Result<WriteMapping> write(const toml::table& table, const Mapping& mapping);
  Result<void> document(const toml::table& table, WriteMapping& out);
  Result<void> optional_template(const toml::table& table, std::string_view key, ResourceKind kind,
                                 SqlTemplate& out);
  Result<SqlTemplate> sql_template(const toml::node& node, const std::string& sql,
                                   ResourceKind kind);

  Position place_in_select(const toml::node& select, std::string_view select_text,
                           std::size_t offset) const;

  std::string_view text_;
  std::string file_;
  const std::filesystem::path folder_;
};

std::string joined(std::initializer_list<std::string_view> words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

// A number, boolean or text of the file as JSON.
std::optional<std::string> json_of(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* text = node.as_string())
    return text->get().starts_with('@') ? text->get() : json_string(text->get());
  return std::nullopt;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

Result<Mapping> Parser::parse() {
  toml::table root;
  try {
    root = toml::parse(text_, file_);
  } catch (const toml::parse_error& error) {
    return fault(error.source().begin,
                 std::string(error.description()) + "; check the quotes and brackets before it");
  }
  return read(root);
}

// Reads like another mapping, and writes in its own way.
Result<Mapping> Parser::read_including(const toml::table& root) {
  TRY_DO(known_keys(root, {"include", "write"}));
  TRY(const auto name, text(root, "include", true));
  const auto at = root.get("include")->source().begin;
  if (folder_.empty() || std::filesystem::path(name).filename() != name || name == file_)
    return fault(at, "\"include\" names another mapping of the same folder");
  TRY(auto mapping, load_mapping((folder_ / name).string()));
  mapping.writes.clear();
  TRY_DO(writes(root, mapping));
  return mapping;
}

Result<Mapping> Parser::read(const toml::table& root) {
  if (root.contains("include")) return read_including(root);
  TRY_DO(known_keys(root, {"source", "enum", "stamp", "resource", "write"}));
  Mapping mapping;
  TRY_DO(source(root, mapping));
  TRY_DO(code_lists(root, mapping));
  const auto* resources = root["resource"].as_array();
  if (resources == nullptr) return fault({1, 1}, "no [[resource]] in the mapping");
  for (const auto& node : *resources) {
    if (!node.is_table()) return fault(node.source().begin, "[[resource]] must be a table");
    TRY(auto read, resource(*node.as_table(), mapping));
    if (mapping.find(read.kind) != nullptr)
      return fault(node.source().begin, "a second resource of this kind");
    mapping.resources.push_back(std::move(read));
  }
  TRY_DO(stamps(root, mapping));
  TRY_DO(writes(root, mapping));
  const bool embeds = std::ranges::any_of(
      mapping.resources, [](const auto& resource) { return !resource.embedded_patient.empty(); });
  if (embeds && mapping.find(ResourceKind::kPatient) == nullptr)
    return fault({1, 1}, "a patient is embedded, but no [[resource]] has the kind \"patient\"");
  return mapping;
}

Result<void> Parser::known_keys(const toml::table& table,
                                std::initializer_list<std::string_view> keys) {
  for (const auto& [key, node] : table)
    if (std::ranges::find(keys, key.str()) == keys.end())
      return fault(key.source().begin,
                   "unknown key \"" + std::string(key.str()) + "\"; known here: " + joined(keys));
  return {};
}

Result<std::string> Parser::text(const toml::table& table, std::string_view key, bool required) {
  const auto* node = table.get(key);
  if (node == nullptr) {
    if (!required) return std::string();
    return fault(table.source().begin, "\"" + std::string(key) + "\" is missing");
  }
  const auto* value = node->as_string();
  if (value == nullptr || (required && value->get().empty()))
    return fault(node->source().begin, "\"" + std::string(key) + "\" must be a text");
  return value->get();
}

Result<std::vector<std::string>> Parser::texts(const toml::table& table, std::string_view key) {
  std::vector<std::string> out;
  const auto* node = table.get(key);
  if (node == nullptr) return out;
  const auto* array = node->as_array();
  if (array == nullptr) return fault(node->source().begin, "must be a list of texts");
  for (const auto& item : *array) {
    if (!item.is_string()) return fault(item.source().begin, "must be a text");
    out.push_back(item.as_string()->get());
  }
  return out;
}

Result<const toml::table*> Parser::optional_table(const toml::table& table, std::string_view key) {
  const auto* node = table.get(key);
  if (node == nullptr || node->is_table()) return node == nullptr ? nullptr : node->as_table();
  return fault(node->source().begin, "\"" + std::string(key) + "\" must be a table");
}

Result<void> Parser::source(const toml::table& root, Mapping& mapping) {
  const auto* table = root["source"].as_table();
  if (table == nullptr) return fault({1, 1}, "no [source] in the mapping");
  TRY_DO(known_keys(*table, {"name", "display_name", "emr_type", "foreign_id_type", "null_date",
                             "version_select"}));
  TRY(mapping.name, text(*table, "name", true));
  TRY(mapping.display_name, text(*table, "display_name", true));
  TRY(mapping.emr_type, texts(*table, "emr_type"));
  TRY(mapping.foreign_id_type, text(*table, "foreign_id_type", true));
  TRY(mapping.null_date, text(*table, "null_date", false));
  TRY(mapping.version_select, text(*table, "version_select", false));
  return {};
}

Result<void> Parser::code_lists(const toml::table& root, Mapping& mapping) {
  TRY(const auto* lists, optional_table(root, "enum"));
  if (lists == nullptr) return {};
  for (const auto& [list, node] : *lists) {
    if (!node.is_table()) return fault(node.source().begin, "a code list is a table");
    for (const auto& [code, value] : *node.as_table()) {
      if (!value.is_string()) return fault(value.source().begin, "a code stands for a text");
      mapping.code_lists[std::string(list.str())][std::string(code.str())] =
          value.as_string()->get();
    }
  }
  return {};
}

Result<void> Parser::stamps(const toml::table& root, Mapping& mapping) {
  TRY(const auto* stamps, optional_table(root, "stamp"));
  if (stamps == nullptr) return {};
  for (const auto& [table, column] : *stamps) {
    if (!column.is_string() || column.as_string()->get().empty())
      return fault(column.source().begin, "a stamp is the name of a column");
    const auto is_it = [&](const DirtyRule& rule) {
      return equal_ignoring_case(rule.table, table.str());
    };
    const bool used = std::ranges::any_of(mapping.resources, [&](const auto& resource) {
      return std::ranges::any_of(resource.dirty, is_it);
    });
    if (!used)
      return fault(table.source().begin,
                   "no dirty rule names the table \"" + std::string(table.str()) + "\"");
    mapping.stamps[to_lower(table.str())] = column.as_string()->get();
  }
  return {};
}

Result<ResourceMapping> Parser::resource(const toml::table& table, const Mapping& mapping) {
  TRY_DO(known_keys(table, {"kind", "key", "key_type", "select", "where", "dirty", "static",
                            "on_missing", "embed", "child"}));
  ResourceMapping out;
  TRY(const auto kind, text(table, "kind", true));
  const auto known = resource_kind(kind);
  if (!known)
    return fault(table.get("kind")->source().begin,
                 "no kind of resource \"" + kind + "\"; known: " + known_resource_kinds());
  if (*known == ResourceKind::kDocument)
    return fault(table.get("kind")->source().begin,
                 "documents are not read from record systems, nor written by SQL");
  out.kind = *known;
  TRY(out.key, text(table, "key", true));
  TRY(const auto key_type, text(table, "key_type", false));
  if (!key_type.empty() && key_type != "integer" && key_type != "text")
    return fault(table.get("key_type")->source().begin, "key_type is \"integer\" or \"text\"");
  out.key_type = key_type == "text" ? KeyType::kText : KeyType::kInteger;
  TRY(out.select, text(table, "select", true));
  TRY(out.where, text(table, "where", false));
  TRY(out.columns, columns(table, shape_of(out.kind), mapping));
  TRY_DO(check_columns(table, out.columns, "@key"));
  TRY_DO(dirty_rules(table, out));
  TRY_DO(static_tables(table, out));
  TRY_DO(on_missing(table, out));
  TRY_DO(embed(table, out));
  TRY_DO(children(table, mapping, out));
  const auto at = table.source().begin;
  out.position = file_ + ":" + std::to_string(at.line);
  std::ostringstream rendering;
  rendering << toml::toml_formatter(table) << mapping.foreign_id_type << mapping.null_date;
  for (const auto& [list, codes] : mapping.code_lists)
    for (const auto& [code, value] : codes) rendering << list << code << value;
  out.version = to_hex(sha256(rendering.str())).substr(0, 16);
  return out;
}

Parser::Position Parser::place_in_select(const toml::node& select, std::string_view select_text,
                                         std::size_t offset) const {
  // A text of several lines stands in the file as it is, so it can be found there again, behind
  // where its value begins: another resource's SELECT may begin alike.
  std::size_t from = 0;
  for (auto line = select.source().begin.line; line > 1; --line) from = text_.find('\n', from) + 1;
  const auto begin = text_.find(select_text.substr(0, offset + 1), from);
  if (begin == std::string_view::npos) return select.source().begin;
  const auto before = text_.substr(0, begin + offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<toml::source_index>(line),
          static_cast<toml::source_index>(before.size() - line_start + 1)};
}

Result<std::vector<Column>> Parser::columns(const toml::table& table, const Shape& shape,
                                            const Mapping& mapping) {
  const toml::node& select = *table.get("select");
  const std::string& sql = select.as_string()->get();
  std::size_t offset = 0;
  const auto aliases = aliases_of(sql, &offset);
  if (!aliases) return fault(place_in_select(select, sql, offset), aliases.error().detail);
  std::vector<Column> out;
  for (const auto& alias : *aliases) {
    auto column = parse_alias(alias.text, shape);
    const auto at = place_in_select(select, sql, alias.offset);
    if (!column) return fault(at, column.error().detail);
    if (column->conversion == Conversion::kEnum && !mapping.code_lists.contains(column->code_list))
      return fault(at, "no code list; add [enum." + column->code_list + "] to the mapping");
    const bool twice = std::ranges::any_of(out, [&](const Column& c) {
      return c.path == column->path && column->conversion != Conversion::kPlusMinutes;
    });
    if (twice) return fault(at, "\"" + column->path + "\" is selected twice");
    out.push_back(*std::move(column));
  }
  return out;
}

Result<void> Parser::check_columns(const toml::table& table, const std::vector<Column>& columns,
                                   std::string_view first) {
  const auto at = table.get("select")->source().begin;
  if (columns.empty() || columns.front().path != first)
    return fault(at, "the first column must be \"" + std::string(first) + "\"");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].conversion != Conversion::kPlusMinutes) continue;
    if (i == 0 || columns[i - 1].path != columns[i].path)
      return fault(
          at, "\"" + columns[i].path + ":plus_minutes\" must follow the time of the same path");
  }
  return {};
}

Result<void> Parser::dirty_rules(const toml::table& table, ResourceMapping& out) {
  TRY(const auto rules, texts(table, "dirty"));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto at = table["dirty"].as_array()->get(i)->source().begin;
    const auto arrow = rules[i].find("->");
    const auto colon = rules[i].find(':');
    DirtyRule rule;
    if (arrow != std::string::npos) {
      rule.table = trimmed(rules[i].substr(0, arrow));
      rule.select = trimmed(rules[i].substr(arrow + 2));
      const auto mark = rule.select.find("(:");
      const auto close = rule.select.find(')', mark);
      if (mark == std::string::npos || close == std::string::npos)
        return fault(at, "the SELECT of a dirty rule names the changed column as (:Column)");
      rule.column = rule.select.substr(mark + 2, close - mark - 2);
    } else if (colon != std::string::npos) {
      rule.table = trimmed(rules[i].substr(0, colon));
      rule.column = trimmed(rules[i].substr(colon + 1));
    }
    if (rule.table.empty() || rule.column.empty())
      return fault(at, "a dirty rule is \"table: Column\" or \"table -> SELECT … IN (:Column)\"");
    out.dirty.push_back(std::move(rule));
  }
  return {};
}

// Every table that a SELECT joins must wake the resource up, or be declared not to.
Result<void> Parser::static_tables(const toml::table& table, ResourceMapping& out) {
  TRY(out.static_tables, texts(table, "static"));
  for (const auto& name : tables_of(out.select)) {
    const auto is_it = [&](std::string_view other) { return equal_ignoring_case(name, other); };
    if (std::ranges::any_of(out.dirty, is_it, &DirtyRule::table) ||
        std::ranges::any_of(out.static_tables, is_it))
      continue;
    return fault(table.get("select")->source().begin,
                 "table \"" + name + "\" needs a dirty rule, or a place in `static`");
  }
  return {};
}

Result<void> Parser::on_missing(const toml::table& table, ResourceMapping& out) {
  TRY(const auto* rules, optional_table(table, "on_missing"));
  if (rules == nullptr) return {};
  for (const auto& [path, value] : *rules) {
    const auto at = path.source().begin;
    if (!shape_of(out.kind).index_of(path.str()))
      return fault(at, shape_of(out.kind).no_such_field(path.str()));
    const auto json = json_of(value);
    if (!json || (json->starts_with('@') && *json != "@today"))
      return fault(value.source().begin, "a text, number, true, false or \"@today\" is wanted");
    out.on_missing.emplace_back(path.str(), *json);
  }
  return {};
}

Result<void> Parser::embed(const toml::table& table, ResourceMapping& out) {
  TRY(const auto* embedded, optional_table(table, "embed"));
  if (embedded == nullptr) return {};
  TRY_DO(known_keys(*embedded, {"patient"}));
  TRY(out.embedded_patient, text(*embedded, "patient", true));
  if (!shape_of(out.kind).index_of(out.embedded_patient))
    return fault(embedded->source().begin, shape_of(out.kind).no_such_field(out.embedded_patient));
  return {};
}

Result<ChildMapping> Parser::child(const toml::table& table, const Mapping& mapping) {
  TRY_DO(known_keys(table, {"into", "kind", "select"}));
  ChildMapping out;
  TRY(out.into, text(table, "into", true));
  TRY(const auto kind, text(table, "kind", true));
  const auto known = resource_kind(kind);
  if (!known)
    return fault(table.get("kind")->source().begin,
                 "no kind of resource \"" + kind + "\"; known: " + known_resource_kinds());
  out.kind = *known;
  TRY(out.select, text(table, "select", true));
  if (out.select.find(":keys") == std::string::npos)
    return fault(table.get("select")->source().begin,
                 "a child's SELECT names its parents: … IN (:keys)");
  TRY(out.columns, columns(table, shape_of(out.kind), mapping));
  TRY_DO(check_columns(table, out.columns, "@parent"));
  if (out.columns.size() < 2 || out.columns[1].path != "@key")
    return fault(table.get("select")->source().begin, "the second column must be \"@key\"");
  return out;
}

Result<void> Parser::children(const toml::table& table, const Mapping& mapping,
                              ResourceMapping& out) {
  const auto* children = table.get("child");
  if (children == nullptr) return {};
  const auto* list = children->as_array();
  if (list == nullptr)
    return fault(children->source().begin, "\"child\" must be a list: [[resource.child]]");
  for (const auto& node : *list) {
    if (!node.is_table()) return fault(node.source().begin, "[[resource.child]] must be a table");
    TRY(auto read, child(*node.as_table(), mapping));
    out.children.push_back(std::move(read));
  }
  return {};
}

Result<void> Parser::writes(const toml::table& root, Mapping& mapping) {
  const auto* node = root.get("write");
  if (node == nullptr) return {};
  const auto* list = node->as_array();
  if (list == nullptr) return fault(node->source().begin, "\"write\" must be a list: [[write]]");
  for (const auto& item : *list) {
    if (!item.is_table()) return fault(item.source().begin, "[[write]] must be a table");
    TRY(auto read, write(*item.as_table(), mapping));
    mapping.writes.push_back(std::move(read));
  }
  return {};
}

Result<WriteMapping> Parser::write(const toml::table& table, const Mapping& mapping) {
  TRY_DO(known_keys(table, {"kind", "action", "statements", "find", "alone", "file"}));
  WriteMapping out;
  const auto at = table.source().begin;
  TRY(const auto kind, text(table, "kind", true));
  const auto known = resource_kind(kind);
  const bool read = known && (*known == ResourceKind::kDocument || mapping.find(*known) != nullptr);
  if (!read)
    return fault(table.get("kind")->source().begin,
                 "what is written must be read too: no [[resource]] of the kind \"" + kind + "\"");
  out.kind = *known;
  TRY(const auto action, text(table, "action", true));
  if (action != "create" && action != "change")
    return fault(table.get("action")->source().begin, "action is \"create\" or \"change\"");
  out.action = action == "create" ? WriteAction::kCreate : WriteAction::kChange;
  if (mapping.find(out.kind, out.action) != nullptr)
    return fault(at, "a second [[write]] of this kind and action");
  TRY(const auto statements, texts(table, "statements"));
  if (statements.empty()) return fault(at, "\"statements\" is missing");
  for (std::size_t i = 0; i < statements.size(); ++i) {
    TRY(auto parsed,
        sql_template(*table["statements"].as_array()->get(i), statements[i], out.kind));
    out.statements.push_back(std::move(parsed));
  }
  TRY_DO(optional_template(table, "find", out.kind, out.find));
  TRY_DO(optional_template(table, "alone", out.kind, out.alone));
  if (out.kind == ResourceKind::kDocument) {
    TRY_DO(document(table, out));
  } else if (const auto* file = table.get("file")) {
    return fault(file->source().begin, "\"file\" is for documents alone");
  }
  if (out.action == WriteAction::kCreate && out.find.empty())
    return fault(at,
                 "a \"create\" needs a \"find\": what an attempt without an answer has written");
  out.position = file_ + ":" + std::to_string(at.line);
  return out;
}

// What writes of documents have of their own.
Result<void> Parser::document(const toml::table& table, WriteMapping& out) {
  const auto at = table.source().begin;
  if (out.action == WriteAction::kChange)
    return fault(at, "documents are created and not changed: action = \"create\"");
  if (out.find.takes_bytes() || out.alone.takes_bytes())
    return fault(at,
                 "\"find\" and \"alone\" are asked without the document's bytes: "
                 "{@stored_name} is what its row is known by");
  TRY(const auto file, text(table, "file", false));
  if (!file.empty()) {
    auto parsed = FileTemplate::parse(file);
    if (!parsed) return fault(table.get("file")->source().begin, parsed.error().detail);
    out.file = *std::move(parsed);
  }
  const auto takes_path = [](const SqlTemplate& statement) { return statement.takes_path(); };
  if (out.file.empty() && std::ranges::any_of(out.statements, takes_path))
    return fault(at, "{@path} is that of a file: \"file\" is missing");
  return {};
}

Result<void> Parser::optional_template(const toml::table& table, std::string_view key,
                                       ResourceKind kind, SqlTemplate& out) {
  TRY(const auto sql, text(table, key, false));
  if (sql.empty()) return {};
  TRY(out, sql_template(*table.get(key), sql, kind));
  return {};
}

Result<SqlTemplate> Parser::sql_template(const toml::node& node, const std::string& sql,
                                         ResourceKind kind) {
  auto parsed = SqlTemplate::parse(sql, shape_of(kind));
  if (!parsed) return fault(node.source().begin, parsed.error().detail);
  return parsed;
}

}  // namespace

bool WriteMapping::takes(std::string_view path) const {
  return std::ranges::any_of(statements,
                             [&](const SqlTemplate& statement) { return statement.takes(path); });
}

const WriteMapping* Mapping::find(ResourceKind kind, WriteAction action) const {
  const auto found = std::ranges::find_if(
      writes, [&](const auto& write) { return write.kind == kind && write.action == action; });
  return found == writes.end() ? nullptr : &*found;
}

bool Mapping::writes_files() const {
  return std::ranges::any_of(writes, [](const auto& write) { return !write.file.empty(); });
}

const ResourceMapping* Mapping::find(ResourceKind kind) const {
  const auto found = std::ranges::find(resources, kind, &ResourceMapping::kind);
  return found == resources.end() ? nullptr : &*found;
}

Result<Mapping> parse_mapping(std::string_view text, const std::string& file) {
  return Parser(text, file).parse();
}

Result<Mapping> load_mapping(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return failure(Code::kConfig, "cannot read the mapping " + path);
  if (text.view().size() > kFileBytesMax)
    return failure(Code::kConfig, path + " is larger than 1 MiB");
  const std::filesystem::path place(path);
  return Parser(text.view(), place.filename().string(),
                std::filesystem::absolute(place).parent_path())
      .parse();
}

}  // namespace chartbell
