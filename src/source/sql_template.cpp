#include "source/sql_template.h"

#include <algorithm>

#include "base/time_text.h"
#include "source/sql_scalar.h"

namespace chartbell {
namespace {

bool is_time(FieldType type) {
  return type == FieldType::kTime;
}

bool is_document(const Shape& shape) {
  return &shape == &shape_of(ResourceKind::kDocument);
}

Result<WallTime> time_in(std::string_view json) {
  const auto time = parse_utc(plain_text(json));
  if (!time) return failure(Code::kInvalid, "a time of the order is none");
  return *time;
}

// "2026-03-21 09:30:00"; its date are the first ten characters, its time the last eight.
std::string civil_text(LocalTime time) {
  auto text = to_text(WallTime(time.time_since_epoch()));
  text.resize(19);
  text[10] = ' ';
  return text;
}

std::string literal(std::string_view json, const SqlConnection& connection) {
  if (json == "null") return "NULL";
  if (json == "true") return "TRUE";
  if (json == "false") return "FALSE";
  return json.starts_with('"') ? connection.quoted(plain_text(json)) : std::string(json);
}

}  // namespace

std::optional<SqlTemplate::Conversion> SqlTemplate::conversion(std::string_view name) {
  using enum Conversion;
  if (name == "local") return kLocal;
  if (name == "local_date") return kLocalDate;
  if (name == "local_time") return kLocalTime;
  if (name == "utc") return kUtc;
  if (name == "minutes") return kMinutes;
  if (name == "seconds") return kSeconds;
  return std::nullopt;
}

Result<SqlTemplate::Hole> SqlTemplate::parse_hole(std::string_view text, const Shape& shape) {
  using enum Conversion;
  Hole hole;
  const auto colon = text.find(':');
  hole.path = text.substr(0, colon);
  if (text == "@key") hole.conversion = kKey;
  if (text == "@location") hole.conversion = kLocation;
  if (text == "@write") hole.conversion = kWrite;
  if (hole.conversion != kPlain) return hole;
  if (const auto of_file = document_hole(text); of_file && is_document(shape)) {
    hole.conversion = kDocument;
    hole.of_file = *of_file;
    return hole;
  }
  const auto field = shape.index_of(hole.path);
  if (!field)
    return failure(Code::kMapping,
                   "{" + std::string(text) + "}: " + shape.no_such_field(hole.path));
  if (colon == std::string_view::npos) return hole;
  const auto wanted = conversion(text.substr(colon + 1));
  if (!wanted)
    return failure(Code::kMapping, "{" + std::string(text) +
                                       "}: a conversion is local, local_date, local_time, utc, "
                                       "minutes or seconds");
  if (!is_time(shape.fields()[*field].type))
    return failure(Code::kMapping,
                   "{" + std::string(text) + "}: this conversion is for times alone");
  hole.conversion = *wanted;
  return hole;
}

Result<SqlTemplate> SqlTemplate::parse(std::string_view text, const Shape& shape) {
  SqlTemplate out;
  while (true) {
    const auto open = text.find('{');
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return failure(Code::kMapping, "a { without its }");
    TRY(auto hole, parse_hole(text.substr(open + 1, close - open - 1), shape));
    hole.before = text.substr(0, open);
    out.holes_.push_back(std::move(hole));
    text.remove_prefix(close + 1);
  }
  out.tail_ = text;
  return out;
}

bool SqlTemplate::takes(std::string_view path) const {
  return std::ranges::find(holes_, path, &Hole::path) != holes_.end();
}

bool SqlTemplate::takes_bytes() const {
  return std::ranges::any_of(holes_, [](const Hole& hole) {
    return hole.conversion == Conversion::kDocument && needs_bytes(hole.of_file);
  });
}

bool SqlTemplate::takes_path() const {
  return takes("@path");
}

Result<std::string> SqlTemplate::value(const Hole& hole, const WriteOrder& order,
                                       const WritePlace& place) {
  using enum Conversion;
  const auto& connection = place.connection;
  if (hole.conversion == kKey) return literal(connection, order.key.value_or(ForeignKey()));
  if (hole.conversion == kLocation) return connection.quoted(place.location_key);
  if (hole.conversion == kWrite) return to_string(order.id);
  if (hole.conversion == kDocument) return literal(hole.of_file, order, place.path, connection);
  const auto json = leaf(order.leaves, hole.path);
  if (hole.conversion == kPlain || json == "null") return literal(json, connection);
  return converted(hole, json, order, place);
}

Result<std::string> SqlTemplate::converted(const Hole& hole, std::string_view json,
                                           const WriteOrder& order, const WritePlace& place) {
  using enum Conversion;
  TRY(const auto time, time_in(json));
  if (hole.conversion == kMinutes || hole.conversion == kSeconds) {
    TRY(const auto start, time_in(leaf(order.leaves, "start_time")));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time - start).count();
    return std::to_string(hole.conversion == kMinutes ? seconds / 60 : seconds);
  }
  const auto text = hole.conversion == kUtc ? civil_text(LocalTime(time.time_since_epoch()))
                                            : civil_text(place.zone.to_local(time));
  if (hole.conversion == kLocalDate) return place.connection.quoted(text.substr(0, 10));
  if (hole.conversion == kLocalTime) return place.connection.quoted(text.substr(11));
  return place.connection.quoted(text);
}

Result<std::string> SqlTemplate::render(const WriteOrder& order, const WritePlace& place) const {
  std::string out;
  for (const auto& hole : holes_) {
    TRY(const auto text, value(hole, order, place));
    out += hole.before + text;
  }
  return out + tail_;
}

}  // namespace chartbell
