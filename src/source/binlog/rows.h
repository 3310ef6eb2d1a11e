// Rows events: which rows of a table changed, and the cells of those columns that are wanted.
//
// Pure; all other columns are skipped by their length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/binlog/event.h"
#include "source/binlog/table_map.h"
#include "source/binlog/value.h"
#include "source/dirty_rules.h"

namespace chartbell {

enum class RowChange : std::uint8_t { kInsert, kUpdate, kDelete };

struct RowsEvent {
  std::uint64_t table_id = 0;
  RowChange change = RowChange::kInsert;
  std::size_t columns = 0;
  Bytes first;   // bitmap of the columns in the first image: what was, or what is of an insert
  Bytes second;  // of an update: in the image of what is
  Bytes rows;    // images, one behind the other
  bool ends_statement = false;
};

bool is_rows(LogEventType type);
// `scratch` holds the rows where they were compressed.
Result<RowsEvent> parse_rows(const LogEvent& event, std::vector<unsigned char>& scratch);

// A column that is wanted: where it is in the table, and what its values mean.
struct WantedColumn {
  std::size_t index = 0;
  ValueInfo info;
};

// Reads images of one table's rows. Belongs to one thread.
class RowReader {
 public:
  // Nothing where a column of the table has a type whose values cannot be skipped. A wanted column
  // that the table does not have stays absent.
  static std::optional<RowReader> make(const std::vector<ColumnShape>& columns,
                                       std::vector<std::optional<WantedColumn>> wanted);

  // The cells of the next image, in the order of the wanted columns. False for malformed bytes. The
  // cells live until the next call with the same `cells`, and as long as the event's bytes.
  struct Cells {
    std::vector<Cell> cells;
    std::vector<std::string> texts;
  };
  bool read(ByteReader& rows, Bytes present, Cells& out) const;
  std::size_t columns() const { return layouts_.size(); }

 private:
  struct Wanted {
    std::size_t cell;
    ColumnShape shape;
    ValueInfo info;
  };

  RowReader() = default;
  static void take_cell(const Wanted& wanted, Bytes value, Cells& out);

  std::vector<ColumnLayout> layouts_;
  std::vector<std::uint16_t> wanted_at_;  // by column: place in wanted_ + 1; 0: not wanted
  std::vector<Wanted> wanted_;
  std::size_t cells_ = 0;
};

}  // namespace chartbell
