// RowTemplate: a mapping's columns compiled against a shape, so that rendering a row is
// concatenation.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "model/foreign_key.h"
#include "model/ids.h"
#include "source/mapping.h"
#include "source/ports.h"
#include "source/sql.h"

namespace chartbell {

struct SourceLocation {
  std::string foreign_id;
  LocationId id;
  Zone zone;
};

// What conversions look up while a row is rendered. One per reader; not thread-safe.
class RowContext {
 public:
  // `locations` is not empty: its first gives the time zone of rows that name none.
  RowContext(const Mapping& mapping, std::vector<SourceLocation> locations, ReferenceIds& ids)
      : mapping_(mapping), locations_(std::move(locations)), ids_(ids) {}

  const Mapping& mapping() const { return mapping_; }
  ReferenceIds& ids() { return ids_; }
  const SourceLocation* location(std::string_view foreign_id) const;
  const SourceLocation& default_location() const { return locations_.front(); }
  // Logs the first value of a kind that could not be shown, and counts all. Never the value itself.
  void count_unshown(const std::string& path);
  std::int64_t unshown() const;
  const std::map<std::string, std::int64_t>& unshown_by_path() const { return unshown_; }

 private:
  const Mapping& mapping_;
  const std::vector<SourceLocation> locations_;
  ReferenceIds& ids_;
  std::map<std::string, std::int64_t> unshown_;
};

class RowTemplate {
 public:
  // `constants` are leaves of our own that are the same for every row: path → JSON text.
  RowTemplate(const Shape& shape, const std::vector<Column>& columns, const Mapping& mapping,
              const std::vector<std::pair<std::string, std::string>>& constants);

  struct Rendered {
    std::string text;
    LocationId location;
  };
  // kMapping when a key is not of the declared type; everything else that a column may hold is
  // shown or becomes null.
  Result<Rendered> render(const SqlRows& row, RowContext& context) const;
  // The column of a control, "@key"; nothing when it is not selected.
  std::optional<std::size_t> control(std::string_view name) const;

 private:
  enum class Slot : std::uint8_t { kColumn, kForeignId, kZoneName, kZoneOffset };
  struct Piece {
    std::string literal;  // before the value
    Slot slot = Slot::kColumn;
    std::size_t column = 0;
    std::optional<std::size_t> minutes_column;
    std::string_view absent;
    KeyType key_type = KeyType::kInteger;  // of a reference
    bool flag = false;                     // a boolean that the wire writes as 0 or 1
  };
  struct RowState;

  Result<void> append(std::string& out, const Piece& piece, RowState& state) const;
  Result<void> append_column(std::string& out, const Piece& piece, RowState& state) const;
  bool append_moment(std::string& out, std::string_view text, const Piece& piece,
                     RowState& state) const;
  Result<bool> append_reference(std::string& out, std::string_view text, const Piece& piece,
                                RowState& state) const;
  Result<bool> append_references(std::string& out, std::string_view text, const Piece& piece,
                                 RowState& state) const;
  Result<std::optional<std::int64_t>> referenced_id(std::string_view text, const Piece& piece,
                                                    RowState& state) const;

  std::vector<Column> columns_;
  std::vector<Piece> pieces_;
  std::string tail_;
  std::size_t key_column_ = 0;
  std::optional<std::size_t> location_column_;
};

// The text as a key of this type; kMapping when it is not one.
Result<ForeignKey> foreign_key(std::string_view text, KeyType type);

}  // namespace chartbell
