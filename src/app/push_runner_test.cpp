#include "app/push_runner.h"

#include "app/intake_desk.h"
#include "store/store_for_test.h"

namespace chartbell {
namespace {

using Status = PushReceipt::Status;

class PushRunnerTest : public testing::Test {
 protected:
  PushRunnerTest() {
    const auto registered = world_.accounts->register_institution(
        {.subdomain = "green",
         .name = "Green",
         .locations = {{.name = "Main", .timezone = "America/New_York", .foreign_id = "0"}},
         .sources = {"vendor"}});
    ref_ = {registered->id, registered->sources.at(0)};
    location_ = registered->locations.at(0);
  }
  void open(std::string url) {
    SourceConfig config;
    config.name = "vendor";
    config.url = std::move(url);
    config.emr_name = config.emr_display_name = "dentosoft";
    config.emr_type = "cloud";
    std::vector<SourceLocation> locations = {
        {"0", location_, Zone::open("America/New_York").value()}};
    runner_ = PushRunner::open(
                  config, {.ref = ref_, .subdomain = "green", .locations = std::move(locations)},
                  surroundings_, [this](TurnTaker&) { ++wakes_; })
                  .value();
    desk_.add(ref_.institution, ref_.source, *runner_);
  }
  void push(std::string foreign_id, std::int64_t revision, std::string data = "{}",
            NewOnes new_ones = NewOnes::kTold) {
    const auto body =
        R"({"revision":)" + std::to_string(revision) + R"(,"data":)" + std::move(data) + "}";
    ASSERT_TRUE(desk_.push(ref_.source, {"patient", std::move(foreign_id), Document(body)},
                           new_ones, receiver()));
  }
  void push_batch(std::string lines) {
    ASSERT_TRUE(
        desk_.push_batch(ref_.source, {Document(std::move(lines))}, NewOnes::kTold, receiver()));
  }
  PushDesk::Receipts receiver() {
    answers_.emplace_back();
    return [this, place = answers_.size() - 1](Result<std::vector<PushReceipt>> receipts) {
      ASSERT_FALSE(answers_[place]);
      answers_[place] = std::move(receipts);
    };
  }
  // Turns until the runner rests.
  int turns() {
    int count = 1;
    while (runner_->turn().time == Milliseconds(0)) ++count;
    return count;
  }
  Status status(std::size_t answer, std::size_t line = 0) {
    return (*answers_.at(answer)).value().at(line).status;
  }
  std::int64_t events() const { return world_.log->head(ref_.institution).value; }
  SourceReport report() { return board_.reports().at(0); }

