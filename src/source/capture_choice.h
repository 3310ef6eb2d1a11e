// Which capture a source gets: what its configuration wants, or the best that the server offers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "detect/ports.h"
#include "source/mapping.h"
#include "source/sql.h"

namespace chartbell {

enum class CaptureMode : std::uint8_t {
  kAuto,  // the first of the following that the record system offers
  kLog,   // MariaDB's and MySQL's binary log
  kSlot,  // a PostgreSQL logical replication slot
  kPoll,  // SELECTs that are cheap where nothing changed
  kScan,  // no capture: everything is compared at each interval
};
std::optional<CaptureMode> capture_mode(std::string_view name);
// For errors: "auto", "log", …
std::string known_capture_modes();

struct CaptureWish {
  CaptureMode mode = CaptureMode::kAuto;
  Milliseconds poll_interval{500};
  std::string url;        // of the source, with its password
  std::string subdomain;  // of the institution
  std::string source;     // its name
};

struct ChosenCapture {
  std::shared_ptr<void> parts{};             // what the capture refers to
  std::unique_ptr<ChangeCapture> capture{};  // null: scans
  std::string reason;                        // why this one, for the operator
};

// References outlive the capture.
struct CaptureParts {
  const Mapping& mapping;
  SqlConnector& connector;
  const Clock& clock;
  Random& random;  // draws what a server knows a reader of its log by
};

// kConfig, saying what to change, where the record system cannot give what is wished; kUnreachable,
// kTimeout and kUnauthorized where it cannot be asked. `auto` fails for none of the first kind.
Result<ChosenCapture> choose_capture(const CaptureParts& parts, const CaptureWish& wish);

}  // namespace chartbell
