#include "source/push/snapshot.h"

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

using enum ResourceKind;

SnapshotRules rules() {
  return {.locations = {{"main", {11}, Zone::open("America/New_York").value()},
                        {"2", {12}, Zone::open("Europe/Berlin").value()}},
          .kinds = pushable_kinds()};
}

Result<Snapshot> read(std::string_view type, std::string data) {
  return read_snapshot(rules(), type, "a-1", Sent::kResource,
                       Document(R"({"revision":7,"data":)" + std::move(data) + "}"));
}

std::string leaf(const Snapshot& snapshot, std::string_view path) {
  return snapshot.leaves.at(shape_of(snapshot.kind).index_of(path).value());
}

std::string refusal(std::string_view type, std::string data) {
  const auto snapshot = read(type, std::move(data));
  return snapshot ? "" : snapshot.error().detail;
}

std::string body_refusal(std::string body) {
  const auto snapshot =
      read_snapshot(rules(), "patient", "a-1", Sent::kResource, Document(std::move(body)));
  return snapshot ? "" : snapshot.error().detail;
}

TEST(SnapshotTest, LeavesTakeTheFormOfTheWire) {
  const auto patient = read("patient", R"({"first_name":"Ada","inactive":true,
      "bio":{"date_of_birth":"1815-12-10"},"balance":{"amount":"-12.5"},"email":null})");
  ASSERT_TRUE(patient) << patient.error().detail;
  EXPECT_EQ(patient->revision, 7);
  EXPECT_EQ(leaf(*patient, "first_name"), "\"Ada\"");
  EXPECT_EQ(leaf(*patient, "inactive"), "true");
  EXPECT_EQ(leaf(*patient, "bio.date_of_birth"), "\"1815-12-10\"");
  EXPECT_EQ(leaf(*patient, "balance.amount"), "\"-12.50\"");
  EXPECT_EQ(leaf(*patient, "email"), "");

  const auto visit = read("appointment", R"({"start_time":"2031-03-21T15:00:00Z",
      "patient_confirmed":true,"location_id":2})");
  ASSERT_TRUE(visit) << visit.error().detail;
  EXPECT_EQ(leaf(*visit, "start_time"), "\"2031-03-21T15:00:00.000Z\"");
  EXPECT_EQ(leaf(*visit, "patient_confirmed"), "1");
  EXPECT_EQ(leaf(*visit, "location_id"), "12");
  EXPECT_EQ(visit->location, 1u);

  const auto procedure = read("procedure", R"({"body_site":{"tooth":["3"],"surface":"MO"}})");
  ASSERT_TRUE(procedure) << procedure.error().detail;
  EXPECT_EQ(leaf(*procedure, "body_site"), R"({"tooth":["3"],"surface":"MO"})");
}

TEST(SnapshotTest, ReferencesAreKeysWhetherTextsOrIntegers) {
  const auto visit = read("appointment", R"({"patient_id":17,"provider_id":"dr-who"})");
  ASSERT_TRUE(visit) << visit.error().detail;
  ASSERT_EQ(visit->references.size(), 2u);
  EXPECT_EQ(visit->references[0].key, "17");
  EXPECT_EQ(visit->references[1].kind, kProvider);
  EXPECT_EQ(read("appointment", R"({"patient_id":"17"})")->content,
            read("appointment", R"({"patient_id":17})")->content);
}

TEST(SnapshotTest, AnAppointmentMayBringItsDescriptors) {
  const auto visit =
      read("appointment",
           R"({"descriptors":[{"foreign_id":5,"name":"Cleaning","code":"D1110","data":{"a":1}}]})");
  ASSERT_TRUE(visit) << visit.error().detail;
  ASSERT_EQ(visit->descriptors.size(), 1u);
  EXPECT_EQ(visit->descriptors[0].foreign_id, "5");
  EXPECT_EQ(refusal("appointment", R"({"descriptors":[{"name":"x"}]})"),
            "data.descriptors[0] lacks foreign_id");
  EXPECT_EQ(refusal("patient", R"({"descriptors":[]})"),
            "data.descriptors: the resource has no such field");
}

