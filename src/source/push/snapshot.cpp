#include "source/push/snapshot.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/nearest.h"
#include "base/time_text.h"
#include "source/conversion.h"
#include "source/push/key_twice.h"

namespace chartbell {
namespace {

namespace json = boost::json;

// The value is read again inside a resource inside an event, where 32 levels are the limit.
constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kDescriptorsMax = 100;
constexpr std::size_t kShownNameMax = 64;
constexpr std::size_t kMoneyWholeDigitsMax = 15;

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

// A name that a client made up, as far as it is fit to be repeated.
std::string shown(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, kShownNameMax))
    out += c > 0x20 && c < 0x7f && c != '"' && c != '\\' ? c : '?';
  return name.size() > kShownNameMax ? out + "…" : out;
}

std::string_view text_of(json::string_view text) {
  return {text.data(), text.size()};
}

// ---- references -------------------------------------------------------------------------------

Result<std::string> key_of(const json::value& value, std::string_view path) {
  if (value.is_int64()) return std::to_string(value.as_int64());
  const bool fits = value.is_string() && !value.as_string().empty() &&
                    value.as_string().size() <= kForeignIdBytesMax;
  if (fits) return std::string(value.as_string());
  return invalid(std::string(path) + " must be a key of the record system: a text of 1 to " +
                 std::to_string(kForeignIdBytesMax) + " bytes, or an integer");
}

// ---- leaves -----------------------------------------------------------------------------------

bool is_money(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits(whole) || whole.size() > kMoneyWholeDigitsMax) return false;
  return dot == std::string_view::npos || digits(text.substr(dot + 1));
}

std::optional<std::string> time_leaf(const json::value& value) {
  const auto time = value.is_string() ? parse_utc(text_of(value.as_string())) : std::nullopt;
  return time ? std::optional(json_string(to_text(*time))) : std::nullopt;
}

std::optional<std::string> date_leaf(const json::value& value) {
  constexpr std::size_t kDateLength = 10;
  std::string out;
  const bool fits = value.is_string() && value.as_string().size() == kDateLength &&
                    append_date(out, text_of(value.as_string()), {});
  return fits ? std::optional(out) : std::nullopt;
}

std::optional<std::string> money_leaf(const json::value& value) {
  std::string out;
  const bool fits = value.is_string() && is_money(text_of(value.as_string())) &&
                    append_money(out, text_of(value.as_string()));
  return fits ? std::optional(out) : std::nullopt;
}

std::optional<std::string> flag_leaf(const json::value& value) {
  if (value.is_bool()) return value.as_bool() ? "1" : "0";
  if (!value.is_int64() || (value.as_int64() != 0 && value.as_int64() != 1)) return std::nullopt;
  return std::to_string(value.as_int64());
}

// The JSON text of a value of that type; nothing for any other value.
std::optional<std::string> leaf_text(FieldType type, const json::value& value) {
  switch (type) {
    case FieldType::kInteger:
      return value.is_int64() ? std::optional(std::to_string(value.as_int64())) : std::nullopt;
    case FieldType::kBoolean:
      if (!value.is_bool()) return std::nullopt;
      return value.as_bool() ? "true" : "false";
    case FieldType::kFlag:
      return flag_leaf(value);
    case FieldType::kText:
      if (!value.is_string()) return std::nullopt;
      return json_string(text_of(value.as_string()));
    case FieldType::kTime:
      return time_leaf(value);
    case FieldType::kDate:
      return date_leaf(value);
    case FieldType::kMoney:
      return money_leaf(value);
    case FieldType::kIntegers:
      return std::nullopt;  // of locations alone, see take_locations()
    case FieldType::kJson:
      return json::serialize(value);
  }
  return std::nullopt;
}

std::string_view wanted(FieldType type) {
  constexpr std::string_view kWanted[] = {
      "an integer of 64 bits",
      "true or false",
      "0 or 1",
      "a text",
      "a time in UTC like \"2024-03-21T17:52:48Z\"",
      "a date like \"2024-03-21\"",
      "decimal text like \"12.50\"",
      "a list of locations' foreign ids",
      "a JSON value",
  };
  return kWanted[static_cast<std::size_t>(type)];
}

// ---- an object of the wire --------------------------------------------------------------------

// Reads the leaves of one object.
class ObjectReader {
 public:
  ObjectReader(const SnapshotRules& rules, Snapshot& out)
      : rules_(rules), shape_(shape_of(out.kind)), out_(out) {
    out_.leaves.assign(shape_.fields().size(), "");
  }

  // `where` is how errors name the object: "data".
  Result<void> read(const json::object& object, const std::string& where) {
    TRY_DO(walk(object, where, ""));
    out_.content = Document(content());
    return {};
  }

