#include "model/shape.h"

#include <array>

#include "base/check.h"
#include "base/json_text.h"
#include "base/nearest.h"

namespace chartbell {
namespace {

using enum FieldType;
using enum Origin;

constexpr std::array<std::string_view, kResourceKinds> kNames = {
    "appointment",   "patient",     "insurance_coverage", "procedure",  "provider",
    "operatory",     "location",    "appointment_type",   "descriptor", "form_request",
    "form_response", "sync_status", "webhook_endpoint",   "schedule",   "document",
};

constexpr Field kAppointment[] = {
    {"id", kInteger, "null", kOurs},
    {"patient_id", kInteger, "null"},
    {"provider_id", kInteger, "null"},
    {"provider_name", kText, "null"},
    {"start_time", kTime, "null"},
    {"confirmed", kBoolean, "false"},
    {"patient_missed", kBoolean, "false"},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
    {"note", kText, "null"},
    {"end_time", kTime, "null"},
    {"unavailable", kBoolean, "false"},
    {"cancelled", kBoolean, "false"},
    {"timezone", kText, "null", kOurs},
    {"institution_id", kInteger, "null", kOurs},
    {"appointment_type_id", kInteger, "0"},
    {"checkin_at", kTime, "null"},
    {"location_id", kInteger, "null"},
    {"foreign_id", kText, "null", kOurs},
    {"foreign_id_type", kText, "null", kOurs},
    {"misc.is_booked_on_nexhealth", kBoolean, "false"},
    {"last_sync_time", kTime, "null", kOurs},
    {"patient_confirmed", kFlag, "0"},
    {"created_by_user_id", kInteger, "null"},
    {"is_guardian", kBoolean, "false"},
    {"patient_confirmed_at", kTime, "null"},
    {"cancelled_at", kTime, "null"},
    {"is_new_clients_patient", kBoolean, "false"},
    {"confirmed_at", kTime, "null"},
    {"sooner_if_possible", kBoolean, "null"},
    {"operatory_id", kInteger, "null"},
    {"deleted", kBoolean, "false"},
    {"checked_out", kBoolean, "false"},
    {"checked_out_at", kTime, "null"},
    {"referrer", kText, "null"},
    {"is_past_patient", kBoolean, "false"},
    {"timezone_offset", kText, "null", kOurs},
};

constexpr Field kPatient[] = {
    {"id", kInteger, "null", kOurs},
    {"email", kText, "null"},
    {"first_name", kText, "null"},
    {"middle_name", kText, "null"},
    {"last_name", kText, "null"},
    {"name", kText, "null"},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
    {"institution_id", kInteger, "null", kOurs},
    {"foreign_id", kText, "null", kOurs},
    {"foreign_id_type", kText, "null", kOurs},
    {"bio.city", kText, "null"},
    {"bio.state", kText, "null"},
    {"bio.gender", kText, "null"},
    {"bio.zip_code", kText, "null"},
    {"bio.new_patient", kBoolean, "false"},
    {"bio.non_patient", kBoolean, "false"},
    {"bio.phone_number", kText, "null"},
    {"bio.date_of_birth", kDate, "null"},
    {"bio.address_line_1", kText, "\"\""},
    {"bio.address_line_2", kText, "\"\""},
    {"bio.street_address", kText, "\"\""},
    {"bio.cell_phone_number", kText, "\"\""},
    {"bio.home_phone_number", kText, "\"\""},
    {"bio.work_phone_number", kText, "\"\""},
    {"inactive", kBoolean, "false"},
    {"last_sync_time", kTime, "null", kOurs},
    {"guarantor_id", kInteger, "null"},
    {"unsubscribe_sms", kBoolean, "false"},
    {"balance.amount", kMoney, "null"},
    {"balance.currency", kText, "\"USD\""},
    {"billing_type", kText, "null"},
    {"chart_id", kText, "null"},
    {"preferred_language", kText, "null"},
    {"preferred_locale", kText, "null"},
    {"location_ids", kIntegers, "[]"},
    {"address.line_1", kText, "null"},
    {"address.line_2", kText, "null"},
    {"address.postal_code", kText, "null"},
    {"address.city", kText, "null"},
    {"address.region", kText, "null"},
};

constexpr Field kCoverage[] = {
    {"id", kInteger, "null", kOurs},    {"subscription_relation", kText, "null"},
    {"patient_id", kInteger, "null"},   {"priority", kInteger, "null"},
    {"subscriber_num", kText, "null"},  {"effective_date", kDate, "null"},
    {"expiration_date", kDate, "null"}, {"insurance_type", kText, "null"},
};

constexpr Field kProcedure[] = {
    {"id", kInteger, "null", kOurs},
    {"location_id", kInteger, "null"},
    {"patient_id", kInteger, "null"},
    {"provider_id", kInteger, "null"},
    {"appointment_id", kInteger, "null"},
    {"code", kText, "null"},
    {"name", kText, "null"},
    {"status", kText, "null"},
    {"updated_at", kTime, "null", kOurs},
    {"body_site", kJson, "null"},
    {"fee.amount", kMoney, "null"},
    {"fee.currency", kText, "\"USD\""},
    {"start_date", kDate, "null"},
    {"end_date", kDate, "null"},
};

constexpr Field kProvider[] = {
    {"id", kInteger, "null", kOurs},
    {"first_name", kText, "null"},
    {"last_name", kText, "null"},
    {"name", kText, "null"},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
    {"institution_id", kInteger, "null", kOurs},
    {"foreign_id", kText, "null", kOurs},
    {"foreign_id_type", kText, "null", kOurs},
    {"npi", kText, "null"},
    {"specialty", kText, "null"},
    {"inactive", kBoolean, "false"},
    {"last_sync_time", kTime, "null", kOurs},
};

constexpr Field kOperatory[] = {
    {"id", kInteger, "null", kOurs},
    {"name", kText, "null"},
    {"active", kBoolean, "true"},
    {"location_id", kInteger, "null"},
    {"foreign_id", kText, "null", kOurs},
    {"foreign_id_type", kText, "null", kOurs},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
    {"last_sync_time", kTime, "null", kOurs},
};

constexpr Field kLocation[] = {
    {"id", kInteger, "null", kOurs},
    {"name", kText, "null"},
    {"institution_id", kInteger, "null", kOurs},
    {"street_address", kText, "null"},
    {"street_address_2", kText, "null"},
    {"city", kText, "null"},
    {"state", kText, "null"},
    {"zip_code", kText, "null"},
    {"phone_number", kText, "null"},
    {"email", kText, "null"},
    {"tz", kText, "null", kOurs},
    {"foreign_id", kText, "null", kOurs},
    {"inactive", kBoolean, "false"},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
};

constexpr Field kAppointmentType[] = {
    {"id", kInteger, "null", kOurs},      {"name", kText, "null"},
    {"minutes", kInteger, "null"},        {"bookable_online", kBoolean, "false"},
    {"foreign_id", kText, "null", kOurs}, {"foreign_id_type", kText, "null", kOurs},
    {"created_at", kTime, "null", kOurs}, {"updated_at", kTime, "null", kOurs},
};

constexpr Field kDescriptor[] = {
    {"id", kInteger, "null", kOurs},
    {"descriptor_type", kText, "null"},
    {"name", kText, "null"},
    {"code", kText, "null"},
    {"location_id", kInteger, "null"},
    {"foreign_id", kText, "null", kOurs},
    {"foreign_id_type", kText, "null", kOurs},
    {"data", kJson, "{}"},
    {"active", kBoolean, "true"},
    {"last_sync_time", kTime, "null", kOurs},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
};

constexpr Field kFormRequest[] = {
    {"id", kText, "null", kOurs},
    {"location_id", kInteger, "null"},
    {"appointment_id", kInteger, "null"},
};

constexpr Field kFormResponse[] = {
    {"id", kInteger, "null", kOurs},     {"status", kText, "null"},
    {"response_documents", kJson, "[]"}, {"form_request_id", kText, "null"},
    {"patient_id", kInteger, "null"},
};

constexpr Field kSyncStatus[] = {
    {"institution_id", kInteger, "null", kOurs},
    {"sync_source_type", kText, "\"DataSource\""},
    {"sync_source_name", kText, "null"},
    {"emr.id", kInteger, "null"},
    {"emr.name", kText, "null"},
    {"emr.display_name", kText, "null"},
    {"emr.type", kJson, "[]"},
    {"read_status", kText, "\"red\""},
    {"read_status_at", kTime, "null"},
    {"write_status", kText, "\"red\""},
    {"write_status_at", kTime, "null"},
    {"locations", kJson, "null"},
};

// Ours, not the vendor's.
constexpr Field kWebhookEndpoint[] = {
    {"id", kInteger, "null", kOurs},           {"target_url", kText, "null", kOurs},
    {"active", kBoolean, "true", kOurs},       {"failing_since", kTime, "null", kOurs},
    {"disabled_reason", kText, "null", kOurs},
};

// Ours: when a provider works, or nobody does. Slots are made of it, and it has no events.
constexpr Field kSchedule[] = {
    {"id", kInteger, "null", kOurs},
    {"provider_id", kInteger, "null"},
    {"operatory_ids", kIntegers, "[]"},
    {"location_id", kInteger, "null"},
    {"start_time", kTime, "null"},
    {"end_time", kTime, "null"},
    {"blockout", kBoolean, "false"},
    {"foreign_id", kText, "null", kOurs},
    {"foreign_id_type", kText, "null", kOurs},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
};

// A file of a patient. It has no events of its own.
constexpr Field kDocument[] = {
    {"id", kInteger, "null", kOurs},
    {"patient_id", kInteger, "null"},
    {"filename", kText, "null"},
    {"type", kText, "null"},
    {"url", kText, "null", kOurs},
    {"document_type_id", kInteger, "null"},
    {"foreign_id", kText, "null", kOurs},
    {"foreign_id_type", kText, "null", kOurs},
    {"created_at", kTime, "null", kOurs},
    {"updated_at", kTime, "null", kOurs},
    // Of a patient's form: where its answers are.
    {"form_response_id", kInteger, "null", kOurs},
    {"form_request_id", kText, "null", kOurs},
};

std::string_view parent_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

// Shapes nest one level deep at most, and a nested object's leaves stand together.
std::string open_leaf(std::string_view path, std::string_view open_object, bool first) {
  const auto parent = parent_of(path);
  std::string out;
  if (!open_object.empty() && parent != open_object) out += '}';
  if (!first) out += ',';
  if (!parent.empty() && parent != open_object) {
    out += json_string(parent) + ":{";
  }
  const auto leaf = parent.empty() ? path : path.substr(parent.size() + 1);
  return out + json_string(leaf) + ':';
}

}  // namespace

std::string_view name(ResourceKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<ResourceKind> resource_kind(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<ResourceKind>(i);
  return std::nullopt;
}

std::string known_resource_kinds() {
  std::string out;
  for (const auto known : kNames) out += (out.empty() ? "" : ", ") + std::string(known);
  return out;
}

Shape::Shape(std::span<const Field> fields) : fields_(fields) {
  std::string_view open_object;
  for (const auto& field : fields_) {
    const bool first = fragments_.empty();
    fragments_.push_back((first ? "{" : "") + open_leaf(field.path, open_object, first));
    open_object = parent_of(field.path);
  }
  fragments_.push_back(open_object.empty() ? "}" : "}}");
}

std::optional<std::size_t> Shape::index_of(std::string_view path) const {
  for (std::size_t i = 0; i < fields_.size(); ++i)
    if (fields_[i].path == path) return i;
  return std::nullopt;
}

std::string Shape::no_such_field(std::string_view path) const {
  std::vector<std::string_view> paths;
  for (const auto& field : fields_) paths.push_back(field.path);
  auto meant = did_you_mean(path, paths);
  if (meant.empty()) meant = "; use one of the wire's paths for it";
  return "the resource has no field \"" + std::string(path) + "\"" + meant;
}

std::string Shape::render(std::span<const std::string> leaves) const {
  CHECK(leaves.size() == fields_.size());
  std::string out;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    out += fragments_[i];
    out += leaves[i].empty() ? fields_[i].absent : std::string_view(leaves[i]);
  }
  return out + fragments_.back();
}

const Shape& shape_of(ResourceKind kind) {
  static const std::array<Shape, kResourceKinds> shapes = {
      Shape(kAppointment),     Shape(kPatient),     Shape(kCoverage),     Shape(kProcedure),
      Shape(kProvider),        Shape(kOperatory),   Shape(kLocation),     Shape(kAppointmentType),
      Shape(kDescriptor),      Shape(kFormRequest), Shape(kFormResponse), Shape(kSyncStatus),
      Shape(kWebhookEndpoint), Shape(kSchedule),    Shape(kDocument)};
  return shapes[static_cast<std::size_t>(kind)];
}

std::optional<ResourceKind> referenced_by(std::string_view path) {
  using enum ResourceKind;
  if (path == "patient_id" || path == "guarantor_id") return kPatient;
  if (path == "provider_id") return kProvider;
  if (path == "operatory_id") return kOperatory;
  if (path == "appointment_type_id") return kAppointmentType;
  if (path == "appointment_id") return kAppointment;
  return std::nullopt;
}

}  // namespace chartbell
