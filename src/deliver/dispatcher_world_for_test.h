// DispatcherWorld: a dispatcher with everything around it in a test's hand.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/log.h"
#include "deliver/dispatcher.h"
#include "deliver/field_lines_for_test.h"
#include "support/events.h"
#include "support/fake_clock.h"
#include "support/memory_delivery_store.h"
#include "support/scripted_transport.h"

namespace chartbell {

inline constexpr InstitutionId kGreen{1};
inline constexpr InstitutionId kBlue{2};

inline std::string_view field_of(const PendingAttempt& attempt, std::string_view name) {
  return field_in(attempt.field_lines, name);
}

class DispatcherWorld {
 public:
  explicit DispatcherWorld(std::uint64_t seed = 1) : random(seed), store(clock) {
    log_off();
    options.store_tag = "t";
    options.checkpoint_interval = Milliseconds(0);
  }

  // Starts a dispatcher from what the store holds; one that ran before is gone with all it knew.
  void start() {
    dispatcher.reset();
    posts.clear();
    transport.forget();
    dispatcher =
        std::make_unique<Dispatcher>(options, store, transport, clock, random, board,
                                     [this](std::function<void()> work) { posts.push_back(work); });
    CHECK(dispatcher->start().has_value());
    take_turns();
  }
  // An endpoint that is owed new patients of the institution.
  EndpointId subscriber(InstitutionId institution = kGreen) {
    const auto endpoint = store.add_endpoint();
    store.subscribe(endpoint, institution, row_named("patient_created"));
    return endpoint;
  }
  void append(int count, InstitutionId institution = kGreen,
              std::string_view event_name = "patient_created") {
    for (int i = 0; i < count; ++i)
      store.append(institution, new_event(institution, event_name, ++appended_));
    if (!dispatcher) return;
    dispatcher->on_events(institution);
    take_turns();
  }
  // What was put off until the loop has time for it.
  void take_turns() {
    while (!posts.empty()) {
      auto work = std::move(posts.front());
      posts.pop_front();
      work();
    }
  }
  // Writes and tells until nothing is left to write.
  void settle() {
    while (store.write_next() || !posts.empty()) take_turns();
  }
  void answer_all(const Outcome& outcome) {
    while (transport.open() > 0) transport.answer_next(outcome);
    settle();
  }
  void tick(Milliseconds by = Milliseconds(0)) {
    clock.advance(by);
    dispatcher->on_tick();
    settle();
  }
  // Moves to when the next retry is due and sends it; false when none is.
  bool tick_to_next_retry() {
    WallTime next = WallTime::max();
    for (const auto& retry : store.retries())
      if (store.endpoint(retry.key.endpoint).active) next = std::min(next, retry.due);
    if (next == WallTime::max()) return false;
    tick(std::max(Milliseconds(0), next - clock.now()));
    return true;
  }
  std::vector<std::int64_t> sent_seqs(EndpointId endpoint) const {
    std::vector<std::int64_t> out;
    for (const auto& attempt : transport.sent())
      if (attempt.key.endpoint == endpoint) out.push_back(attempt.key.seq.value);
    return out;
  }

  FakeClock clock;
  SeededRandom random;
  DispatcherOptions options;
  MemoryDeliveryStore store;
  ScriptedTransport transport;
  HealthBoard board{clock};
  std::deque<std::function<void()>> posts;
  std::unique_ptr<Dispatcher> dispatcher;

 private:
  // Thousands of failed attempts are nothing to read.
  static void log_off() {
    static const bool once = [] {
      start_log(LogLevel::kOff);
      return true;
    }();
    (void)once;
  }

  std::int64_t appended_ = 0;
};

inline std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> out;
  for (auto number = from; number <= to; ++number) out.push_back(number);
  return out;
}

}  // namespace chartbell
