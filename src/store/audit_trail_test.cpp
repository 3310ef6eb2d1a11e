#include "store/audit_trail.h"

#include <gtest/gtest.h>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class AuditTrailTest : public testing::Test, protected StoreWorld {
 protected:
  AuditEntry put(std::int64_t user, const std::string& act) {
    clock.advance(1s);
    return *trail_.record({.user = {user}, .who = "ada", .act = act, .about = "Patient 41"});
  }
  std::vector<std::int64_t> ids(AuditQuery query) {
    std::vector<std::int64_t> out;
    for (const auto& row : trail_.entries(query)->rows) out.push_back(row.id.value);
    return out;
  }

  SqliteAuditTrail trail_{*core};
};

using Ids = std::vector<std::int64_t>;

TEST_F(AuditTrailTest, WhatIsPutDownIsRead) {
  const auto put_down = put(7, "revealed");
  EXPECT_EQ(put_down.at, clock.now());
  const auto rows = trail_.entries({})->rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].id, put_down.id);
  EXPECT_EQ(rows[0].at, clock.now());
  EXPECT_EQ(rows[0].note.user, UserId{7});
  EXPECT_EQ(rows[0].note.who, "ada");
  EXPECT_EQ(rows[0].note.act, "revealed");
  EXPECT_EQ(rows[0].note.about, "Patient 41");
  EXPECT_EQ(rows[0].note.detail, "");
}

TEST_F(AuditTrailTest, TheNewestComesFirstAndFiltersNarrow) {
  const auto first = put(1, "signed_in");
  put(2, "signed_in");
  const auto third = put(1, "revealed");
  EXPECT_EQ(ids({}), (Ids{3, 2, 1}));
  EXPECT_EQ(ids({.user = UserId{1}}), (Ids{3, 1}));
  EXPECT_EQ(ids({.act = "signed_in"}), (Ids{2, 1}));
  EXPECT_EQ(ids({.user = UserId{1}, .act = "signed_in"}), Ids{1});
  EXPECT_EQ(ids({.since = third.at}), Ids{3});
  EXPECT_EQ(ids({.until = third.at}), (Ids{2, 1}));
  EXPECT_EQ(ids({.user = UserId{1}, .since = first.at, .until = third.at}), Ids{1});
}

TEST_F(AuditTrailTest, WhatIsNotWaitedForIsPutDownToo) {
  trail_.record_soon({.user = {7}, .who = "ada", .act = "sign_in_refused"});
  core->drain();
  EXPECT_EQ(ids({.act = "sign_in_refused"}), Ids{1});
}

// A route that answers on the store's thread would wait for itself.
TEST_F(AuditTrailTest, TheStoresOwnThreadMayPutDown) {
  bool told = false;
  core->write_async([](SqliteDb&) { return Result<void>(); },
                    [&](const Result<void>&) {
                      trail_.record_then(
                          {.user = {7}, .who = "ada", .act = "POST /x"},
                          [&](const Result<void>& done) { told = done.has_value(); });
                    });
  core->drain();
  core->drain();
  EXPECT_TRUE(told);
  EXPECT_EQ(ids({.act = "POST /x"}), Ids{1});
}

TEST_F(AuditTrailTest, APageKnowsWhereItGoesOn) {
  for (int i = 0; i < 5; ++i) put(1, "signed_in");
  auto page = *trail_.entries({.limit = 3});
  EXPECT_EQ(page.rows.size(), 3U);
  ASSERT_TRUE(page.next);
  page = *trail_.entries({.before = page.next, .limit = 3});
  EXPECT_EQ(page.rows.size(), 2U);
  EXPECT_FALSE(page.next);
  page = *trail_.entries({.limit = 5});
  EXPECT_FALSE(page.next);
}

}  // namespace
}  // namespace chartbell
