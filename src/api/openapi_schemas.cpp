#include "api/openapi_schemas.h"

#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/sample_event.h"
#include "model/catalogue.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, kResourceKinds> kNames = {
    "Appointment",  "Patient",    "InsuranceCoverage", "Procedure",  "Provider",
    "Operatory",    "Location",   "AppointmentType",   "Descriptor", "FormRequest",
    "FormResponse", "SyncStatus", "EndpointState",     "Schedule",   "Document",
};

json::object reference(std::string_view part, std::string_view name) {
  return {{"$ref", "#/components/" + std::string(part) + "/" + std::string(name)}};
}
json::object schema_of(ResourceKind kind) {
  return reference("schemas", schema_name(kind));
}
json::object array_of(json::object item) {
  return {{"type", "array"}, {"items", std::move(item)}};
}

std::string_view json_type(FieldType type) {
  switch (type) {
    case FieldType::kInteger:
    case FieldType::kFlag:
      return "integer";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kIntegers:
      return "array";
    default:
      return "string";
  }
}

void add_details(json::object& schema, FieldType type) {
  if (type == FieldType::kInteger) schema["format"] = "int64";
  if (type == FieldType::kFlag) schema["enum"] = json::array{0, 1};
  if (type == FieldType::kTime) schema["format"] = "date-time";
  if (type == FieldType::kDate) schema["format"] = "date";
  if (type == FieldType::kMoney) schema["pattern"] = R"(^-?[0-9]+\.[0-9]{2}$)";
  if (type == FieldType::kIntegers) schema["items"] = {{"type", "integer"}, {"format", "int64"}};
}

// A leaf whose value nobody knows is what the shape says, so only those are null that say null. An
// id is always known where there is a resource.
bool may_be_null(const Field& field) {
  return field.absent == "null" && field.path != "id";
}

json::value schema_of(const Field& field) {
  if (field.type == FieldType::kJson) return json::object();
  json::object out;
  const auto type = json_type(field.type);
  out["type"] = may_be_null(field) ? json::value(json::array{json::string(type), "null"})
                                   : json::value(json::string(type));
  add_details(out, field.type);
  return out;
}

json::object& properties_of(json::object& object) {
  object["type"] = "object";
  if (!object.contains("properties")) object["properties"].emplace_object();
  return object["properties"].as_object();
}

// The vendor's editions leave some members out and have some of their own, so only the id is
// required of a resource.
json::object object_of(const Shape& shape) {
  json::object out;
  for (const auto& field : shape.fields()) {
    auto* properties = &properties_of(out);
    auto leaf = field.path;
    if (const auto dot = leaf.find('.'); dot != std::string_view::npos) {
      auto& inner = (*properties)[leaf.substr(0, dot)];
      if (!inner.is_object()) inner.emplace_object();
      properties = &properties_of(inner.as_object());
      leaf.remove_prefix(dot + 1);
    }
    (*properties)[leaf] = schema_of(field);
  }
  if (shape.index_of("id")) out["required"] = json::array{"id"};
  return out;
}

json::object told_resource(const CatalogueRow& row) {
  if (row.nested == Nested::kNothing) return schema_of(row.kind);
  auto patient = schema_of(ResourceKind::kPatient);
  const json::object inner = {
      {"type", "object"},
      {"properties",
       {{"patient", {{"anyOf", json::array{std::move(patient), {{"type", "null"}}}}}},
        {"descriptors", array_of(schema_of(ResourceKind::kDescriptor))}}}};
  return {{"allOf", json::array{schema_of(row.kind), inner}}};
}

json::object data_schema(const CatalogueRow& row) {
  auto resource = told_resource(row);
  if (row.cardinality == Cardinality::kMany) resource = array_of(std::move(resource));
  json::object properties = {{row.data_key, std::move(resource)}};
  json::array required = {json::string(row.data_key)};
  if (row.previous == Previous::kPresent) {
    properties["previous_attributes"] = {
        {"type", "object"}, {"description", "The members that changed, as they were."}};
    required.emplace_back("previous_attributes");
  }
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

json::array delivered_names(const CatalogueRow& row) {
  json::array out;
  for (const auto suffix : row.suffixes)
    if (!suffix.empty()) out.emplace_back(std::string(row.event) + "." + std::string(suffix));
  if (out.empty()) out.emplace_back(json::string(row.event));
  return out;
}

json::object payload_schema(const CatalogueRow& row) {
  const json::object own = {{"properties",
                             {{"resource_type", {{"const", json::string(row.resource_type)}}},
                              {"event_name", {{"enum", delivered_names(row)}}},
                              {"data", data_schema(row)}}}};
  return {{"allOf", json::array{reference("schemas", "Envelope"), own}}};
}

json::object examples_of(const CatalogueRow& row) {
  json::object out;
  for (const auto& sample : samples())
    if (find_delivered(sample.event_name) == &row)
      out[sample.event_name] = {{"value", json::parse(json::string_view(sample.payload))}};
  return out;
}

json::array delivery_headers() {
  json::array out;
  for (const auto* name : {"timestamp", "signature", "webhook_id", "webhook_timestamp",
                           "webhook_signature", "chartbell_sequence", "chartbell_attempt"})
    out.push_back(reference("parameters", name));
  return out;
}

json::object webhook_operation(const CatalogueRow& row) {
  json::object media = {{"schema", payload_schema(row)}};
  if (auto examples = examples_of(row); !examples.empty()) media["examples"] = std::move(examples);
  const json::object taken = {{"description", "Taken. Anything else is tried again."}};
  return {
      {"summary", json::string(row.event)},
      {"tags", json::array{json::string(row.resource_type)}},
      {"parameters", delivery_headers()},
      {"requestBody", {{"required", true}, {"content", {{"application/json", std::move(media)}}}}},
      {"responses", {{"2XX", taken}}}};
}

}  // namespace

std::string_view schema_name(ResourceKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::string resource_schemas() {
  json::object schemas;
  for (std::size_t i = 0; i < kResourceKinds; ++i) {
    const auto kind = static_cast<ResourceKind>(i);
    schemas[schema_name(kind)] = object_of(shape_of(kind));
  }
  return json::serialize(schemas);
}

std::string webhook_operations() {
  json::object out;
  for (const auto rows : {catalogue(), own_catalogue()})
    for (const auto& row : rows) out[row.event] = {{"post", webhook_operation(row)}};
  return json::serialize(out);
}

}  // namespace chartbell
