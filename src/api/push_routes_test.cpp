#include <gtest/gtest.h>

#include "support/api_world.h"

namespace chartbell {
namespace {

using Status = PushReceipt::Status;

class PushRoutesTest : public ApiTest {
 protected:
  static constexpr std::string_view kOne =
      "/api/v1/sources/front-office/resources/patient/p-1?subdomain=green";
  static constexpr std::string_view kMany =
      "/api/v1/sources/front-office/resources?subdomain=green";

  HttpResponse put(std::string query = {}) {
    return call("PUT", std::string(kOne) + query, R"({"revision":7,"data":{"email":"a@b.c"}})");
  }
  HttpResponse post(HttpFields fields, std::string body = "{}\n{}") {
    std::optional<HttpResponse> out;
    ask(
        "POST", std::string(kMany), std::move(body), "key-a",
        [&](HttpResponse answer) { out = std::move(answer); }, std::move(fields));
    return *std::move(out);
  }
};

TEST_F(PushRoutesTest, OneIsAnsweredByItsReceipt) {
  const auto answer = put();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(json::serialize(data(answer)),
            R"({"type":"patient","foreign_id":"p-1","id":1001,"status":"applied","revision":7})");
  ASSERT_EQ(pushes_.asked.size(), 1u);
  EXPECT_EQ(pushes_.asked[0].source, SourceId{1});
  EXPECT_EQ(pushes_.asked[0].snapshot.type, "patient");
  EXPECT_EQ(pushes_.asked[0].snapshot.foreign_id, "p-1");
  EXPECT_EQ(pushes_.asked[0].snapshot.body.expose(), R"({"revision":7,"data":{"email":"a@b.c"}})");
  EXPECT_EQ(pushes_.asked[0].new_ones, NewOnes::kTold);
  put("&baseline=true");
  EXPECT_EQ(pushes_.asked[1].new_ones, NewOnes::kSilent);
}

TEST_F(PushRoutesTest, ARemovalSaysItsRevision) {
  EXPECT_EQ(call("DELETE", std::string(kOne) + "&revision=8").status, 200);
  EXPECT_EQ(call("DELETE", std::string(kOne), R"({"revision":9})").status, 200);
  EXPECT_TRUE(pushes_.asked[0].snapshot.deleted);
  EXPECT_EQ(pushes_.asked[0].snapshot.body.expose(), R"({"revision":8})");
  EXPECT_EQ(pushes_.asked[1].snapshot.body.expose(), R"({"revision":9})");
  expect_refusal(call("DELETE", std::string(kOne)), 400, "Missing parameter revision");
}

TEST_F(PushRoutesTest, WhatCameOfItDecidesTheStatus) {
  auto& receipt = pushes_.receipts->at(0);
  receipt.status = Status::kStale;
  EXPECT_EQ(data(put()).at("status"), "stale");
  receipt.status = Status::kConflict;
  receipt.reason = "revision 7 is stored with other content";
  expect_refusal(put(), 409, "revision 7 is stored with other content");
  receipt.status = Status::kRefused;
  receipt.reason = "data.emial: the resource has no such field";
  expect_refusal(put(), 422, "data.emial: the resource has no such field");
}

TEST_F(PushRoutesTest, BusyAndEndingServersSayWhenToComeBack) {
  pushes_.full = true;
  EXPECT_EQ(put().status, 429);
  EXPECT_EQ(field(put().fields, "retry-after"), "1");
  pushes_.full = false;
  pushes_.receipts = failure(Code::kUnreachable, "Chartbell is ending");
  EXPECT_EQ(put().status, 503);
  pushes_.receipts = failure(Code::kNotFound, "The source takes no pushes");
  EXPECT_EQ(put().status, 404);
  pushes_.receipts = failure(Code::kTooLarge, "too large");
  EXPECT_EQ(put().status, 413);
}

TEST_F(PushRoutesTest, LinesAreAnsweredOneByOne) {
  pushes_.receipts = std::vector<PushReceipt>{
      {.revision = 1, .id = ResourceId{5}, .type = "patient", .foreign_id = "a", .line = 1},
      {.status = Status::kRefused, .reason = "no JSON object", .line = 3}};
  const auto answer = post({{"Content-Type", "application/x-ndjson"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(
      json::serialize(data(answer)),
      R"({"applied":1,"unchanged":0,"stale":0,"conflict":0,"refused":1,"lines":[)"
      R"({"line":1,"type":"patient","foreign_id":"a","id":5,"status":"applied","revision":1,)"
      R"("reason":null},{"line":3,"type":null,"foreign_id":null,"id":null,"status":"refused",)"
      R"("revision":0,"reason":"no JSON object"}]})");
  EXPECT_FALSE(pushes_.batches.at(0).packed);
}

TEST_F(PushRoutesTest, LinesMayBePackedByGzipAndNothingElse) {
  EXPECT_EQ(post({{"Content-Type", "application/x-ndjson"}, {"Content-Encoding", "GZIP"}}).status,
            200);
  EXPECT_TRUE(pushes_.batches.at(0).packed);
  EXPECT_EQ(post({{"Content-Type", "application/x-ndjson"}, {"Content-Encoding", "br"}}).status,
            415);
  EXPECT_EQ(post({{"Content-Type", "application/json"}}, "{}").status, 415);
  EXPECT_EQ(post({{"Content-Type", "text/csv"}}).status, 415);
  EXPECT_EQ(pushes_.batches.size(), 1u);
}

TEST_F(PushRoutesTest, OtherInstitutionsSourcesCannotBePushed) {
  const std::string path = "/api/v1/sources/front-office/resources/patient/p-1";
  const std::string body = R"({"revision":1,"data":{}})";
  expect_refusal(call("PUT", path, body), 400, "Missing parameter subdomain");
  EXPECT_EQ(call("PUT", path + "?subdomain=blue", body).status, 403);
  EXPECT_EQ(call("PUT", path + "?subdomain=blue", body, "key-b").status, 404);
  EXPECT_EQ(call("PUT", path + "?subdomain=green", body, "nobody").status, 401);
  EXPECT_TRUE(pushes_.asked.empty());
}

}  // namespace
}  // namespace chartbell
