// Mapping: how one kind of record system is read. A file of mappings/, checked when it is loaded.
//
// A resource is a SELECT whose column aliases are the paths of the wire's object with a conversion:
//   a.AptDateTime AS "start_time:local"      p.PatNum AS "patient_id:ref(patient)"
// Grammar and a worked example: docs/formats.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/record_write.h"
#include "model/shape.h"
#include "source/file_template.h"
#include "source/sql_template.h"

namespace chartbell {

// How a column's text becomes a JSON value.
enum class Conversion : std::uint8_t {
  kText,
  kInteger,
  kBoolean,      // 0, 1, f, t, false, true
  kDate,         // the null date and 0000-00-00 are null
  kMoney,        // two decimals, half away from zero
  kLocal,        // civil time of the row's location → UTC
  kLocalTimed,   // the same, but midnight means "not set"
  kPlusMinutes,  // added to the time of the same path
  kUtc,
  kEnum,        // by a code list of the mapping; an unknown code is null and counted
  kReference,   // a key of another resource → our id
  kReferences,  // the same as an array of one
  kJson,        // a JSON text, validated; anything else is null and counted
  kControl,     // "@key", "@location", "@parent"
};

struct Column {
  std::string path;  // "bio.city", or the control's name with its @
  Conversion conversion = Conversion::kText;
  std::string code_list;                             // of kEnum
  ResourceKind referenced = ResourceKind::kPatient;  // of kReference(s)
};

// What makes rows of a resource worth reading again: a change in a table, by the key column that
// both share, or by a SELECT that finds our keys from the changed table's column.
struct DirtyRule {
  std::string table;
  std::string column;  // of `table`; its values go into `select` where that is set
  std::string select;
};

struct ChildMapping {
  std::string into;  // the array's key in the parent
  ResourceKind kind = ResourceKind::kDescriptor;
  std::string select;  // with :keys where the parents' keys belong
  std::vector<Column> columns;
};

enum class KeyType : std::uint8_t { kInteger, kText };

struct ResourceMapping {
  ResourceKind kind = ResourceKind::kPatient;
  std::string key;  // SQL expression of the key; rows are read in its order
  KeyType key_type = KeyType::kInteger;
  std::string select;
  std::string where;
  std::vector<Column> columns;
  std::vector<DirtyRule> dirty;
  std::vector<std::string> static_tables;  // joined, but their changes are left to the auditor
  std::vector<std::pair<std::string, std::string>> on_missing;  // path → JSON text, or "@today"
  std::string embedded_patient;  // path of the id of the patient shown inside; empty: none
  std::vector<ChildMapping> children;
  std::string version;   // changes with everything that decides how a row is rendered
  std::string position;  // "opendental.toml:49", for errors that show later
};

// How something is written into the record system.
struct WriteMapping {
  ResourceKind kind = ResourceKind::kAppointment;
  WriteAction action = WriteAction::kCreate;
  // Run one after the other in one transaction. The last one's first value is the new row's key.
  std::vector<SqlTemplate> statements;
  // Keys of rows that may be what such a write has written.
  SqlTemplate find;
  // Answers 1 once nobody else of ours is writing: then a row that is not there will not come.
  SqlTemplate alone;
  // Of a document: where its bytes are kept, below the source's write_folder, before the statements
  // run. Empty: they are no file.
  FileTemplate file;
  std::string position;  // "openemr.toml:180"

  bool takes(std::string_view path) const;
};

struct Mapping {
  std::string name;
  std::string display_name;
  std::vector<std::string> emr_type;
  std::string foreign_id_type;
  std::string null_date;
  std::string version_select;  // one text: the record system's version; empty: it cannot be read
  std::map<std::string, std::map<std::string, std::string>> code_lists;
  // By table, in lower case: the column that the server sets at each change of a row.
  std::map<std::string, std::string> stamps;
  std::vector<ResourceMapping> resources;  // in the order in which they are read
  std::vector<WriteMapping> writes;

  const ResourceMapping* find(ResourceKind kind) const;
  const WriteMapping* find(ResourceKind kind, WriteAction action) const;
  bool writes_files() const;
};

// kMapping with "file:line:column: what is wrong" for a file that breaks any rule; kConfig when the
// file cannot be read.
Result<Mapping> load_mapping(const std::string& path);
// The same from text; `file` is the name used in errors.
Result<Mapping> parse_mapping(std::string_view text, const std::string& file);

}  // namespace chartbell
