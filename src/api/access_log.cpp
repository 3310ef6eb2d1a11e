#include "api/access_log.h"

#include <utility>

#include "base/log.h"

namespace chartbell {

void AccessLog::write(const AccessLine& line) {
  if (mode_ == Mode::kOff) return;
  const auto room = take_room();
  if (room.left_out > 0) log_info("requests_not_logged", {{"count", room.left_out}});
  if (!room.found) return;
  log_info("request", {{"method", line.method},
                       {"route", line.route},
                       {"status", std::int64_t{line.status}},
                       {"us", line.took.count()},
                       {"bytes", static_cast<std::int64_t>(line.bytes)},
                       {"account", line.account.value},
                       {"id", line.request_id}});
}

AccessLog::Room AccessLog::take_room() {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  Room out;
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    lines_ = 0;
    out.left_out = std::exchange(left_out_, 0);
  }
  out.found = lines_ < kLinesPerSecond;
  out.found ? ++lines_ : ++left_out_;
  return out;
}

}  // namespace chartbell