 private:
  Result<void> walk(const json::object& object, const std::string& where,
                    const std::string& prefix) {
    for (const auto& [key, value] : object) {
      const auto path = prefix + std::string(text_of(key));
      const auto place = where + "." + shown(path);
      if (path == "descriptors" && out_.kind == ResourceKind::kAppointment) {
        TRY_DO(take_descriptors(value, place));
      } else if (const auto index = shape_.index_of(path)) {
        TRY_DO(take(*index, value, place));
      } else if (is_parent(path)) {
        if (!value.is_object()) return invalid(place + " must be an object");
        TRY_DO(walk(value.as_object(), where, path + "."));
      } else {
        return invalid(place + ": " + no_such_leaf(path));
      }
    }
    return {};
  }

  bool is_parent(std::string_view path) const {
    return std::ranges::any_of(shape_.fields(), [&](const Field& field) {
      return field.path.starts_with(path) && field.path.substr(path.size()).starts_with('.');
    });
  }

  std::string no_such_leaf(std::string_view path) const {
    std::vector<std::string_view> paths;
    for (const auto& field : shape_.fields())
      if (field.origin == Origin::kMapped) paths.push_back(field.path);
    return "the resource has no such field" + did_you_mean(path, paths);
  }

  Result<void> take(std::size_t index, const json::value& value, const std::string& place) {
    const auto& field = shape_.fields()[index];
    if (field.origin == Origin::kOurs) return invalid(place + " is Chartbell's own; leave it out");
    if (value.is_null()) return {};
    if (field.path == "location_id") return take_location(index, value, place);
    if (field.path == "location_ids") return take_locations(index, value, place);
    if (const auto kind = referenced_by(field.path)) {
      TRY(auto key, key_of(value, place));
      out_.references.push_back({index, *kind, std::move(key)});
      return {};
    }
    auto text = leaf_text(field.type, value);
    if (!text) return invalid(place + " must be " + std::string(wanted(field.type)));
    if (field.path == "start_time") out_.start_time = parse_utc(text_of(value.as_string()));
    out_.leaves[index] = *std::move(text);
    return {};
  }

  Result<std::size_t> location_of(const json::value& value, const std::string& place) const {
    TRY(const auto key, key_of(value, place));
    const auto found = std::ranges::find(rules_.locations, key, &SourceLocation::foreign_id);
    if (found == rules_.locations.end())
      return invalid(place + " is the foreign_id of no location in the configuration");
    return static_cast<std::size_t>(found - rules_.locations.begin());
  }

  Result<void> take_location(std::size_t index, const json::value& value,
                             const std::string& place) {
    TRY(const auto location, location_of(value, place));
    out_.location = location;
    out_.leaves[index] = to_string(rules_.locations[location].id);
    return {};
  }

  Result<void> take_locations(std::size_t index, const json::value& value,
                              const std::string& place) {
    if (!value.is_array())
      return invalid(place + " must be " + std::string(wanted(FieldType::kIntegers)));
    std::string list;
    for (const auto& item : value.as_array()) {
      TRY(const auto location, location_of(item, place));
      if (!out_.location) out_.location = location;
      list += (list.empty() ? "" : ",") + to_string(rules_.locations[location].id);
    }
    out_.leaves[index] = "[" + list + "]";
    return {};
  }

  Result<void> take_descriptors(const json::value& value, const std::string& place) {
    if (!value.is_array() || value.as_array().size() > kDescriptorsMax)
      return invalid(place + " must be a list of " + std::to_string(kDescriptorsMax) +
                     " objects at most");
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
      const auto item_place = place + "[" + std::to_string(i) + "]";
      TRY_DO(take_descriptor(value.as_array()[i], item_place));
    }
    return {};
  }

  Result<void> take_descriptor(const json::value& value, const std::string& place) {
    if (!value.is_object()) return invalid(place + " must be an object");
    auto object = value.as_object();
    const auto* foreign_id = object.if_contains("foreign_id");
    if (foreign_id == nullptr) return invalid(place + " lacks foreign_id");
    Snapshot child{.kind = ResourceKind::kDescriptor};
    TRY(child.foreign_id, key_of(*foreign_id, place + ".foreign_id"));
    object.erase("foreign_id");
    TRY_DO(ObjectReader(rules_, child).read(object, place));
    out_.descriptors.push_back(std::move(child));
    return {};
  }

  // By the shape's order, whatever the order was in which it came.
  std::string content() const {
    std::string out;
    for (std::size_t i = 0; i < out_.leaves.size(); ++i) {
      out += out_.leaves[i] + '\n';
      for (const auto& reference : out_.references)
        if (reference.field == i) append_json_string(out, reference.key);
    }
    for (const auto& child : out_.descriptors) {
      append_json_string(out, child.foreign_id);
      out += child.content.expose();
    }
    return out;
  }

  const SnapshotRules& rules_;
  const Shape& shape_;
  Snapshot& out_;
};

