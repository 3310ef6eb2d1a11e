#include "source/capture_choice.h"

#include <gtest/gtest.h>

#include "source/dropping_capture.h"
#include "source/sqlite_sql.h"
#include "support/fake_clock.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

class CaptureChoiceTest : public testing::Test {
 protected:
  Result<ChosenCapture> choose(CaptureMode mode) {
    return choose_capture({mapping_, *connector_, clock_, random_},
                          {.mode = mode, .url = "sqlite:" + file_.path()});
  }

  FakeClock clock_;
  SeededRandom random_{1};
  SqliteFile file_;
  Mapping mapping_;
  std::unique_ptr<SqlConnector> connector_ = sqlite_connector(file_.path());
};

TEST(CaptureMode, HasANameForEach) {
  EXPECT_EQ(capture_mode("auto"), CaptureMode::kAuto);
  EXPECT_EQ(capture_mode("scan"), CaptureMode::kScan);
  EXPECT_EQ(capture_mode("Log"), std::nullopt);
  EXPECT_EQ(known_capture_modes(), R"("auto", "log", "slot", "poll", "scan")");
}

TEST_F(CaptureChoiceTest, AFileIsScannedUnlessAPollIsWished) {
  const auto scanned = choose(CaptureMode::kAuto);
  ASSERT_TRUE(scanned);
  EXPECT_EQ(scanned->capture, nullptr);
  EXPECT_EQ(scanned->reason, "SQLite has no log of changes");
  const auto polled = choose(CaptureMode::kPoll);
  ASSERT_TRUE(polled);
  EXPECT_EQ(polled->capture->mode(), "poll");
  EXPECT_EQ(choose(CaptureMode::kScan)->capture, nullptr);
}

TEST_F(CaptureChoiceTest, WhatASystemCannotGiveIsSaidWithWhatToDo) {
  for (const auto mode : {CaptureMode::kLog, CaptureMode::kSlot}) {
    const auto chosen = choose(mode);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, Code::kConfig);
    EXPECT_NE(chosen.error().detail.find("set capture = \"auto\""), std::string::npos);
  }
}

// A capture that names the keys 1 to 1000 once.
class Thousand final : public ChangeCapture {
 public:
  std::string_view mode() const override { return "log"; }
  Result<std::string> present() override { return std::string("0"); }
  Result<void> resume(const std::string&) override { return {}; }
  Result<Wakeups> wait(Milliseconds) override {
    Wakeups out{.dirty = {}, .position = "1", .rows = 1000};
    for (std::int64_t i = 1; i <= 1000; ++i) out.dirty.add(ResourceKind::kPatient, i);
    out.dirty.widen(ResourceKind::kAppointment, Extent::kAll);
    return out;
  }
  Result<std::string> mark() override { return std::string("1"); }
  bool passed(const std::string&) override { return true; }
  void stored(const std::string&) override {}
  std::string lag() override { return {}; }
};

TEST(DroppingCapture, LosesItsShareOfTheKeysAndNothingElse) {
  DroppingCapture capture(std::make_unique<Thousand>(), 0.01, 7);
  const auto wakeups = capture.wait(Milliseconds(0)).value();
  const auto kept = wakeups.dirty.kinds().at(ResourceKind::kPatient).keys.size();
  EXPECT_LT(kept, 1000u);
  EXPECT_GT(kept, 970u);
  EXPECT_EQ(wakeups.dirty.kinds().at(ResourceKind::kAppointment).extent, Extent::kAll);
  EXPECT_EQ(wakeups.position, "1");
}

}  // namespace
}  // namespace chartbell
