#include "api/show_record.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.h"
#include "base/time_text.h"
#include "model/finished.h"

namespace chartbell {
namespace {

namespace json = boost::json;

json::object object_of(const Record& record) {
  json::error_code error;
  auto value = json::parse(json::string_view(record.document.expose()), error);
  return error || !value.is_object() ? json::object() : std::move(value.as_object());
}

constexpr std::string_view kHipaa[] = {
    "authorization", "authorization_date", "privacy", "privacy_date", "consent", "consent_date"};

void as_v3_patient(json::object& patient, Detail detail) {
  for (const auto* key : {"preferred_locale", "unsubscribe_sms", "balance", "address"})
    patient.erase(key);
  if (detail == Detail::kList) patient.erase("location_ids");
  patient["provider_id"] = nullptr;
  auto& hipaa = patient["hipaa"].emplace_object();
  for (const auto key : kHipaa) hipaa[key] = nullptr;
}

// Whether a coverage goes on: no last day, or one that is not over (days are UTC's here).
bool is_active(const json::object& coverage, WallTime now) {
  const auto* last = coverage.if_contains("expiration_date");
  if (last == nullptr || !last->is_string()) return true;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  return std::string_view(last->as_string()) >= to_date_text(today);
}

void as_v3_coverage(json::object& coverage, const Record& record, WallTime now) {
  coverage["plan_id"] = nullptr;
  coverage["updated_at"] = to_text(record.updated_at);
  coverage["active"] = is_active(coverage, now);
}

// Types belong to the institution here, never to a provider or location.
void as_appointment_type(json::object& type, const Record& record) {
  type["parent_type"] = "Institution";
  type["parent_id"] = record.institution.value;
  type["descriptors"] = json::array();
}

// What the stored document lacks and the wire has, or the other way round.
void adapt(json::object& object, const Record& record, const RecordView& view) {
  const bool v3 = view.version == WireVersion::kV3;
  if (record.kind == ResourceKind::kAppointmentType) as_appointment_type(object, record);
  if (record.kind == ResourceKind::kPatient && v3) as_v3_patient(object, view.detail);
  if (record.kind == ResourceKind::kCoverage && v3) as_v3_coverage(object, record, view.now);
  if (record.kind == ResourceKind::kProcedure && v3 && view.detail == Detail::kOne)
    object["treatment_plan_ids"] = json::array();
}

bool is_adapted(ResourceKind kind, WireVersion version) {
  return kind == ResourceKind::kAppointmentType ||
         (version == WireVersion::kV3 && kind != ResourceKind::kAppointment);
}

}  // namespace

Result<std::string> show(const Record& record, const RecordView& view) {
  TRY(auto text, finished(record.document, {.id = record.id,
                                            .created_at = record.created_at,
                                            .updated_at = record.updated_at,
                                            .synced_at = record.updated_at}));
  if (!is_adapted(record.kind, view.version)) return text;
  auto value = json::parse(text);
  adapt(value.as_object(), record, view);
  return json::serialize(value);
}

std::optional<ResourceId> holder_of(const Record& coverage) {
  const auto object = object_of(coverage);
  const auto* relation = object.if_contains("subscription_relation");
  const auto* patient = object.if_contains("patient_id");
  if (relation == nullptr || *relation != "self" || patient == nullptr || !patient->is_int64())
    return std::nullopt;
  return ResourceId{patient->as_int64()};
}

std::string show_holder(const Record& patient) {
  const auto object = object_of(patient);
  json::object out;
  out["id"] = patient.id.value;
  const auto* name = object.if_contains("name");
  out["name"] = name == nullptr ? json::value(nullptr) : *name;
  const auto* bio = object.if_contains("bio");
  const auto* born =
      bio != nullptr && bio->is_object() ? bio->as_object().if_contains("date_of_birth") : nullptr;
  out["date_of_birth"] = born == nullptr ? json::value(nullptr) : *born;
  return json::serialize(out);
}

std::string with_members(std::string object,
                         const std::vector<std::pair<std::string_view, std::string>>& members) {
  object.pop_back();
  for (const auto& [name, text] : members)
    object += (object.size() == 1 ? "" : ",") + json_string(name) + ":" + text;
  return object + '}';
}

std::string array_of(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& text : texts) out += (out.size() == 1 ? "" : ",") + text;
  return out + ']';
}

}  // namespace chartbell
