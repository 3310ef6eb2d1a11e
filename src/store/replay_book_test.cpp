#include "store/replay_book.h"

#include "store/store_for_test.h"

namespace chartbell {
namespace {

class ReplayBookTest : public testing::Test, protected StoreWorld {
 protected:
  NewReplay wanted() {
    return {.endpoint = endpoint_,
            .institution = green_,
            .after = {3},
            .to = {9},
            .topic = *Topic::of("Patient", "*"),
            .undelivered_only = true};
  }

  InstitutionId green_ = institution();
  AccountId account_ = *accounts->put_account("a", sha256("a"), {"*"});
  EndpointId endpoint_ =
      accounts->create_endpoint(account_, "https://a.example/", true, "secret")->id;
};

TEST_F(ReplayBookTest, AReplayIsKeptAsItWasMadeAndTheDispatcherHearsOfIt) {
  const auto version = accounts->directory_version().value();
  const auto made = replays->create(wanted());
  ASSERT_TRUE(made);
  EXPECT_NE(accounts->directory_version().value(), version);
  EXPECT_EQ(made->cursor, EventSeq{3});
  EXPECT_EQ(made->topic.text(), "Patient/*");
  EXPECT_FALSE(made->done_at);
  open();
  EXPECT_EQ(replays->replay(made->id), *made);
  EXPECT_EQ(replays->replay({99}).error().code, Code::kNotFound);
}

TEST_F(ReplayBookTest, OneWithoutEventsIsDoneAtOnce) {
  auto empty = wanted();
  empty.to = empty.after;
  EXPECT_EQ(replays->create(empty)->done_at, clock.now());
}

TEST_F(ReplayBookTest, ACancelledOneIsDoneAndStaysSo) {
  const auto made = *replays->create(wanted());
  const auto version = accounts->directory_version().value();
  clock.advance(Milliseconds(5));
  const auto cancelled = *replays->cancel(made.id);
  EXPECT_TRUE(cancelled.cancelled);
  EXPECT_EQ(cancelled.done_at, clock.now());
  EXPECT_NE(accounts->directory_version().value(), version);
  clock.advance(Milliseconds(5));
  EXPECT_EQ(replays->cancel(made.id), cancelled);
  EXPECT_EQ(replays->cancel({99}).error().code, Code::kNotFound);
}

TEST_F(ReplayBookTest, OpenOnesAreBoundedAndListedByThePage) {
  for (std::size_t i = 0; i < kOpenReplaysMax; ++i) ASSERT_TRUE(replays->create(wanted()));
  EXPECT_EQ(replays->create(wanted()).error().code, Code::kConflict);
  auto page = *replays->of_endpoint(endpoint_, {}, 5);
  EXPECT_EQ(page.rows.size(), 5U);
  ASSERT_TRUE(page.next);
  EXPECT_GT(page.rows.front().id, page.rows.back().id);
  page = *replays->of_endpoint(endpoint_, page.next, 5);
  EXPECT_EQ(page.rows.size(), kOpenReplaysMax - 5);
  EXPECT_FALSE(page.next);
  ASSERT_TRUE(replays->cancel(page.rows.front().id));
  EXPECT_TRUE(replays->create(wanted()));
}

TEST_F(ReplayBookTest, ThereIsNoneOfAnEndpointThatIsGone) {
  const auto made = *replays->create(wanted());
  ASSERT_TRUE(accounts->delete_endpoint(account_, endpoint_));
  EXPECT_EQ(replays->replay(made.id).error().code, Code::kNotFound);
  EXPECT_EQ(replays->create(wanted()).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace chartbell
