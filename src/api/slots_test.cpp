#include "api/slots.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

using std::chrono::minutes;

TimeSpan span(std::int64_t from, std::int64_t to) {
  return {WallTime(minutes(from)), WallTime(minutes(to))};
}

std::vector<std::int64_t> starts(const std::vector<TimeSpan>& slots) {
  std::vector<std::int64_t> out;
  for (const auto& slot : slots)
    out.push_back(std::chrono::duration_cast<minutes>(slot.from.time_since_epoch()).count());
  return out;
}

SlotRules rules(int length, int interval, TimeSpan window = span(0, 10'000)) {
  return {
      .length = minutes(length), .interval = minutes(interval), .window = window, .most = 1'000};
}

TEST(FreeSlots, LieOnTheGridOfTheirStretch) {
  EXPECT_EQ(starts(free_slots({span(60, 180)}, {}, rules(30, 30))),
            (std::vector<std::int64_t>{60, 90, 120, 150}));
  EXPECT_EQ(starts(free_slots({span(60, 180)}, {span(70, 80)}, rules(30, 30))),
            (std::vector<std::int64_t>{90, 120, 150}));
  EXPECT_EQ(starts(free_slots({span(60, 180)}, {span(90, 100)}, rules(30, 10))),
            (std::vector<std::int64_t>{60, 100, 110, 120, 130, 140, 150}));
  EXPECT_EQ(starts(free_slots({span(65, 100), span(200, 240)}, {}, rules(30, 30))),
            (std::vector<std::int64_t>{65, 200}));
}

TEST(FreeSlots, BlocksThatTouchAreOneStretch) {
  EXPECT_EQ(starts(free_slots({span(90, 120), span(60, 90)}, {}, rules(45, 30))),
            std::vector<std::int64_t>{60});
}

TEST(FreeSlots, BeginWithinTheWindowWithoutLeavingTheGrid) {
  EXPECT_EQ(starts(free_slots({span(0, 240)}, {}, rules(30, 30, span(61, 121)))),
            (std::vector<std::int64_t>{90, 120}));
}

TEST(FreeSlots, AreBounded) {
  auto few = rules(1, 1);
  few.most = 5;
  EXPECT_EQ(free_slots({span(0, 240)}, {}, few).size(), 5U);
}

// ---- against a practice that looks at each minute by itself -------------------------------------

std::vector<TimeSpan> any_spans(int most) {
  std::vector<TimeSpan> out;
  const int count = *rc::gen::inRange(0, most + 1);
  for (int i = 0; i < count; ++i) {
    const int from = *rc::gen::inRange(0, 200);
    out.push_back(span(from, from + *rc::gen::inRange(0, 60)));
  }
  return out;
}

bool covered(const std::vector<TimeSpan>& spans, std::int64_t minute) {
  return std::ranges::any_of(spans, [&](const TimeSpan& one) {
    return WallTime(minutes(minute)) >= one.from && WallTime(minutes(minute)) < one.to;
  });
}

TEST(FreeSlots, NoneTouchesWhatIsTakenAndEveryMinuteThatFitsIsOffered) {
  check_property([] {
    const auto open = any_spans(4);
    const auto taken = any_spans(5);
    const int length = *rc::gen::inRange(1, 40);
    const auto window = span(*rc::gen::inRange(0, 100), *rc::gen::inRange(100, 260));
    std::vector<std::int64_t> wanted;
    for (std::int64_t at = 0; at < 300; ++at) {
      bool fits = WallTime(minutes(at)) >= window.from && WallTime(minutes(at)) < window.to;
      for (int minute = 0; minute < length; ++minute)
        fits = fits && covered(open, at + minute) && !covered(taken, at + minute);
      if (fits) wanted.push_back(at);
    }
    RC_ASSERT(starts(free_slots(open, taken, rules(length, 1, window))) == wanted);
  });
}

TEST(FreeSlots, ACoarserGridOffersSomeOfTheSame) {
  check_property([] {
    const auto open = any_spans(4);
    const auto taken = any_spans(5);
    const int length = *rc::gen::inRange(1, 40);
    const auto all = free_slots(open, taken, rules(length, 1));
    const auto some = free_slots(open, taken, rules(length, *rc::gen::inRange(1, 40)));
    RC_ASSERT(std::ranges::includes(all, some));
  });
}

TEST(Without, IsWhatIsOpenAndNotTaken) {
  check_property([] {
    const auto open = any_spans(5);
    const auto taken = any_spans(5);
    const auto left = without(open, taken);
    RC_ASSERT(merged(left) == left);
    for (std::int64_t at = 0; at < 300; ++at)
      RC_ASSERT(covered(left, at) == (covered(open, at) && !covered(taken, at)));
  });
}

}  // namespace
}  // namespace chartbell
