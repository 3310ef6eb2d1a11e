#include "model/emit.h"

#include <vector>

#include <gtest/gtest.h>


namespace chartbell {
namespace {

TEST(IntegerAt, IntegersAlone) {
  const Document document(R"({"a":7,"b":null,"c":"7","d":7.5,"e":{"a":1}})");
  EXPECT_EQ(integer_at(document, "a"), 7);
  for (const auto* path : {"b", "c", "d", "e", "f", ""})
    EXPECT_EQ(integer_at(document, path), std::nullopt) << path;
  EXPECT_EQ(integer_at(Document("{"), "a"), std::nullopt);
}

constexpr std::string_view kSubdomain = "green\"dental";

NewEvent event_of(std::string_view event, std::string_view previous) {
  for (const auto& row : catalogue())
    if (row.event == event)
      return make_event(row,
                        {.institution = InstitutionId{5},
                         .subdomain = kSubdomain,
                         .resource = ResourceId{7},
                         .location = LocationId{11},
                         .time = from_ms(2000)},
                        R"({"id":7})", previous);
  return {};
}

TEST(MakeEvent, OneObjectAndWhatItWas) {
  const auto event = event_of("patient_updated", R"({"name":"x"})");
  EXPECT_EQ(event.event_name, "patient_updated");
  EXPECT_EQ(event.resource, ResourceId{7});
  EXPECT_EQ(event.location, LocationId{11});
  EXPECT_EQ(body_for(event.body, SubscriptionId{9}),
            R"({"institution_id":5,"subdomain":"green\"dental","webhook_subscription_id":9,)"
            R"("resource_type":"Patient","event_name":"patient_updated",)"
            R"("event_time":"1970-01-01T00:00:02.000Z",)"
            R"("data":{"patient":{"id":7},"previous_attributes":{"name":"x"}}})");
}

TEST(MakeEvent, ManyObjectsStandInAnArrayWithoutWhatTheyWere) {
  const auto body = body_for(event_of("patient_created", "{}").body, SubscriptionId{9});
  EXPECT_TRUE(body.ends_with(R"("data":{"patients":[{"id":7}]}})")) << body;
}

}  // namespace
}  // namespace chartbell
