// The practice at work: changes appointments one after the other and says how long each took.
//
//   bench_updater writer=URL [seconds=600] [every_us=0]
//
// Ends when its time or its standard input does. `every_us` is the time from one change to the
// next, 0 for as fast as the server answers.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "arguments.h"
#include "base/random.h"
#include "measure.h"
#include "practice_writer.h"

namespace {

using namespace chartbell;  // NOLINT: a small program

constexpr std::uint64_t kSeed = 20'260'701;

std::atomic<bool> ended{false};

void end_with_input() {
  std::thread([] {
    while (std::getchar() != EOF) {
    }
    ended = true;
  }).detach();
}

// Milliseconds that each change took.
std::vector<double> change(PracticeWriter& writer, const Clock& clock, std::int64_t seconds,
                           Microseconds every) {
  SeededRandom random(kSeed);
  const auto last = static_cast<std::uint64_t>(writer.last_appointment());
  std::vector<double> out;
  const auto start = clock.steady_now();
  auto next = start;
  while (!ended && clock.steady_now() < start + std::chrono::seconds(seconds)) {
    std::this_thread::sleep_until(next);
    const auto asked = clock.steady_now();
    writer.change(1 + static_cast<std::int64_t>(random.below(last)),
                  "At work " + std::to_string(asked.time_since_epoch().count()));
    const auto answered = clock.steady_now();
    out.push_back(static_cast<double>((answered - asked).count()) / 1000);
    next = std::max(next + every, answered);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const SystemClock clock;
  PracticeWriter writer(arguments.text("writer"));
  end_with_input();
  const auto start = clock.steady_now();
  auto took = change(writer, clock, arguments.number("seconds", 600),
                     Microseconds(arguments.number("every_us", 0)));
  const double seconds = seconds_since(clock, start);
  std::ranges::sort(took);
  const auto at = [&](double part) {
    return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
  };
  std::printf("updates %zu rate %.0f p50_ms %.3f p99_ms %.2f max_ms %.1f seconds %.1f\n",
              took.size(), static_cast<double>(took.size()) / seconds, at(0.5), at(0.99),
              took.back(), seconds);
}
