// A practice that writes a log, and a process that watches both; for tests.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "detect/detector_world_for_test.h"
#include "detect/watch.h"
#include "support/scripted_capture.h"

namespace chartbell {

class WatchWorld : public DetectorTest {
 protected:
  // Ends the process and starts another over what is on the disk.
  void restart_watch(WatchOptions with = {}) {
    watch.reset();
    capture.reset();
    restart(detector_options);
    capture = std::make_unique<ScriptedCapture>(log);
    watch =
        std::make_unique<Watch>(with, process->detector, captured ? capture.get() : nullptr, clock);
  }
  void SetUp() override {
    DetectorTest::SetUp();
    restart_watch();
  }

  // Changes that the log tells of.
  void write(std::int64_t number, std::string_view name) {
    put(kPatient, number, person(name));
    log.add(kPatient, key(number));
  }
  void erase(std::int64_t number) {
    reader().rows[kPatient].erase(key(number));
    log.add(kPatient, key(number));
  }

  Turn turn() {
    last_turn = watch->turn();
    clock.advance(last_turn.rest);
    return last_turn;
  }
  void turns(int count) {
    for (int i = 0; i < count; ++i) turn();
  }
  // Until the capture is live and has nothing more, and what that told.
  Told settle(int turns_max = 100) {
    const auto before = store.events.size();
    for (int i = 0; i < turns_max; ++i) {
      turn();
      if (live_now() && position() == std::to_string(log.transactions.size())) break;
      clock.advance(Milliseconds(1000));
    }
    return told_since(before);
  }
  Told told_since(std::size_t before) const {
    Told out;
    for (auto i = before; i < store.events.size(); ++i) out.push_back(told(store.events[i]));
    return out;
  }
  bool live_now() const { return watch->report().phase == WatchPhase::kStream; }
  std::optional<std::string> position() { return store.position(kSource).value(); }

  bool captured = true;
  DetectorOptions detector_options = options();
  ScriptedLog log;
  std::unique_ptr<ScriptedCapture> capture;
  std::unique_ptr<Watch> watch;
  Turn last_turn;
};

}  // namespace chartbell
