#include "source/push/push_reader.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/numbered_ids.h"

namespace chartbell {
namespace {

using enum ResourceKind;

class PushReaderTest : public testing::Test {
 protected:
  Snapshot snapshot(std::string_view type, std::string foreign_id, std::string data) {
    return read_snapshot(rules_, type, foreign_id, Sent::kResource,
                         Document(R"({"revision":1,"data":)" + std::move(data) + "}"))
        .value();
  }

  NumberedIds ids_;
  SnapshotRules rules_{.locations = {{"main", {11}, Zone::open("America/New_York").value()},
                                     {"2", {12}, Zone::open("Europe/Berlin").value()}},
                       .kinds = pushable_kinds()};
  PushReader reader_{
      {.institution = {5}, .foreign_id_type = "dentosoft", .rules = rules_, .ids = ids_}};
  const std::vector<ForeignKey> keys_{ForeignKey("a"), ForeignKey("b"), ForeignKey("c")};
};

TEST_F(PushReaderTest, WhatWasPushedLastIsThere) {
  auto gone = snapshot("patient", "b", "{}");
  gone.deleted = true;
  reader_.hold({snapshot("patient", "a", R"({"email":"a@b.c"})"), std::move(gone),
                snapshot("provider", "c", "{}")});
  const auto rows = reader_.read_keys(kPatient, keys_).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].key, keys_[0]);
  reader_.hold({});
  EXPECT_TRUE(reader_.read_keys(kPatient, keys_).value().empty());
}

TEST_F(PushReaderTest, RowsAreRenderedAsThoseOfOtherSources) {
  reader_.hold({snapshot("appointment", "a", R"({"patient_id":7,"location_id":2,
      "start_time":"2031-07-01T09:00:00Z","note":"x",
      "descriptors":[{"foreign_id":1,"code":"D1"}]})")});
  const auto rows = reader_.read_keys(kAppointment, keys_).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].location, LocationId{12});
  const std::string text(rows[0].document.expose());
  for (const std::string leaf :
       {R"("patient_id":1001)", R"("foreign_id":"a")", R"("foreign_id_type":"dentosoft")",
        R"("institution_id":5)", R"("timezone":"Europe/Berlin")", R"("timezone_offset":"+2:00")",
        R"("start_time":"2031-07-01T09:00:00.000Z")", R"("location_id":12)", R"("id":null)"})
    EXPECT_NE(text.find(leaf), std::string::npos) << leaf;
  EXPECT_EQ(ids_.id_of(kPatient, ForeignKey("7")), 1001);
  const auto children = reader_.read_children(kAppointment, keys_).value();
  ASSERT_EQ(children.size(), 1u);
  EXPECT_EQ(children[0].parent, keys_[0]);
}

TEST_F(PushReaderTest, NobodyReadsItFromEndToEnd) {
  EXPECT_FALSE(reader_.read_after(kPatient, std::nullopt, 10));
  EXPECT_FALSE(reader_.read_key_list(kPatient, std::nullopt, 10));
}

TEST_F(PushReaderTest, KindsComeAfterThoseThatTheyReferTo) {
  const auto place = [&](ResourceKind kind) {
    return std::ranges::find(reader_.kinds(), kind, &KindRules::kind) - reader_.kinds().begin();
  };
  EXPECT_LT(place(kPatient), place(kAppointment));
  EXPECT_LT(place(kProvider), place(kAppointment));
  EXPECT_LT(place(kAppointment), place(kProcedure));
}

}  // namespace
}  // namespace chartbell