TEST(SnapshotTest, WhatIsWrongIsNamedWithItsPlaceAndNeverItsValue) {
  EXPECT_EQ(refusal("patient", R"({"bio":{"cty":"Oslo"}})"),
            "data.bio.cty: the resource has no such field; did you mean \"bio.city\"?");
  EXPECT_EQ(refusal("patient", R"({"first_name":17})"), "data.first_name must be a text");
  EXPECT_EQ(refusal("patient", R"({"bio":"Oslo"})"), "data.bio must be an object");
  EXPECT_EQ(refusal("patient", R"({"id":17})"), "data.id is Chartbell's own; leave it out");
  EXPECT_EQ(refusal("patient", R"({"bio":{"date_of_birth":"1815-12-10T00:00:00Z"}})"),
            "data.bio.date_of_birth must be a date like \"2024-03-21\"");
  EXPECT_EQ(refusal("procedure", R"({"fee":{"amount":12.5}})"),
            "data.fee.amount must be decimal text like \"12.50\"");
  EXPECT_EQ(refusal("procedure", R"({"fee":{"amount":"1e5"}})"),
            "data.fee.amount must be decimal text like \"12.50\"");
  EXPECT_EQ(refusal("appointment", R"({"start_time":"2031-03-21T15:00:00-05:00"})"),
            "data.start_time must be a time in UTC like \"2024-03-21T17:52:48Z\"");
  EXPECT_EQ(refusal("appointment", R"({"created_by_user_id":18446744073709551615})"),
            "data.created_by_user_id must be an integer of 64 bits");
  EXPECT_EQ(refusal("appointment", R"({"created_by_user_id":1e400})"),
            "data.created_by_user_id must be an integer of 64 bits");
  EXPECT_EQ(refusal("appointment", R"({"location_id":"3"})"),
            "data.location_id is the foreign_id of no location in the configuration");
  EXPECT_EQ(refusal("appointment", R"({"patient_id":""})"),
            "data.patient_id must be a key of the record system: a text of 1 to 128 bytes, or an "
            "integer");
  EXPECT_TRUE(
      refusal("pacient", "{}")
          .starts_with(
              "type \"pacient\" cannot be pushed here; did you mean \"patient\"?; known: "));
  EXPECT_TRUE(
      refusal("sync_status", "{}")
          .starts_with("type \"sync_status\" cannot be pushed here; known: location, provider"));
}

TEST(SnapshotTest, HostileBodiesAreRefused) {
  EXPECT_EQ(body_refusal("[]"), "no JSON object");
  EXPECT_EQ(body_refusal(R"({"data":{}})"), "revision is missing");
  EXPECT_EQ(body_refusal(R"({"revision":-1,"data":{}})"), "revision must be an integer, 0 or more");
  EXPECT_EQ(body_refusal(R"({"revision":1.5,"data":{}})"),
            "revision must be an integer, 0 or more");
  EXPECT_EQ(body_refusal(R"({"revision":1,"revision":2,"data":{}})"),
            "the member \"revision\" is there twice");
  EXPECT_EQ(body_refusal(R"({"revision":1,"data":{"bio":{"city":"a","\u0063ity":"b"}}})"),
            "the member \"city\" is there twice");
  EXPECT_EQ(body_refusal(R"({"revision":1})"), "data must be an object");
  EXPECT_EQ(body_refusal(R"({"revision":1,"dta":{}})"),
            "unknown member \"dta\"; did you mean \"data\"?");
  EXPECT_TRUE(body_refusal(R"({"revision":NaN,"data":{}})").starts_with("no valid JSON"));
  EXPECT_TRUE(
      body_refusal("{\"revision\":1,\"data\":{\"email\":\"\xff\"}}").starts_with("no valid JSON"));
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  EXPECT_EQ(body_refusal(R"({"revision":1,"data":)" + deep + "}"), "nested deeper than 16 levels");
  const std::string long_text(kSnapshotBytesMax, 'x');
  EXPECT_EQ(body_refusal(R"({"revision":1,"data":{"email":")" + long_text + "\"}}"),
            "a resource of more than 262144 bytes");
}

TEST(SnapshotTest, ALineSaysWhatItIsAbout) {
  Snapshot line;
  ASSERT_TRUE(read_snapshot_line(
      rules(), R"({"type":"patient","foreign_id":9,"revision":3,"deleted":true})", line));
  EXPECT_TRUE(line.deleted);
  EXPECT_EQ(line.foreign_id, "9");
  EXPECT_EQ(line.revision, 3);

  const auto refused =
      read_snapshot_line(rules(), R"({"type":"patient","foreign_id":"9","data":{}})", line);
  EXPECT_EQ(refused.error().detail, "revision is missing");
  EXPECT_EQ(line.foreign_id, "9");
}

TEST(SnapshotTest, AnyBytesAreReadOrRefused) {
  check_property([](const std::string&) {
    const auto bytes = *any_bytes();
    Snapshot line;
    (void)read_snapshot_line(rules(), bytes, line);
    (void)read_snapshot(rules(), bytes, bytes, Sent::kResource, Document(bytes));
  });
}

}  // namespace
}  // namespace chartbell
