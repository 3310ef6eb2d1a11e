#include "source/binlog/rows.h"

#include "source/binlog/inflate.h"

namespace chartbell {
namespace {

constexpr std::size_t kColumnsMax = 4096;
constexpr std::uint64_t kEndsStatement = 0x01;

struct RowsKind {
  RowChange change;
  bool has_extra;  // version 2: bytes of its own before the columns
  bool compressed;
};

std::optional<RowsKind> kind_of(LogEventType type) {
  using enum LogEventType;
  switch (type) {
    case kWriteRowsV1:
      return RowsKind{RowChange::kInsert, false, false};
    case kUpdateRowsV1:
      return RowsKind{RowChange::kUpdate, false, false};
    case kDeleteRowsV1:
      return RowsKind{RowChange::kDelete, false, false};
    case kWriteRows:
      return RowsKind{RowChange::kInsert, true, false};
    case kUpdateRows:
      return RowsKind{RowChange::kUpdate, true, false};
    case kDeleteRows:
      return RowsKind{RowChange::kDelete, true, false};
    case kWriteRowsCompressedV1:
      return RowsKind{RowChange::kInsert, false, true};
    case kUpdateRowsCompressedV1:
      return RowsKind{RowChange::kUpdate, false, true};
    case kDeleteRowsCompressedV1:
      return RowsKind{RowChange::kDelete, false, true};
    case kWriteRowsCompressed:
      return RowsKind{RowChange::kInsert, true, true};
    case kUpdateRowsCompressed:
      return RowsKind{RowChange::kUpdate, true, true};
    case kDeleteRowsCompressed:
      return RowsKind{RowChange::kDelete, true, true};
    default:
      return std::nullopt;
  }
}

// The length of the extra part counts its own two bytes.
void skip_extra(ByteReader& reader) {
  const auto bytes = reader.little(2);
  reader.skip(bytes < 2 ? SIZE_MAX : bytes - 2);
}

std::size_t count_bits(Bytes bitmap, std::size_t bits) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < bits; ++i) out += bit_of(bitmap, i) ? 1 : 0;
  return out;
}

}  // namespace

bool is_rows(LogEventType type) {
  return kind_of(type).has_value();
}

Result<RowsEvent> parse_rows(const LogEvent& event, std::vector<unsigned char>& scratch) {
  const auto malformed = [] {
    return failure(Code::kProtocol, "binary log: malformed rows event");
  };
  const auto kind = kind_of(event.header.type);
  if (!kind) return malformed();
  ByteReader reader(event.body);
  RowsEvent out{.change = kind->change};
  out.table_id = reader.little(6);
  out.ends_statement = (reader.little(2) & kEndsStatement) != 0;
  if (kind->has_extra) skip_extra(reader);
  out.columns = reader.packed();
  if (out.columns > kColumnsMax) return malformed();
  out.first = reader.take(bitmap_bytes(out.columns));
  if (kind->change == RowChange::kUpdate) out.second = reader.take(bitmap_bytes(out.columns));
  if (!reader.ok()) return malformed();
  out.rows = reader.left();
  if (kind->compressed && !out.rows.empty()) {
    TRY(out.rows, inflated(out.rows, scratch));
  }
  return out;
}

std::optional<RowReader> RowReader::make(const std::vector<ColumnShape>& columns,
                                         std::vector<std::optional<WantedColumn>> wanted) {
  RowReader out;
  for (const auto& shape : columns) {
    const auto layout = layout_of(shape);
    if (!layout) return std::nullopt;
    out.layouts_.push_back(*layout);
  }
  out.wanted_at_.resize(columns.size());
  out.cells_ = wanted.size();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i] || wanted[i]->index >= columns.size()) continue;
    const auto index = wanted[i]->index;
    out.wanted_.push_back({i, columns[index], std::move(wanted[i]->info)});
    out.wanted_at_[index] = static_cast<std::uint16_t>(out.wanted_.size());
  }
  return out;
}

void RowReader::take_cell(const Wanted& wanted, Bytes value, Cells& out) {
  const auto text = text_of(wanted.shape, wanted.info, value, out.texts[wanted.cell]);
  if (text) out.cells[wanted.cell] = Cell::of(*text);
}

bool RowReader::read(ByteReader& rows, Bytes present, Cells& out) const {
  out.cells.assign(cells_, Cell{});
  out.texts.resize(cells_);
  if (present.size() != bitmap_bytes(layouts_.size())) return false;
  const auto nulls = rows.take(bitmap_bytes(count_bits(present, layouts_.size())));
  if (!rows.ok()) return false;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < layouts_.size(); ++i) {
    if (!bit_of(present, i)) continue;
    const auto wanted = wanted_at_[i];
    if (bit_of(nulls, shown++)) {
      if (wanted != 0) out.cells[wanted_[wanted - 1].cell] = Cell::null();
      continue;
    }
    const auto& layout = layouts_[i];
    const auto bytes = layout.length_bytes == 0 ? layout.fixed : rows.little(layout.length_bytes);
    const auto value = rows.take(bytes);
    if (wanted != 0 && rows.ok()) take_cell(wanted_[wanted - 1], value, out);
  }
  return rows.ok();
}

}  // namespace chartbell
