// Forms as clients ask for them: templates, requests, responses.
#include <gmock/gmock.h>

#include "base/time_text.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

using enum ResourceKind;
constexpr std::string_view kName = "d2594a76862247209d4c35a92e0902f8";

class FormRoutesTest : public ApiTest {
 protected:
  FormRoutesTest() {
    put(kPatient, 41, R"({"preferred_language":"es","bio":{"date_of_birth":"1990-02-03"}})");
    put(kPatient, 42, R"({"preferred_language":"fr","bio":{"date_of_birth":"1990-02-03"}})");
    put(kPatient, 43, R"({"bio":{"date_of_birth":null}})");
    put(kAppointment, 51, R"({"patient_id":41})");
    location_ = to_string(accounts_.institutions().value().at(0).locations.at(0).id);
    version_ = id_of(call("POST", "/form_templates?subdomain=green", R"({"name":"history"})"));
  }
  void put(ResourceKind kind, std::int64_t id, std::string document) {
    records_.rows.push_back({.institution = green_,
                             .source = {1},
                             .kind = kind,
                             .id = {id},
                             .location = {},
                             .key = ForeignKey(id * 10),
                             .created_at = clock_.now(),
                             .updated_at = clock_.now(),
                             .document = Document(std::move(document))});
  }
  HttpResponse ask_for(const std::string& members, const std::string& key = "key-a") {
    return call("POST", "/form_requests?subdomain=green",
                R"({"form_request":{"location_id":)" + location_ + "," + members + "}}", key);
  }
  HttpResponse ask_patient(const std::string& more = "") {
    return ask_for(R"("patient_id":41,"form_template_id":)" + version_ + more);
  }
  void put_response(FormResponseStatus status, WriteFault fault = WriteFault::kNone) {
    forms_.put({.institution = green_,
                .id = {435},
                .request = std::string(kName),
                .form = {7},
                .patient = {415},
                .location = {1},
                .appointment = {},
                .document = {436},
                .document_url = "/documents/ee09.pdf",
                .language = "en",
                .status = status,
                .fault = fault,
                .created_at = clock_.now(),
                .updated_at = clock_.now(),
                .answers = Document(R"({"smoker":true})")});
  }

  std::string location_;
  std::string version_;
};

