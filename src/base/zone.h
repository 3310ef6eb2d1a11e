// Civil time of a place → UTC, by the system's time zone database (RFC 6557).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_text.h"

namespace chartbell {

// A value over the process's immutable zone tables; copies are cheap, use it from any thread.
class Zone {
 public:
  // kConfig for a name that the time zone database does not have.
  static Result<Zone> open(std::string_view iana_name);

  // A time that is skipped in spring is taken as if the clock had not been changed yet (02:30
  // becomes 03:30 summer time); one that comes twice in autumn is its first occurrence.
  WallTime to_utc(LocalTime local) const;
  // The offset as the wire writes it: "-4:00", "+5:30".
  std::string offset_at(WallTime time) const;
  LocalTime to_local(WallTime time) const;
  const std::string& name() const;

 private:
  struct Tables;
  explicit Zone(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}
  std::shared_ptr<const Tables> tables_;
};

}  // namespace chartbell
