#include "source/row_template.h"

#include <algorithm>
#include <charconv>

#include "base/json_text.h"
#include "base/log.h"
#include "base/time_text.h"
#include "source/conversion.h"

namespace chartbell {

const SourceLocation* RowContext::location(std::string_view foreign_id) const {
  const auto found = std::ranges::find(locations_, foreign_id, &SourceLocation::foreign_id);
  return found == locations_.end() ? nullptr : &*found;
}

void RowContext::count_unshown(const std::string& path) {
  if (++unshown_[path] == 1)
    log_warning("value_not_shown", {{"mapping", mapping_.name},
                                    {"field", path},
                                    {"hint", "null is told; chartbell mapping check says why"}});
}

std::int64_t RowContext::unshown() const {
  std::int64_t sum = 0;
  for (const auto& [path, count] : unshown_) sum += count;
  return sum;
}

// What one row knows while its leaves are written one after the other.
struct RowTemplate::RowState {
  const SqlRows& row;
  RowContext& context;
  const SourceLocation* location = nullptr;
  std::optional<WallTime> start_time;

  const Zone& zone() const {
    return location != nullptr ? location->zone : context.default_location().zone;
  }
};

namespace {

KeyType key_type_of(const Mapping& mapping, ResourceKind kind) {
  const auto* resource = mapping.find(kind);
  return resource == nullptr ? KeyType::kInteger : resource->key_type;
}

bool refers_to_location(const Column& column) {
  return column.conversion == Conversion::kReference &&
         column.referenced == ResourceKind::kLocation;
}

bool append_enum(std::string& out, std::string_view text, const Column& column,
                 RowContext& context) {
  const auto& codes = context.mapping().code_lists.at(column.code_list);
  const auto found = codes.find(std::string(text));
  if (found == codes.end()) return false;
  append_json_string(out, found->second);
  return true;
}

void append_time(std::string& out, WallTime time) {
  out += '"';
  out += to_text(time);
  out += '"';
}

std::chrono::minutes minutes_in(std::optional<std::string_view> text) {
  std::int64_t minutes = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), minutes);
  // More than all years of the wire's form need not be exact, only stay beyond them.
  constexpr std::int64_t kMost = 10'000LL * 366 * 24 * 60;
  return std::chrono::minutes(std::clamp(minutes, -kMost, kMost));
}