// ---- around it --------------------------------------------------------------------------------

Result<json::object> object_of(std::string_view text) {
  if (text.size() > kSnapshotBytesMax)
    return failure(Code::kTooLarge,
                   "a resource of more than " + std::to_string(kSnapshotBytesMax) + " bytes");
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::error_code error;
  auto value = json::parse(json::string_view(text), error, {}, options);
  if (error == json::error::too_deep)
    return failure(Code::kTooLarge, "nested deeper than " + std::to_string(kDepthMax) + " levels");
  if (error) return invalid("no valid JSON: " + error.message());
  if (!value.is_object()) return invalid("no JSON object");
  if (const auto twice = key_twice(text, kDepthMax))
    return invalid("the member \"" + shown(*twice) + "\" is there twice");
  return std::move(value.as_object());
}

Result<void> check_members(const json::object& object,
                           std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object)
    if (std::ranges::find(known, text_of(key)) == known.end())
      return invalid("unknown member \"" + shown(text_of(key)) + "\"" +
                     did_you_mean(text_of(key), {known.begin(), known.size()}));
  return {};
}

Result<std::int64_t> revision_of(const json::object& object) {
  const auto* revision = object.if_contains("revision");
  if (revision == nullptr) return invalid("revision is missing");
  if (!revision->is_int64() || revision->as_int64() < 0)
    return invalid("revision must be an integer, 0 or more");
  return revision->as_int64();
}

Result<ResourceKind> kind_of(const SnapshotRules& rules, std::string_view type) {
  const auto kind = resource_kind(type);
  if (kind && std::ranges::find(rules.kinds, *kind) != rules.kinds.end()) return *kind;
  std::vector<std::string_view> names;
  std::string list;
  for (const auto known : rules.kinds) {
    names.push_back(name(known));
    list += (list.empty() ? "" : ", ") + std::string(name(known));
  }
  return invalid("type \"" + shown(type) + "\" cannot be pushed here" + did_you_mean(type, names) +
                 "; known: " + list);
}

Result<void> take_content(const SnapshotRules& rules, const json::object& object, Snapshot& out) {
  TRY(out.revision, revision_of(object));
  const auto* data = object.if_contains("data");
  if (out.deleted) {
    if (data != nullptr) return invalid("data is for what is not deleted");
    out.content = Document("deleted");
    return {};
  }
  if (data == nullptr || !data->is_object()) return invalid("data must be an object");
  return ObjectReader(rules, out).read(data->as_object(), "data");
}

Result<void> check_foreign_id(std::string_view foreign_id) {
  if (!foreign_id.empty() && foreign_id.size() <= kForeignIdBytesMax) return {};
  return invalid("foreign_id must have 1 to " + std::to_string(kForeignIdBytesMax) + " bytes");
}

Result<bool> deleted_of(const json::object& object) {
  const auto* deleted = object.if_contains("deleted");
  if (deleted == nullptr) return false;
  if (!deleted->is_bool()) return invalid("deleted must be true or false");
  return deleted->as_bool();
}

}  // namespace

const std::vector<ResourceKind>& pushable_kinds() {
  using enum ResourceKind;
  static const std::vector<ResourceKind> kinds = {kLocation,        kProvider, kOperatory,
                                                  kAppointmentType, kPatient,  kCoverage,
                                                  kAppointment,     kProcedure};
  return kinds;
}

Result<Snapshot> read_snapshot(const SnapshotRules& rules, std::string_view type,
                               std::string_view foreign_id, Sent sent, const Document& body) {
  Snapshot out{.foreign_id = std::string(foreign_id), .deleted = sent == Sent::kRemoval};
  TRY(out.kind, kind_of(rules, type));
  TRY_DO(check_foreign_id(foreign_id));
  TRY(const auto object, object_of(body.expose()));
  TRY_DO(check_members(object, {"revision", "data", "subdomain", "baseline"}));
  TRY_DO(take_content(rules, object, out));
  return out;
}

Result<void> read_snapshot_line(const SnapshotRules& rules, std::string_view line, Snapshot& out) {
  TRY(const auto object, object_of(line));
  TRY_DO(check_members(object, {"type", "foreign_id", "revision", "data", "deleted"}));
  const auto* foreign_id = object.if_contains("foreign_id");
  if (foreign_id == nullptr) return invalid("foreign_id is missing");
  TRY(out.foreign_id, key_of(*foreign_id, "foreign_id"));
  const auto* type = object.if_contains("type");
  if (type == nullptr || !type->is_string()) return invalid("type must be a text");
  TRY(out.kind, kind_of(rules, text_of(type->as_string())));
  TRY(out.deleted, deleted_of(object));
  return take_content(rules, object, out);
}

}  // namespace chartbell
