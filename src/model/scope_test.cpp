#include "model/scope.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(ScopesTest, AreWrittenAndReadBack) {
  Scopes some;
  some.add(Scope::kWebhooks);
  some.add(Scope::kRead);
  EXPECT_EQ(some.text(), "read,webhooks");
  EXPECT_EQ(Scopes::of_text(some.text()), some);
  EXPECT_EQ(Scopes::of_text(Scopes::all().text()), Scopes::all());
}

TEST(ScopesTest, UnknownNamesGiveNothingAway) {
  EXPECT_TRUE(Scopes::of_text("").empty());
  EXPECT_TRUE(Scopes::of_text("*").empty());
  EXPECT_EQ(Scopes::of_text("root,write,").text(), "write");
  EXPECT_FALSE(scope_named("Read").has_value());
}

TEST(ScopesTest, WhoMayChangeWebhooksMayReadThem) {
  EXPECT_TRUE(Scopes::of_text("webhooks").has(Scope::kWebhooksRead));
  EXPECT_FALSE(Scopes::of_text("webhooks.read").has(Scope::kWebhooks));
  EXPECT_FALSE(Scopes::of_text("read,write,operate").has(Scope::kWebhooksRead));
  EXPECT_EQ(Scopes::of_text("webhooks.read").text(), "webhooks.read");
  EXPECT_EQ(Scopes::all().text(), "read,write,webhooks,operate") << "as keys have been stored";
}

TEST(ScopesTest, HaveOnlyWhatWasAdded) {
  Scopes some;
  some.add(Scope::kOperate);
  for (const auto scope : kScopes) EXPECT_EQ(some.has(scope), scope == Scope::kOperate);
}

}  // namespace
}  // namespace chartbell
