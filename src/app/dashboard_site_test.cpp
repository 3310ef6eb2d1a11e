#include "app/dashboard_site.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

HttpResponse get(std::string target, HttpFields fields = {}) {
  return dashboard_answer({.method = "GET",
                           .target = std::move(target),
                           .fields = std::move(fields),
                           .body = {},
                           .peer = {}});
}

std::string_view value(const HttpResponse& answer, std::string_view name) {
  return field(answer.fields, name).value_or("none");
}

TEST(DashboardSite, IsBesideTheApi) {
  for (const std::string_view own : {"/", "/app", "/app/", "/app/events?in=green"})
    EXPECT_TRUE(is_dashboard(own)) << own;
  for (const std::string_view other : {"/appointments", "/application", "/api/v1/events", "/docs"})
    EXPECT_FALSE(is_dashboard(other)) << other;
}

TEST(DashboardSite, OnlyReads) {
  const auto answer =
      dashboard_answer({.method = "POST", .target = "/app/", .fields = {}, .body = {}, .peer = {}});
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(value(answer, "allow"), "GET, HEAD");
}

TEST(DashboardSite, SaysSoWhereItWasLeftOut) {
  if (dashboard_files().empty()) EXPECT_EQ(get("/app/").status, 404);
}

class DashboardFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (dashboard_files().empty()) GTEST_SKIP() << "built without the dashboard";
  }
};

TEST_F(DashboardFilesTest, EveryViewIsTheOnePage) {
  EXPECT_EQ(value(get("/"), "location"), "/app/");
  const auto page = get("/app/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(value(page, "content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(value(page, "cache-control"), "no-cache");
  EXPECT_EQ(get("/app/events/7?in=green").body, page.body);
  EXPECT_EQ(get("/app/assets/none.js").status, 404);
}

TEST_F(DashboardFilesTest, NothingIsInlineAndNothingFromElsewhere) {
  const auto page = get("/app/");
  EXPECT_EQ(page.body.find("<style"), std::string::npos);
  EXPECT_EQ(page.body.find("://"), std::string::npos);
  const auto policy = value(page, "content-security-policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
}

TEST_F(DashboardFilesTest, WhatABrowserHasIsNotSentAgain) {
  const auto page = get("/app/");
  const auto again = get("/app/", {{"if-none-match", std::string(value(page, "etag"))}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
}

TEST_F(DashboardFilesTest, FilesGoPackedToWhoTakesThem) {
  const auto plain = get("/app/");
  const auto packed = get("/app/", {{"accept-encoding", "gzip, br"}});
  EXPECT_EQ(value(packed, "content-encoding"), "gzip");
  EXPECT_EQ(value(plain, "content-encoding"), "none");
  EXPECT_TRUE(packed.body.starts_with("\x1f\x8b"));
}

}  // namespace
}  // namespace chartbell