  StoreWorld world_;
  Board board_;
  SourceSurroundings surroundings_{.resources = *world_.resources,
                                   .accounts = *world_.accounts,
                                   .board = board_,
                                   .clock = world_.clock,
                                   .random = world_.random,
                                   .digest_key = "key"};
  SourceRef ref_;
  LocationId location_;
  std::unique_ptr<PushRunner> runner_;
  IntakeDesk desk_;
  int wakes_ = 0;
  std::deque<std::optional<Result<std::vector<PushReceipt>>>> answers_;
};

TEST_F(PushRunnerTest, WhatWaitsIsCommittedTogetherAndAnsweredOnce) {
  open("push:");
  for (int i = 0; i < 10; ++i) push("p" + std::to_string(i), 1);
  EXPECT_EQ(wakes_, 10);
  EXPECT_FALSE(answers_[0]);
  EXPECT_EQ(turns(), 1);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(status(i), Status::kApplied);
  EXPECT_EQ(events(), 10);
}

TEST_F(PushRunnerTest, PushesOfOneResourceFollowEachOther) {
  open("push:");
  push("p", 1, R"({"email":"a@b.c"})");
  push("p", 3, R"({"email":"c@b.c"})");
  push("p", 2, R"({"email":"b@b.c"})");
  turns();
  EXPECT_EQ(status(0), Status::kApplied);
  EXPECT_EQ(status(1), Status::kApplied);
  EXPECT_EQ(status(2), Status::kStale);
  EXPECT_EQ(events(), 2);
}

TEST_F(PushRunnerTest, ABatchIsAnsweredLineByLine) {
  open("push:");
  push_batch(R"({"type":"patient","foreign_id":"a","revision":1,"data":{}}
not json
{"type":"patient","foreign_id":"a","revision":1,"data":{"email":"x@y.z"}}

{"type":"patient","foreign_id":"b","revision":1,"deleted":true}
{"type":"patient","foreign_id":"a","revision":1,"data":{}})");
  turns();
  ASSERT_EQ((*answers_[0])->size(), 5u);
  EXPECT_EQ(status(0, 0), Status::kApplied);
  EXPECT_EQ(status(0, 1), Status::kRefused);
  EXPECT_EQ(status(0, 2), Status::kConflict);
  EXPECT_EQ(status(0, 3), Status::kApplied);
  EXPECT_EQ(status(0, 4), Status::kUnchanged);
  EXPECT_EQ((*answers_[0])->at(1).line, 2);
  EXPECT_EQ((*answers_[0])->at(3).line, 5);
  EXPECT_EQ(report().pushed, (PushCounts{.applied = 2, .unchanged = 1, .stale = 0, .refused = 2}));
}

TEST_F(PushRunnerTest, ALongBatchTakesSeveralCommitsAndHasAllItsReceipts) {
  open("push:");
  std::string lines;
  for (int i = 0; i < 1201; ++i)
    lines += R"({"type":"patient","foreign_id":)" + std::to_string(i) +
             R"(,"revision":1,"data":{}})"
             "\n";
  push_batch(lines);
  push("p", 1);
  EXPECT_GE(turns(), 3);
  EXPECT_EQ((*answers_[0])->size(), 1201u);
  EXPECT_EQ((*answers_[0])->back().foreign_id, "1200");
  EXPECT_EQ(status(1), Status::kApplied);
  EXPECT_EQ(events(), 1202);
}

TEST_F(PushRunnerTest, SilentOnesDoNotSilenceOthers) {
  open("push:");
  push("a", 1, "{}", NewOnes::kSilent);
  push("b", 1);
  push("c", 1, "{}", NewOnes::kSilent);
  turns();
  EXPECT_EQ(events(), 1);
  EXPECT_EQ(status(2), Status::kApplied);
}

TEST_F(PushRunnerTest, ABatchThatDoesNotUnpackIsRefusedWhole) {
  open("push:");
  ASSERT_TRUE(
      desk_.push_batch(ref_.source, {Document("no gzip"), true}, NewOnes::kTold, receiver()));
  push("p", 1);
  turns();
  EXPECT_EQ(answers_[0]->error().code, Code::kInvalid);
  EXPECT_EQ(status(1), Status::kApplied);
}

TEST_F(PushRunnerTest, ItIsGreenAtOnce) {
  open("push:");
  EXPECT_EQ(report().status.read, Light::kGreen);
  EXPECT_TRUE(report().status.baseline_done);
  EXPECT_EQ(report().watch.mode, "push");
  EXPECT_EQ(events(), 0);
}

TEST_F(PushRunnerTest, WhatStillWaitsAtTheEndIsAnswered) {
  open("push:");
  push("p", 1);
  runner_.reset();
  EXPECT_EQ(answers_[0]->error().code, Code::kUnreachable);
}

TEST_F(PushRunnerTest, AnotherSourceTakesNoPushes) {
  open("push:");
  ASSERT_TRUE(desk_.push({99}, {"patient", "p", Document("{}")}, NewOnes::kTold, receiver()));
  EXPECT_EQ(answers_[0]->error().code, Code::kNotFound);
}

TEST(PushInboxTest, IsBoundedByCallsAndBytesUntilTheyAreDoneWith) {
  PushInbox inbox({.calls = 2, .bytes = 10'000});
  const auto call = [](std::size_t size) {
    return PushCall(PushedOne{.snapshot = {.body = Document(std::string(size, 'x'))}});
  };
  auto small = call(10);
  auto small_too = call(10);
  auto large = call(9'900);
  EXPECT_TRUE(inbox.put(small));
  EXPECT_FALSE(inbox.put(large));
  EXPECT_TRUE(inbox.put(small_too));
  auto third = call(10);
  EXPECT_FALSE(inbox.put(third));
  auto taken = inbox.take();
  EXPECT_EQ(taken.size(), 2u);
  EXPECT_FALSE(inbox.put(third));
  inbox.done_with(bytes_of(taken[0]));
  EXPECT_TRUE(inbox.put(third));
  inbox.close();
  inbox.done_with(bytes_of(taken[1]));
  EXPECT_FALSE(inbox.put(third));
}

// ---- the book -----------------------------------------------------------------------------------

TEST_F(PushRunnerTest, ABookTakesBookingsBetweenPushes) {
  open("book:");
  EXPECT_EQ(desk_.book_of(ref_.institution, location_), ref_.source);
  EXPECT_EQ(desk_.book_of(ref_.institution, {99}), std::nullopt);
  push_batch(R"({"type":"provider","foreign_id":"d","revision":1,"data":{"name":"Dr. Who"}}
{"type":"appointment","foreign_id":"a","revision":1,"data":{}})");
  std::optional<Result<InBook>> patient;
  desk_.create_patient(ref_.source, {{"first_name", "\"Ada\""}},
                       [&](Result<InBook> made) { patient = std::move(made); });
  turns();
  EXPECT_EQ(status(0, 0), Status::kApplied);
  EXPECT_EQ(status(0, 1), Status::kRefused);
  ASSERT_TRUE(patient && *patient);
  const auto provider = (*answers_[0])->at(0).id.value();

  std::optional<Result<InBook>> booked;
  desk_.request(ref_.source,
                {location_,
                 {{"patient_id", to_string((**patient).id)},
                  {"provider_id", to_string(provider)},
                  {"start_time", "\"2031-07-01T13:00:00Z\""}}},
                [&](Result<InBook> made) { booked = std::move(made); });
  turns();
  ASSERT_TRUE(booked && *booked) << booked->error().detail;
  std::optional<Result<InBook>> accepted;
  desk_.decide(ref_.source, (**booked).id, Decision::kAccept,
               [&](Result<InBook> made) { accepted = std::move(made); });
  turns();
  ASSERT_TRUE(accepted && *accepted);
  EXPECT_EQ((**accepted).booking->status, BookingStatus::kAccepted);
  EXPECT_EQ(events(), 3);  // patient_created, appointment_requested, appointment_created
}

TEST_F(PushRunnerTest, APushedSourceKeepsNoBook) {
  open("push:");
  EXPECT_EQ(desk_.book_of(ref_.institution, location_), std::nullopt);
  std::optional<Result<InBook>> booked;
  desk_.change(ref_.source, {1}, {}, [&](Result<InBook> made) { booked = std::move(made); });
  turns();
  EXPECT_EQ(booked->error().code, Code::kNotFound);
}

}  // namespace
}  // namespace chartbell
