#include "model/catalogue.h"

#include <algorithm>

#include "base/ascii.h"

namespace chartbell {
namespace {

using enum Cardinality;
using enum Nested;
using enum Previous;
using enum ResourceKind;

constexpr CatalogueRow kRows[] = {
    {"Appointment",
     "appointment_insertion",
     {"complete", "failed"},
     "appointment",
     kAppointment,
     kOne,
     kNothing,
     kAbsent},
    {"Appointment",
     "appointment_created",
     {},
     "appointments",
     kAppointment,
     kMany,
     kPatientAndDescriptors,
     kAbsent},
    {"Appointment",
     "appointment_updated",
     {},
     "appointment",
     kAppointment,
     kOne,
     kPatientAndDescriptors,
     kPresent},
    {"Appointment",
     "appointment_requested",
     {},
     "appointments",
     kAppointment,
     kMany,
     kPatientAndDescriptors,
     kAbsent},
    {"FormRequest",
     "form_request_completed",
     {},
     "formrequest",
     kFormRequest,
     kOne,
     kNothing,
     kAbsent},
    {"FormResponse",
     "form_response_insertion",
     {"complete", "failed"},
     "formresponse",
     kFormResponse,
     kOne,
     kNothing,
     kAbsent},
    {"Patient", "patient_created", {}, "patients", kPatient, kMany, kNothing, kAbsent},
    {"Patient", "patient_updated", {}, "patient", kPatient, kOne, kNothing, kPresent},
    {"PatientInsuranceCoverage",
     "patient_insurance_created",
     {},
     "patient_insurance_coverages",
     kCoverage,
     kMany,
     kNothing,
     kAbsent},
    {"PatientInsuranceCoverage",
     "patient_insurance_updated",
     {},
     "patient_insurance_coverage",
     kCoverage,
     kOne,
     kNothing,
     kPresent},
    {"Procedure", "procedure_created", {}, "procedures", kProcedure, kMany, kNothing, kAbsent},
    {"Procedure", "procedure_updated", {}, "procedure", kProcedure, kOne, kNothing, kPresent},
    {"SyncStatus",
     "sync_status_read_change",
     {"green", "red"},
     "syncstatus",
     kSyncStatus,
     kOne,
     kNothing,
     kAbsent},
    {"SyncStatus",
     "sync_status_write_change",
     {"green", "red"},
     "syncstatus",
     kSyncStatus,
     kOne,
     kNothing,
     kAbsent},
};

// Events about Chartbell itself, for whoever operates it; the vendor has none of them.
constexpr CatalogueRow kOwnRows[] = {
    {"WebhookEndpoint",
     "webhook_endpoint_failing",
     {},
     "webhook_endpoint",
     kWebhookEndpoint,
     kOne,
     kNothing,
     kAbsent},
    {"WebhookEndpoint",
     "webhook_endpoint_disabled",
     {},
     "webhook_endpoint",
     kWebhookEndpoint,
     kOne,
     kNothing,
     kAbsent},
};

bool delivers(const CatalogueRow& row, std::string_view event_name) {
  if (row.suffixes[0].empty()) return event_name == row.event;
  return std::ranges::any_of(row.suffixes, [&](std::string_view suffix) {
    return event_name.size() == row.event.size() + 1 + suffix.size() &&
           event_name.starts_with(row.event) && event_name[row.event.size()] == '.' &&
           event_name.ends_with(suffix);
  });
}

template <class Matches>
const CatalogueRow* first(Matches matches) {
  const auto* row = std::ranges::find_if(kRows, matches);
  if (row != std::end(kRows)) return row;
  const auto* own = std::ranges::find_if(kOwnRows, matches);
  return own == std::end(kOwnRows) ? nullptr : own;
}

}  // namespace

std::span<const CatalogueRow> catalogue() {
  return kRows;
}

std::span<const CatalogueRow> own_catalogue() {
  return kOwnRows;
}

const CatalogueRow* find_row(std::string_view resource_type, std::string_view event) {
  return first([&](const CatalogueRow& row) {
    return row.event == event && equal_ignoring_case(row.resource_type, resource_type);
  });
}

const CatalogueRow* find_delivered(std::string_view event_name) {
  return first([&](const CatalogueRow& row) { return delivers(row, event_name); });
}

std::optional<std::string_view> canonical_resource_type(std::string_view any_case) {
  const auto* row =
      first([&](const CatalogueRow& r) { return equal_ignoring_case(r.resource_type, any_case); });
  return row == nullptr ? std::nullopt : std::optional(row->resource_type);
}

const CatalogueRow* created_row(ResourceKind kind) {
  return first(
      [&](const CatalogueRow& row) { return row.kind == kind && row.event.ends_with("_created"); });
}

const CatalogueRow* updated_row(ResourceKind kind) {
  return first([&](const CatalogueRow& row) {
    return row.kind == kind && row.previous == Previous::kPresent;
  });
}

}  // namespace chartbell