// Years 0000 to 9999: what four digits can write.
bool fits_the_wire(WallTime time) {
  using namespace std::chrono;
  return time >= sys_days(year(0) / 1 / 1) && time < sys_days(year(10'000) / 1 / 1);
}

bool append_flag(std::string& out, std::string_view text) {
  std::string word;
  const bool shown = append_boolean(word, text);
  if (shown) out += word == "true" ? '1' : '0';
  return shown;
}

}  // namespace

Result<ForeignKey> foreign_key(std::string_view text, KeyType type) {
  if (type == KeyType::kText) return ForeignKey(std::string(text));
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return failure(Code::kMapping, "a key is not an integer; set key_type = \"text\"");
  return ForeignKey(number);
}

RowTemplate::RowTemplate(const Shape& shape, const std::vector<Column>& columns,
                         const Mapping& mapping,
                         const std::vector<std::pair<std::string, std::string>>& constants)
    : columns_(columns) {
  key_column_ = control("@key").value_or(0);
  location_column_ = control("@location");
  for (std::size_t i = 0; i < columns.size() && !location_column_; ++i)
    if (refers_to_location(columns[i])) location_column_ = i;
  std::string literal;
  for (std::size_t i = 0; i < shape.fields().size(); ++i) {
    const Field& field = shape.fields()[i];
    literal += shape.fragments()[i];
    Piece piece{.literal = {}, .absent = field.absent};
    const auto column = std::ranges::find(columns, field.path, &Column::path);
    const auto constant =
        std::ranges::find(constants, field.path, &std::pair<std::string, std::string>::first);
    if (column != columns.end()) {
      piece.column = static_cast<std::size_t>(column - columns.begin());
      piece.key_type = key_type_of(mapping, column->referenced);
      piece.flag = field.type == FieldType::kFlag;
      const auto next = column + 1;
      if (next != columns.end() && next->conversion == Conversion::kPlusMinutes)
        piece.minutes_column = piece.column + 1;
    } else if (field.path == "foreign_id") {
      piece.slot = Slot::kForeignId;
    } else if (field.path == "timezone" || field.path == "tz") {
      piece.slot = Slot::kZoneName;
    } else if (field.path == "timezone_offset") {
      piece.slot = Slot::kZoneOffset;
    } else {
      literal += constant != constants.end() ? std::string_view(constant->second) : field.absent;
      continue;
    }
    piece.literal = std::move(literal);
    literal.clear();
    pieces_.push_back(std::move(piece));
  }
  tail_ = literal + shape.fragments().back();
}

std::optional<std::size_t> RowTemplate::control(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, &Column::path);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

Result<RowTemplate::Rendered> RowTemplate::render(const SqlRows& row, RowContext& context) const {
  RowState state{.row = row, .context = context};
  if (location_column_) {
    const auto foreign_id = row.text(*location_column_);
    if (foreign_id) state.location = context.location(*foreign_id);
  }
  Rendered out;
  out.text.reserve(1024);
  for (const auto& piece : pieces_) {
    out.text += piece.literal;
    TRY_DO(append(out.text, piece, state));
  }
  out.text += tail_;
  if (state.location != nullptr) out.location = state.location->id;
  return out;
}

Result<void> RowTemplate::append(std::string& out, const Piece& piece, RowState& state) const {
  switch (piece.slot) {
    case Slot::kColumn:
      return append_column(out, piece, state);
    case Slot::kForeignId:
      append_json_string(out, state.row.text(key_column_).value_or(""));
      return {};
    case Slot::kZoneName:
      append_json_string(out, state.zone().name());
      return {};
    case Slot::kZoneOffset:
      if (state.start_time)
        append_json_string(out, state.zone().offset_at(*state.start_time));
      else
        out += piece.absent;
      return {};
  }
  return {};
}

Result<void> RowTemplate::append_column(std::string& out, const Piece& piece,
                                        RowState& state) const {
  const Column& column = columns_[piece.column];
  const auto text = state.row.text(piece.column);
  const auto& null_date = state.context.mapping().null_date;
  bool shown = false;
  bool unshowable = false;  // set, but not a value of its type
  if (text) {
    switch (column.conversion) {
      case Conversion::kText:
        append_json_string(out, *text);
        shown = true;
        break;
      case Conversion::kInteger:
        unshowable = !(shown = append_integer(out, *text));
        break;
      case Conversion::kBoolean:
        shown = piece.flag ? append_flag(out, *text) : append_boolean(out, *text);
        break;
      case Conversion::kMoney:
        unshowable = !(shown = append_money(out, *text));
        break;
      case Conversion::kDate:
        shown = append_date(out, *text, null_date);
        break;
      case Conversion::kJson:
        unshowable = !(shown = append_json(out, *text));
        break;
      case Conversion::kEnum:
        unshowable = !(shown = append_enum(out, *text, column, state.context));
        break;
      case Conversion::kLocal:
      case Conversion::kLocalTimed:
      case Conversion::kUtc:
        shown = append_moment(out, *text, piece, state);
        break;
      case Conversion::kReference: {
        TRY(shown, append_reference(out, *text, piece, state));
        unshowable = !shown && !text->empty();
        break;
      }
      case Conversion::kReferences: {
        TRY(shown, append_references(out, *text, piece, state));
        unshowable = !shown && !text->empty();
        break;
      }
      case Conversion::kPlusMinutes:
      case Conversion::kControl:
        break;
    }
  }
  if (unshowable) state.context.count_unshown(column.path);
  if (!shown) out += piece.absent;
  return {};
}

bool RowTemplate::append_moment(std::string& out, std::string_view text, const Piece& piece,
                                RowState& state) const {
  const Column& column = columns_[piece.column];
  // PostgreSQL names the zone, which is the session's.
  if (column.conversion == Conversion::kUtc && text.ends_with("+00")) text.remove_suffix(3);
  auto local = read_local(text, state.context.mapping().null_date);
  if (!local) return false;
  const bool midnight = std::chrono::floor<std::chrono::days>(*local) == *local;
  if (column.conversion == Conversion::kLocalTimed && midnight) return false;
  WallTime time = column.conversion == Conversion::kUtc ? WallTime(local->time_since_epoch())
                                                        : state.zone().to_utc(*local);
  if (piece.minutes_column) time += minutes_in(state.row.text(*piece.minutes_column));
  if (!fits_the_wire(time)) return false;
  append_time(out, time);
  if (column.path == "start_time") state.start_time = time;
  return true;
}

// Our ids of the keys in a text with commas between, ascending: a record system gives them in any
// order, and the same set must be the same document.
Result<bool> RowTemplate::append_references(std::string& out, std::string_view text,
                                            const Piece& piece, RowState& state) const {
  std::vector<std::int64_t> ids;
  while (!text.empty()) {
    const auto key = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), key.size() + 1));
    TRY(const auto id, referenced_id(key, piece, state));
    if (id) ids.push_back(*id);
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  std::string array;
  for (const auto id : ids) array += (array.empty() ? "" : ",") + std::to_string(id);
  if (!ids.empty()) out += "[" + array + "]";
  return !ids.empty();
}

Result<bool> RowTemplate::append_reference(std::string& out, std::string_view text,
                                           const Piece& piece, RowState& state) const {
  TRY(const auto id, referenced_id(text, piece, state));
  if (id) out += std::to_string(*id);
  return id.has_value();
}

Result<std::optional<std::int64_t>> RowTemplate::referenced_id(std::string_view text,
                                                               const Piece& piece,
                                                               RowState& state) const {
  if (text.empty()) return std::optional<std::int64_t>();
  const Column& column = columns_[piece.column];
  if (column.referenced == ResourceKind::kLocation) {
    const auto* location = state.context.location(text);
    return location == nullptr ? std::nullopt : std::optional(location->id.value);
  }
  TRY(const auto key, foreign_key(text, piece.key_type));
  TRY(const auto reference, state.context.ids().reference_to(column.referenced, key));
  return std::optional(reference.id.value);
}

}  // namespace chartbell