TEST_F(FormRoutesTest, ATemplateIsAddedOnce) {
  const auto again = call("POST", "/form_templates?subdomain=green", R"({"name":"history"})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(id_of(again), version_);
  EXPECT_EQ(keys(data(again)), "id name version active created_at ");
  const auto next = call("POST", "/form_templates?subdomain=green", R"({"name":"history","v":2})");
  EXPECT_EQ(next.status, 201);
  EXPECT_EQ(data(next).at("version").as_int64(), 2);
  expect_refusal(call("POST", "/form_templates?subdomain=green", R"({"title":"wrong"})"), 400,
                 "/title: must be an object");
  expect_refusal(call("POST", "/form_templates?subdomain=green"), 400, "Missing template");
}

TEST_F(FormRoutesTest, ATemplateIsShownWithItsTextAndTurnedOff) {
  const auto path = "/form_templates/" + version_ + "?subdomain=green";
  EXPECT_EQ(data(call("GET", path)).at("template").at("name").as_string(), "history");
  EXPECT_EQ(call("GET", path, "", "key-b").status, 200);
  expect_refusal(call("GET", "/form_templates/1?subdomain=green"), 404, "Form template not found");
  EXPECT_FALSE(data(call("PATCH", path, R"({"active":false})")).at("active").as_bool());
  expect_refusal(call("PATCH", path, "{}"), 400, "Missing parameter active");
  expect_refusal(ask_patient(), 409, "form_template_id: this version is not active");
}

TEST_F(FormRoutesTest, AnothersTemplatesAreNotThere) {
  expect_refusal(call("GET", "/form_templates/" + version_ + "?subdomain=blue", "", "key-b"), 404,
                 "Form template not found");
  EXPECT_EQ(call("GET", "/form_templates?subdomain=blue").status, 403);
}

TEST_F(FormRoutesTest, APatientIsAskedByALinkThatIsToldOnce) {
  const auto answer = ask_patient();
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto shown = data(answer).at("form_request").as_object();
  EXPECT_EQ(keys(shown),
            "id location_id appointment_id patient_id form_template_id language status has_draft "
            "created_at expires_at ended_at url ");
  EXPECT_EQ(shown.at("id").as_string(), kName);
  EXPECT_EQ(shown.at("language").as_string(), "es") << "the patient's";
  EXPECT_EQ(forms_.issued->source, SourceId{1});
  EXPECT_EQ(forms_.issued->expires_at, clock_.now() + std::chrono::days(14));
  const auto read = call("GET", "/form_requests/" + std::string(kName) + "?subdomain=green");
  EXPECT_EQ(read.body.find("secret"), std::string::npos);
}

TEST_F(FormRoutesTest, ALanguageThatTheFormLacksIsItsFirst) {
  ask_for(R"("patient_id":42,"form_template_id":)" + version_);
  EXPECT_EQ(forms_.issued->language, "en");
  ask_patient(R"(,"language":"en")");
  EXPECT_EQ(forms_.issued->language, "en");
  expect_refusal(ask_patient(R"(,"language":"de")"), 400, "language: this form does not have it");
}

TEST_F(FormRoutesTest, WhatARequestNamesMustBeThere) {
  expect_refusal(ask_for(R"("form_template_id":)" + version_), 400, "Missing parameter patient_id");
  expect_refusal(ask_for(R"("patient_id":41)"), 400, "Missing parameter form_template_id");
  expect_refusal(ask_for(R"("patient_id":41,"form_template_id":1)"), 404,
                 "form_template_id: not found");
  expect_refusal(ask_for(R"("patient_id":99,"form_template_id":)" + version_), 404,
                 "patient_id: not found");
  expect_refusal(ask_for(R"("patient_id":43,"form_template_id":)" + version_), 400,
                 "patient_id: has no date of birth, which the form's page asks for");
  expect_refusal(ask_patient(R"(,"appointment_id":77)"), 404, "appointment_id: not found");
  expect_refusal(call("POST", "/form_requests?subdomain=green",
                      R"({"form_request":{"patient_id":41,"form_template_id":)" + version_ + "}}"),
                 400, "Missing parameter location_id");
  EXPECT_EQ(call("POST", "/form_requests?subdomain=green&location_id=" + location_,
                 R"({"form_request":{"patient_id":41,"form_template_id":)" + version_ + "}}")
                .status,
            201);
}

TEST_F(FormRoutesTest, AnAppointmentIsThePatientsOwn) {
  ask_patient(R"(,"appointment_id":51)");
  EXPECT_EQ(forms_.issued->appointment, ResourceId{51});
  expect_refusal(ask_for(R"("patient_id":42,"appointment_id":51,"form_template_id":)" + version_),
                 400, "appointment_id: is another patient's");
}

TEST_F(FormRoutesTest, ALinkEndsWithin90Days) {
  for (const auto days : {-1, 91}) {
    const auto at = to_text(clock_.now() + std::chrono::days(days));
    expect_refusal(ask_patient(R"(,"expires_at":")" + at + "\""), 400,
                   "expires_at must be in the future, and within 90 days");
  }
  EXPECT_EQ(ask_patient(R"(,"expires_at":")" + to_text(clock_.now() + std::chrono::days(1)) + "\"")
                .status,
            201);
}

