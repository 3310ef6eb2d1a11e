#include "model/form_events.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

// A sample of the vendor's, without the white space around its values.
std::string sample(std::string_view event_name) {
  std::ifstream file(std::string(CHARTBELL_SOURCE_DIR) + "/tests/conformance/payloads/" +
                     std::string(event_name) + ".json");
  std::ostringstream text;
  text << file.rdbuf();
  std::string out;
  for (const char c : text.str())
    if (c != ' ' && c != '\n') out += c;
  return out;
}

WallTime time_of_samples() {
  return parse_utc("2024-03-21T17:52:47.824Z").value();
}

std::string body(const NewEvent& event) {
  return body_for(event.body, SubscriptionId{2});
}

TEST(FormRequestEvent, IsTheVendors) {
  FormRequest request{.institution = {1},
                      .id = {77},
                      .name = "d2594a76862247209d4c35a92e0902f8",
                      .location = {1},
                      .appointment = ResourceId{1}};
  const auto event = form_request_event(request, "test-subdomain", time_of_samples());
  EXPECT_EQ(body(event), sample("form_request_completed"));
  EXPECT_EQ(event.resource, ResourceId{77});
  EXPECT_EQ(event.location, LocationId{1});

  request.appointment.reset();
  EXPECT_NE(body(form_request_event(request, "x", time_of_samples()))
                .find(R"("location_id":1,"appointment_id":null})"),
            std::string::npos);
}

Document document_of_a_form() {
  return document_of(ResourceKind::kDocument,
                     {{"form_response_id", "435"},
                      {"form_request_id", R"("d1b3b3b3-3b3b-3b3b-3b3b-3b3b3b3b3b3b")"},
                      {"patient_id", "415"},
                      {"url", R"("/documents/ee0913ee13af4e0aa4df2af1738d43d6.pdf")"}});
}

Happening happening() {
  return {.institution = {1},
          .subdomain = "test-subdomain",
          .resource = {435},
          .location = {3},
          .time = time_of_samples()};
}

TEST(FormResponseEvent, IsTheVendors) {
  const auto event = form_response_event(happening(), document_of_a_form(), nullptr);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(body(*event), sample("form_response_insertion.complete"));
  EXPECT_EQ(event->resource, ResourceId{435});
}

TEST(FormResponseEvent, SaysWhyItFailed) {
  const EventFault fault{"refused", "It said no"};
  const auto event = form_response_event(happening(), document_of_a_form(), &fault);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->event_name, "form_response_insertion.failed");
  EXPECT_NE(body(*event).find(R"("id":435,"status":"failed",)"), std::string::npos);
  EXPECT_TRUE(body(*event).ends_with(
      R"("patient_id":415},"error":{"code":"refused","message":"It said no"}}})"));
}

TEST(FormResponseEvent, IsNoneOfAnotherDocument) {
  const auto other = document_of(ResourceKind::kDocument, {{"patient_id", "415"}});
  EXPECT_FALSE(form_response_event(happening(), other, nullptr).has_value());
  EXPECT_FALSE(form_response_event(happening(), Document("{"), nullptr).has_value());
}

}  // namespace
}  // namespace chartbell
