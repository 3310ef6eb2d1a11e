#include "deliver/directory.h"

#include <gtest/gtest.h>

#include "support/events.h"

namespace chartbell {
namespace {

constexpr InstitutionId kGreen{1};
constexpr InstitutionId kBlue{2};

Subscription subscription(std::int64_t id, EndpointId endpoint, InstitutionId institution,
                          std::string_view event, std::int64_t from = 0) {
  return {.id = {id},
          .endpoint = endpoint,
          .institution = institution,
          .topic = Topic(row_named(event)),
          .from = {from}};
}

Event event_at(InstitutionId institution, std::int64_t seq, std::string_view name) {
  return {institution, {seq}, new_event(institution, name, seq)};
}

Directory directory_of(std::vector<Subscription> subscriptions) {
  return Directory({{.id = {7}, .target_url = "https://a.example/"}}, std::move(subscriptions));
}

TEST(DirectoryTest, OnlyTheSubscribedRowOfTheInstitutionIsOwed) {
  const auto directory = directory_of({subscription(1, {7}, kGreen, "patient_created")});
  const auto* owed = directory.owed({7}, event_at(kGreen, 1, "patient_created"));
  ASSERT_NE(owed, nullptr);
  EXPECT_EQ(owed->id, SubscriptionId{1});
  EXPECT_EQ(directory.owed({7}, event_at(kGreen, 1, "patient_updated")), nullptr);
  EXPECT_EQ(directory.owed({7}, event_at(kBlue, 1, "patient_created")), nullptr);
  EXPECT_EQ(directory.owed({8}, event_at(kGreen, 1, "patient_created")), nullptr);
}

TEST(DirectoryTest, EventsUpToTheSubscriptionsPlaceAreNotOwed) {
  const auto directory = directory_of({subscription(1, {7}, kGreen, "patient_created", 5)});
  EXPECT_EQ(directory.owed({7}, event_at(kGreen, 5, "patient_created")), nullptr);
  EXPECT_NE(directory.owed({7}, event_at(kGreen, 6, "patient_created")), nullptr);
}

TEST(DirectoryTest, InactiveSubscriptionsAndThoseOfNoEndpointDoNotExist) {
  auto off = subscription(1, {7}, kGreen, "patient_created");
  off.active = false;
  const auto directory = directory_of({off, subscription(2, {8}, kGreen, "patient_created")});
  EXPECT_TRUE(directory.lanes().empty());
  EXPECT_EQ(directory.owed({7}, event_at(kGreen, 1, "patient_created")), nullptr);
  EXPECT_EQ(directory.endpoint({8}), nullptr);
}

TEST(DirectoryTest, ALaneStartsWhereItsEarliestSubscriptionDoes) {
  const auto directory = directory_of({subscription(1, {7}, kGreen, "patient_created", 9),
                                       subscription(2, {7}, kGreen, "patient_updated", 4),
                                       subscription(3, {7}, kBlue, "patient_updated", 2)});
  EXPECT_EQ(directory.first_owed(kGreen, {7}), EventSeq{4});
  EXPECT_EQ(directory.first_owed(kBlue, {7}), EventSeq{2});
  const std::vector<std::pair<InstitutionId, EndpointId>> lanes = {{kGreen, {7}}, {kBlue, {7}}};
  EXPECT_EQ(directory.lanes(), lanes);
}

}  // namespace
}  // namespace chartbell