TEST_F(FormRoutesTest, ARequestIsReadByEitherFormOfItsNameAndRevokedOnce) {
  ask_patient();
  EXPECT_EQ(
      call("GET", "/form_requests/d2594a76-8622-4720-9d4c-35a92e0902f8?subdomain=green").status,
      200);
  const auto path = "/form_requests/" + std::string(kName) + "?subdomain=green";
  const auto revoked = call("DELETE", path);
  EXPECT_EQ(data(revoked).at("status").as_string(), "revoked");
  EXPECT_EQ(data(revoked).at("ended_at").as_string(), to_text(clock_.now()));
  expect_refusal(call("DELETE", path), 409, "This form request has ended");
  expect_refusal(call("GET", "/form_requests/77?subdomain=green"), 404, "Form request not found");
  expect_refusal(
      call("GET", "/form_requests/" + std::string(kName) + "?subdomain=blue", "", "key-b"), 404,
      "Form request not found");
}

TEST_F(FormRoutesTest, RequestsAreListedByThePage) {
  ask_patient();
  forms_.next = ResourceId{902};
  const auto answer = call(
      "GET", "/form_requests?subdomain=green&status=open&patient_id=41&location_id=" + location_ +
                 "&limit=1");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(forms_.asked_requests.status, FormRequestStatus::kOpen);
  EXPECT_EQ(forms_.asked_requests.patient, ResourceId{41});
  EXPECT_EQ(forms_.asked_requests.limit, 1u);
  const auto cursor = std::string(parsed(answer).at("page").at("next_cursor").as_string());
  call("GET", "/form_requests?subdomain=green&cursor=" + cursor);
  EXPECT_EQ(forms_.asked_requests.before, ResourceId{902});
  EXPECT_EQ(call("GET", "/form_responses?subdomain=green&cursor=" + cursor).status, 400);
  expect_refusal(call("GET", "/form_requests?subdomain=green&status=new"), 400,
                 "status must be open, completed, revoked or expired");
}

TEST_F(FormRoutesTest, AResponseIsShownAsTheVendorsAndMore) {
  put_response(FormResponseStatus::kFailed, WriteFault::kRefused);
  const auto shown = data(call("GET", "/form_responses/435?subdomain=green"));
  EXPECT_EQ(keys(shown),
            "id status response_documents form_request_id patient_id form_template_id location_id "
            "appointment_id language error created_at updated_at answers ");
  EXPECT_EQ(json::serialize(shown.at("response_documents")),
            R"([{"id":436,"pdf_url":"/api/documents/ee09.pdf"}])");
  EXPECT_EQ(shown.at("form_request_id").as_string(), "d2594a76-8622-4720-9d4c-35a92e0902f8");
  EXPECT_EQ(shown.at("error").at("code").as_string(), "refused");
  const auto list = parsed(call("GET", "/form_responses?subdomain=green&status=failed"));
  EXPECT_FALSE(list.at("data").at(0).as_object().contains("answers"));
  EXPECT_EQ(forms_.asked_responses.status, FormResponseStatus::kFailed);
  expect_refusal(call("GET", "/form_responses/435?subdomain=blue", "", "key-b"), 404,
                 "Form response not found");
}

TEST_F(FormRoutesTest, AFailedResponseIsWrittenAgain) {
  put_response(FormResponseStatus::kFailed, WriteFault::kRefused);
  const auto answer = call("POST", "/form_responses/435/write?subdomain=green");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(data(answer).at("status").as_string(), "pending");
}

TEST_F(FormRoutesTest, WhatHasNotFailedIsNotWrittenAgain) {
  put_response(FormResponseStatus::kComplete);
  expect_refusal(call("POST", "/form_responses/435/write?subdomain=green"), 409,
                 "This form response has not failed");
}

TEST_F(FormRoutesTest, ResponsesOfARequestAreFoundByItsName) {
  call("GET", "/form_responses?subdomain=green&updated_since=2024-01-02&form_request_id=" +
                  std::string(kName));
  EXPECT_EQ(forms_.asked_responses.request, kName);
  EXPECT_TRUE(forms_.asked_responses.updated_since);
  EXPECT_EQ(call("GET", "/form_responses?subdomain=green&form_request_id=7").status, 400);
}

}  // namespace
}  // namespace chartbell
