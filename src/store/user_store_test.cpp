#include "store/user_store.h"

#include <fstream>

#include <gtest/gtest.h>

#include "store/audit_trail.h"
#include "store/store_for_test.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

const AuditNote kNote{.user = {1}, .who = "ada", .act = "tried"};

class UserStoreTest : public testing::Test, protected StoreWorld {
 protected:
  User add(const std::string& name, Role role = Role::kViewer) {
    auto made = users().add_user({.name = name,
                                  .display_name = "Somebody",
                                  .role = role,
                                  .password_hash = "hash of " + name},
                                 UserStore::Which::kAny, kNote);
    CHECK(made.has_value());
    return *made;
  }
  // The store as another process on the same file sees it.
  SqliteUserStore users() { return SqliteUserStore(*core); }
  Code code_of(const auto& result) { return result ? Code::kInternal : result.error().code; }
  UserSession session_of(const User& user, const std::string& hash = "s") {
    UserSession out{.id_hash = hash,
                    .user = user.id,
                    .created_at = clock.now(),
                    .seen_at = clock.now(),
                    .generation = user.generation};
    CHECK(users().begin_session(out, "", std::nullopt).has_value());
    return out;
  }
  bool is_open(const std::string& hash) { return users().session(hash)->has_value(); }
  std::size_t notes() { return SqliteAuditTrail(*core).entries({.limit = 500})->rows.size(); }
  void turn_on_second_factor(const User& user) {
    CHECK(users().offer_second_factor(user.id, "totp-secret").has_value());
    CHECK(users().confirm_second_factor(user.id, 7, {"r1", "r2"}, kNote).has_value());
  }
};

TEST_F(UserStoreTest, AUserIsKeptWithSecrets) {
  EXPECT_FALSE(*users().has_users());
  const auto made = add("ada", Role::kAdmin);
  open();
  EXPECT_TRUE(*users().has_users());
  EXPECT_EQ(*users().users(), std::vector{made});
  const auto found = *users().secrets("ada");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user, made);
  EXPECT_EQ(found->password_hash, "hash of ada");
  EXPECT_EQ(found->totp_secret, "");
  EXPECT_FALSE(*users().secrets("Ada"));
  EXPECT_FALSE(*users().secrets(UserId{made.id.value + 1}));
  EXPECT_EQ(notes(), 1U);
}

TEST_F(UserStoreTest, TheFirstUserIsMadeOnce) {
  const auto first = [&](const char* name) {
    return users().add_user({name, "", Role::kAdmin, "x"}, UserStore::Which::kFirst, kNote);
  };
  EXPECT_TRUE(first("ada"));
  EXPECT_EQ(code_of(first("eve")), Code::kConflict);
  EXPECT_EQ(users().users()->size(), 1U);
  EXPECT_EQ(notes(), 1U);
}

TEST_F(UserStoreTest, TwoUsersHaveTwoNames) {
  add("ada");
  EXPECT_EQ(
      code_of(users().add_user({"ada", "", Role::kViewer, "x"}, UserStore::Which::kAny, kNote)),
      Code::kConflict);
}

TEST_F(UserStoreTest, NothingThatProvesAUserIsInClearOnDisk) {
  const auto ada = add("ada");
  turn_on_second_factor(ada);
  close();
  std::string all;
  for (const auto* name : {"chartbell.db", "chartbell.db-wal"}) {
    std::ifstream file(folder.file(name), std::ios::binary);
    all += std::string(std::istreambuf_iterator<char>(file), {});
  }
  EXPECT_NE(all.find("ada"), std::string::npos);
  EXPECT_EQ(all.find("hash of ada"), std::string::npos);
  EXPECT_EQ(all.find("totp-secret"), std::string::npos);
}

TEST_F(UserStoreTest, ChangesOfPasswordRoleAndSecondFactorEndSessionsAndNamesDoNot) {
  add("root", Role::kAdmin);
  const auto ada = add("ada", Role::kAdmin);
  turn_on_second_factor(ada);
  std::vector<UserChange> ending(4);
  ending[0].role = Role::kViewer;
  ending[1].password_hash = "another";
  ending[2].without_second_factor = true;
  ending[3].disabled = true;
  UserChange harmless;
  harmless.display_name = "Ada Lovelace";
  session_of((*users().secrets(ada.id))->user);
  EXPECT_EQ(users().change_user(ada.id, harmless, kNote)->display_name, "Ada Lovelace");
  EXPECT_TRUE(is_open("s"));
  int count = 0;
  for (const auto& change : ending) {
    const auto hash = "e" + std::to_string(++count);
    session_of((*users().secrets(ada.id))->user, hash);
    EXPECT_TRUE(is_open(hash));
    const auto changed = users().change_user(ada.id, change, kNote);
    ASSERT_TRUE(changed);
    EXPECT_FALSE(is_open(hash)) << count;
  }
  const auto now = *users().secrets(ada.id);
  EXPECT_EQ(now->user.role, Role::kViewer);
  EXPECT_EQ(now->password_hash, "another");
  EXPECT_FALSE(now->user.second_factor);
  EXPECT_EQ(now->totp_secret, "");
  EXPECT_TRUE(now->user.disabled_at);
}

TEST_F(UserStoreTest, ASessionOfAnEarlierGenerationIsWorthless) {
  add("root", Role::kAdmin);
  auto ada = add("ada");
  --ada.generation;
  session_of(ada);
  EXPECT_FALSE(is_open("s"));
}

