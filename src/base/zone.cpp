#include "base/zone.h"

#include <cstdio>
#include <cstdlib>

#include <date/tz.h>

namespace chartbell {

struct Zone::Tables {
  std::string name;
  const date::time_zone* zone;
};

namespace {

date::local_time<Milliseconds> to_date(LocalTime local) {
  return date::local_time<Milliseconds>(local.time_since_epoch());
}

}  // namespace

Result<Zone> Zone::open(std::string_view iana_name) {
  try {
    const auto* zone = date::locate_zone(std::string(iana_name));
    return Zone(std::make_shared<const Tables>(Tables{std::string(iana_name), zone}));
  } catch (const std::exception&) {
    return failure(Code::kConfig, "no time zone \"" + std::string(iana_name) +
                                      "\"; use a name like America/New_York");
  }
}

WallTime Zone::to_utc(LocalTime local) const {
  const auto info = tables_->zone->get_info(to_date(local));
  // `first` is the only offset, the one before a gap, or the earlier one of a repeated hour.
  return WallTime(local.time_since_epoch() - info.first.offset);
}

LocalTime Zone::to_local(WallTime time) const {
  const auto info = tables_->zone->get_info(date::sys_time<Milliseconds>(time.time_since_epoch()));
  return LocalTime(time.time_since_epoch() + info.offset);
}

std::string Zone::offset_at(WallTime time) const {
  const auto info = tables_->zone->get_info(date::sys_time<Milliseconds>(time.time_since_epoch()));
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(info.offset).count();
  char out[32];
  std::snprintf(out, sizeof out, "%c%lld:%02lld", minutes < 0 ? '-' : '+', std::llabs(minutes) / 60,
                std::llabs(minutes) % 60);
  return out;
}

const std::string& Zone::name() const {
  return tables_->name;
}

}  // namespace chartbell
