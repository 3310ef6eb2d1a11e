// ScriptedCapture: a log of changes that a test writes, and a capture of it that a test disturbs.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "detect/ports.h"

namespace chartbell {

// What the record system keeps; it outlives captures.
struct ScriptedLog {
  std::vector<DirtyKeys> transactions;
  std::size_t forgotten = 0;  // of them, from the front

  void add(ResourceKind kind, ForeignKey key) {
    transactions.emplace_back().add(kind, std::move(key));
  }
};

class ScriptedCapture final : public ChangeCapture {
 public:
  explicit ScriptedCapture(ScriptedLog& log) : log_(log) {}

  std::string_view mode() const override { return "log"; }

  Result<std::string> present() override {
    if (away) return failure(Code::kUnreachable, "gone away");
    return std::to_string(log_.transactions.size());
  }
  Result<std::string> mark() override { return present(); }
  bool passed(const std::string& mark) override { return at_ >= std::stoull(mark); }

  Result<void> resume(const std::string& position) override {
    ++resumed;
    if (away) return failure(Code::kUnreachable, "gone away");
    at_ = std::stoull(position);
    if (at_ < log_.forgotten || at_ > log_.transactions.size())
      return failure(Code::kPositionLost, "the log begins later");
    return {};
  }

  Result<Wakeups> wait(Milliseconds patience) override {
    waited_for = patience;
    if (away) return failure(Code::kUnreachable, "gone away");
    Wakeups out;
    const auto end = std::min(at_ + at_once, log_.transactions.size());
    for (; at_ < end; ++at_) {
      auto dirty = log_.transactions[at_];
      if (disturb) disturb(dirty);
      out.rows += static_cast<std::int64_t>(dirty.keys());
      out.dirty.merge(std::move(dirty));
      out.position = std::to_string(at_ + 1);
      out.visible = visible;
    }
    return out;
  }

  Result<void> await_visible() override {
    ++awaited;
    if (on_await) on_await();
    return {};
  }
  void stored(const std::string& position) override { stored_positions.push_back(position); }
  Milliseconds unseen_for() const override { return unseen; }
  std::optional<int> readable() const override { return descriptor; }
  std::string lag() override { return std::to_string(log_.transactions.size() - at_); }

  bool away = false;
  Milliseconds unseen{0};
  std::optional<int> descriptor{};
  std::size_t at_once = 1000;               // transactions that one wait() gives
  std::function<void(DirtyKeys&)> disturb;  // drops, doubles, adds
  bool visible = true;                      // as wait() says
  std::function<void()> on_await;
  int awaited = 0;
  int resumed = 0;
  Milliseconds waited_for{0};  // at the last wait()
  std::vector<std::string> stored_positions;

 private:
  ScriptedLog& log_;
  std::size_t at_ = 0;
};

}  // namespace chartbell
