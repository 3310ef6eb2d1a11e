// Office: a record system that answers writes as a test says: at once, late, wrongly or never.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/random.h"
#include "model/leaves.h"
#include "support/fake_clock.h"
#include "write/ports.h"

namespace chartbell {

class Office final : public RecordWriter {
 public:
  explicit Office(FakeClock& clock) : clock_(clock) {}

  enum class Mood : std::uint8_t {
    kWrites,
    kRefuses,
    kAway,
    kWritesAndLosesTheAnswer,
    kLosesTheAnswerAndWritesLater,
    kLosesEverything,
  };
  static constexpr int kMoods = 6;

  bool takes(ResourceKind, WriteAction) const override { return true; }
  bool takes(ResourceKind, WriteAction, std::string_view) const override { return true; }
  std::size_t at_once() const override { return 3; }
  Milliseconds doubt() const override { return Milliseconds(5'000); }

  void write(WriteOrder order, std::function<void(WriteAnswer)> done) override {
    using enum WriteAnswer::Kind;
    orders.push_back(order);
    const auto mood = next_mood();
    const auto answer = Milliseconds(pause());
    switch (mood) {
      case Mood::kWrites:
        return later(answer, [=, this] { done({kWritten, put(order)}); }, Lives::kInTheOffice);
      case Mood::kRefuses:
        return later(answer, [=] { done({kRefused}); }, Lives::kWithUs);
      case Mood::kAway:
        return later(answer, [=] { done({kNotSent}); }, Lives::kWithUs);
      case Mood::kWritesAndLosesTheAnswer:
        put(order);
        break;
      case Mood::kLosesTheAnswerAndWritesLater:
        later(answer + Milliseconds(3'000), [=, this] { put(order); }, Lives::kInTheOffice);
        break;
      case Mood::kLosesEverything:
        break;
    }
    later(answer, [=] { done({kUnsure}); }, Lives::kWithUs);
  }

  void find(WriteOrder order, std::function<void(Result<FoundRows>)> done) override {
    ++finds;
    if (moody != nullptr && moody->below(4) == 0) return done(failure(Code::kTimeout, "no answer"));
    FoundRows out;
    for (const auto& [key, leaves] : rows)
      if (same(leaves, order.leaves)) out.keys.push_back(key);
    done(std::move(out));
  }

  void probe(std::function<void(Result<void>)> done) override {
    if (probes_hang) return;
    if (!moods.empty() && moods.front() == Mood::kAway)
      return done(failure(Code::kUnreachable, "away"));
    done({});
  }

  // What was to happen until now happens.
  void pass_time(Milliseconds time) {
    clock_.advance(time);
    auto due = std::exchange(later_, {});
    for (auto& event : due) {
      if (event.at <= clock_.now()) {
        event.happens();
      } else {
        later_.push_back(std::move(event));
      }
    }
  }
  // Our process is gone: what the office has begun goes on, and nobody hears its answers.
  void lose_caller() {
    std::erase_if(later_, [](const auto& event) { return event.lives == Lives::kWithUs; });
    ++callers_gone_;
  }

  std::deque<Mood> moods;   // of the next writes
  Random* moody = nullptr;  // where `moods` is empty: any
  std::map<std::int64_t, LeafMap> rows;
  std::vector<WriteOrder> orders;
  int finds = 0;
  bool probes_hang = false;

 private:
  enum class Lives : std::uint8_t { kWithUs, kInTheOffice };
  struct Later {
    WallTime at;
    std::function<void()> happens;
    Lives lives;
  };

  Mood next_mood() {
    if (moods.empty()) return moody == nullptr ? Mood::kWrites : Mood(moody->below(kMoods));
    const auto mood = moods.front();
    moods.pop_front();
    return mood;
  }
  std::int64_t pause() { return moody == nullptr ? 0 : std::int64_t(moody->below(1'500)); }
  void later(Milliseconds in, std::function<void()> happens, Lives lives) {
    if (in == Milliseconds(0)) return happens();
    later_.push_back({clock_.now() + in, std::move(happens), lives});
  }
  ForeignKey put(const WriteOrder& order) {
    if (order.action == WriteAction::kChange) {
      auto& row = rows.at(std::get<std::int64_t>(*order.key));
      for (const auto& [path, value] : order.leaves) row[path] = value;
      return *order.key;
    }
    rows[++last_key_] = order.leaves;
    return last_key_;
  }
  static bool same(const LeafMap& row, const LeafMap& wanted) {
    for (const auto path : {"patient_id", "provider_id", "start_time", "first_name"})
      if (leaf(row, path) != leaf(wanted, path)) return false;
    return true;
  }

  FakeClock& clock_;
  std::vector<Later> later_;
  std::int64_t last_key_ = 100;
  int callers_gone_ = 0;
};

}  // namespace chartbell