TEST_F(UserStoreTest, TheLastAdminStays) {
  const auto ada = add("ada", Role::kAdmin);
  add("bob", Role::kOperator);
  UserChange demoted, disabled;
  demoted.role = Role::kViewer;
  disabled.disabled = true;
  EXPECT_EQ(code_of(users().change_user(ada.id, demoted, kNote)), Code::kConflict);
  EXPECT_EQ(code_of(users().change_user(ada.id, disabled, kNote)), Code::kConflict);
  EXPECT_EQ(code_of(users().delete_user(ada.id, kNote)), Code::kConflict);
  EXPECT_EQ((*users().secrets(ada.id))->user, ada);
  add("eve", Role::kAdmin);
  EXPECT_TRUE(users().delete_user(ada.id, kNote));
  EXPECT_FALSE(*users().secrets(ada.id));
  EXPECT_EQ(code_of(users().delete_user(ada.id, kNote)), Code::kNotFound);
}

TEST_F(UserStoreTest, AHashIsRenewedUnlessThePasswordHasChanged) {
  const auto ada = add("ada");
  session_of(ada);
  EXPECT_TRUE(users().renew_hash(ada.id, "hash of ada", "dearer"));
  EXPECT_EQ((*users().secrets(ada.id))->password_hash, "dearer");
  EXPECT_TRUE(users().renew_hash(ada.id, "hash of ada", "late"));
  EXPECT_EQ((*users().secrets(ada.id))->password_hash, "dearer");
  EXPECT_TRUE(is_open("s"));
}

TEST_F(UserStoreTest, ASecondFactorIsOnOnceItIsConfirmed) {
  const auto ada = add("ada");
  EXPECT_EQ(code_of(users().confirm_second_factor(ada.id, 7, {}, kNote)), Code::kConflict);
  ASSERT_TRUE(users().offer_second_factor(ada.id, "first"));
  ASSERT_TRUE(users().offer_second_factor(ada.id, "second"));
  EXPECT_FALSE((*users().secrets(ada.id))->user.second_factor);
  EXPECT_FALSE(*users().use_step(ada.id, 7));
  session_of(ada);
  ASSERT_TRUE(users().confirm_second_factor(ada.id, 7, {"r1", "r2"}, kNote));
  EXPECT_FALSE(is_open("s"));
  const auto now = *users().secrets(ada.id);
  EXPECT_TRUE(now->user.second_factor);
  EXPECT_EQ(now->totp_secret, "second");
  EXPECT_EQ(now->totp_last_step, 7);
  EXPECT_EQ(code_of(users().confirm_second_factor(ada.id, 8, {}, kNote)), Code::kConflict);
  EXPECT_EQ(code_of(users().offer_second_factor(ada.id, "third")), Code::kConflict);
}

TEST_F(UserStoreTest, AStepAndARecoveryCodeAreGoodOnce) {
  const auto ada = add("ada");
  turn_on_second_factor(ada);
  EXPECT_FALSE(*users().use_step(ada.id, 7));
  EXPECT_TRUE(*users().use_step(ada.id, 8));
  EXPECT_FALSE(*users().use_step(ada.id, 8));
  EXPECT_TRUE(*users().use_recovery_code(ada.id, "r1", kNote));
  EXPECT_FALSE(*users().use_recovery_code(ada.id, "r1", kNote));
  EXPECT_FALSE(*users().use_recovery_code(ada.id, "r3", kNote));
  EXPECT_TRUE(*users().use_recovery_code(ada.id, "r2", kNote));
}

TEST_F(UserStoreTest, ASessionTakesTheOneBeforeAwayAndIsEnded) {
  const auto ada = add("ada");
  const auto before = session_of(ada, "before");
  auto next = before;
  next.id_hash = "next";
  ASSERT_TRUE(users().begin_session(next, "before", kNote));
  EXPECT_FALSE(is_open("before"));
  EXPECT_TRUE(is_open("next"));
  ASSERT_TRUE(users().count_wrong_code("next"));
  EXPECT_EQ((*users().session("next"))->session.wrong_codes, 1);
  ASSERT_TRUE(users().end_session("next", kNote));
  EXPECT_FALSE(is_open("next"));
  session_of(ada, "a");
  session_of(ada, "b");
  ASSERT_TRUE(users().end_sessions(ada.id, kNote));
  EXPECT_FALSE(is_open("a") || is_open("b"));
}

TEST_F(UserStoreTest, WhenASessionWasSeenIsWritten) {
  const auto ada = add("ada");
  session_of(ada);
  users().see_session("s", clock.now() + 2min);
  users().see_session("s", clock.now() + 1min);
  core->drain();
  EXPECT_EQ((*users().session("s"))->session.seen_at, clock.now() + 2min);
}

TEST_F(UserStoreTest, SessionsAreBoundedByNumberAndAge) {
  const auto ada = add("ada");
  const auto bob = add("bob");
  for (int i = 0; i < kUserSessionsMax + 1; ++i) {
    session_of(ada, "a" + std::to_string(i));
    clock.advance(1s);
  }
  EXPECT_FALSE(is_open("a0"));
  EXPECT_TRUE(is_open("a1"));
  clock.advance(kUserSessionMost);
  session_of(bob, "b");
  EXPECT_FALSE(is_open("a20"));
}

TEST_F(UserStoreTest, AToolSeesWhatTheServerWrites) {
  const auto ada = add("ada");
  auto tool = *StoreCore::open(options(StoreOptions::Role::kTool), clock, random);
  SqliteUserStore beside(*tool);
  EXPECT_EQ((*beside.secrets("ada"))->password_hash, "hash of ada");
  session_of(ada);
  UserChange change;
  change.password_hash = "reset";
  ASSERT_TRUE(beside.change_user(ada.id, change, kNote));
  EXPECT_FALSE(is_open("s"));
}

}  // namespace
}  // namespace chartbell
