// The vendor's fourteen samples, taken apart into model values and put together again.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/catalogue.h"
#include "model/event.h"

namespace chartbell {
namespace {

namespace json = boost::json;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> samples() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CHARTBELL_SOURCE_DIR) +
                                                               "/tests/conformance/payloads"))
    out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

// The sample's leaves by the shape's own paths; what the shape does not know makes the test fail.
std::string rebuilt(ResourceKind kind, const json::object& object, std::string_view nested_from) {
  const Shape& shape = shape_of(kind);
  std::vector<std::string> leaves(shape.fields().size());
  std::size_t known = 0;
  const auto put = [&](const std::string& path, const json::value& value) {
    const auto index = shape.index_of(path);
    if (index) {
      leaves[*index] = json::serialize(value);
      ++known;
    }
    return index.has_value();
  };
  for (const auto& [key, value] : object) {
    if (!nested_from.empty() && (key == "patient" || key == "descriptors")) continue;
    if (put(std::string(key), value)) continue;
    EXPECT_TRUE(value.is_object()) << "unknown field " << key;
    if (!value.is_object()) continue;
    for (const auto& [inner, leaf] : value.as_object())
      EXPECT_TRUE(put(std::string(key) + "." + std::string(inner), leaf)) << key << "." << inner;
  }
  EXPECT_EQ(known, leaves.size()) << "the sample lacks fields of the shape of " << name(kind);
  return shape.render(leaves);
}

std::string rebuilt_object(const CatalogueRow& row, const json::object& object) {
  std::string out = rebuilt(row.kind, object, row.nested == Nested::kNothing ? "" : "patient");
  if (row.nested == Nested::kNothing) return out;
  out.pop_back();
  out += ",\"patient\":" + rebuilt(ResourceKind::kPatient, object.at("patient").as_object(), "");
  out += ",\"descriptors\":[";
  bool first = true;
  for (const auto& descriptor : object.at("descriptors").as_array()) {
    if (!first) out += ',';
    first = false;
    out += rebuilt(ResourceKind::kDescriptor, descriptor.as_object(), "");
  }
  return out + "]}";
}

std::string rebuilt_sample(const json::object& sample) {
  const std::string event_name(sample.at("event_name").as_string());
  const auto* row = find_delivered(event_name);
  if (row == nullptr) return "no row for " + event_name;
  const auto& data = sample.at("data").as_object();
  const auto& held = data.at(std::string(row->data_key));
  const auto& object =
      row->cardinality == Cardinality::kMany ? held.as_array().at(0).as_object() : held.as_object();
  const std::string previous =
      row->previous == Previous::kPresent ? json::serialize(data.at("previous_attributes")) : "";
  const auto time = parse_utc(std::string_view(sample.at("event_time").as_string()));
  const std::string subdomain(sample.at("subdomain").as_string());
  const auto body = envelope(*row,
                             {InstitutionId{sample.at("institution_id").as_int64()}, subdomain,
                              event_name, time.value_or(WallTime())},
                             data_of(*row, rebuilt_object(*row, object), previous));
  return body_for(body, SubscriptionId{sample.at("webhook_subscription_id").as_int64()});
}

TEST(Conformance, EverySampleIsReproducedByteForByte) {
  const auto paths = samples();
  ASSERT_EQ(paths.size(), 14u);
  for (const auto& path : paths) {
    const auto sample = json::parse(read(path));
    EXPECT_EQ(rebuilt_sample(sample.as_object()), json::serialize(sample)) << path.filename();
  }
}

TEST(Conformance, EveryRowHasASampleOfItsResourceType) {
  ASSERT_EQ(catalogue().size(), 14u);
  for (const auto& row : catalogue()) {
    const auto found = std::ranges::count_if(
        samples(), [&](const auto& path) { return find_delivered(path.stem().string()) == &row; });
    EXPECT_EQ(found, 1) << row.event;
  }
}

TEST(Catalogue, ResourceTypesAreTakenInAnyCaseAndWrongPairsAreNot) {
  EXPECT_NE(find_row("patientinsurancecoverage", "patient_insurance_created"), nullptr);
  EXPECT_EQ(find_row("Patient", "appointment_created"), nullptr);
  EXPECT_EQ(find_row("Appointment", "appointment_insertion.complete"), nullptr);
  EXPECT_EQ(canonical_resource_type("SYNCSTATUS"), "SyncStatus");
  EXPECT_EQ(canonical_resource_type("Synk"), std::nullopt);
}

TEST(Catalogue, SuffixesExistOnlyWhereTheRowHasThem) {
  EXPECT_NE(find_delivered("appointment_insertion.failed"), nullptr);
  EXPECT_EQ(find_delivered("appointment_insertion"), nullptr);
  EXPECT_EQ(find_delivered("appointment_created.complete"), nullptr);
  EXPECT_EQ(find_delivered("sync_status_read_change.complete"), nullptr);
}

}  // namespace
}  // namespace chartbell
