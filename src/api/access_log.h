// AccessLog: one line a request, which holds nothing of a patient: the route's pattern stands for
// the path, and there is no query.
//
// The log's queue drops its oldest lines where it is full, and those may be warnings; so at most
// kLinesPerSecond are written, and the next second says how many were not.
#pragma once

#include <mutex>
#include <string_view>

#include "base/clock.h"
#include "model/ids.h"

namespace chartbell {

struct AccessLine {
  std::string_view method;
  std::string_view route;  // "/patients/{}"; "-" where none was found
  int status = 0;
  std::size_t bytes = 0;  // of the answer's body; 0 where it comes piece by piece
  Microseconds took{0};
  AccountId account;  // 0 where nobody was
  std::string_view request_id;
};

// Thread-safe.
class AccessLog {
 public:
  static constexpr int kLinesPerSecond = 500;

  enum class Mode : std::uint8_t { kOff, kOn };
  AccessLog(Mode mode, const Clock& clock) : mode_(mode), clock_(clock) {}

  void write(const AccessLine& line);

 private:
  // Whether there is room for a line in this second; how many had none in the last one.
  struct Room {
    bool found = false;
    std::int64_t left_out = 0;
  };
  Room take_room();

  const Mode mode_;
  const Clock& clock_;
  std::mutex mutex_;
  SteadyTime second_{};
  int lines_ = 0;
  std::int64_t left_out_ = 0;
};

}  // namespace chartbell
