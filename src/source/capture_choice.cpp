#include "source/capture_choice.h"

#include "source/poll_capture.h"

namespace chartbell {
namespace {

struct ModeName {
  std::string_view name;
  CaptureMode mode;
};
constexpr ModeName kModes[] = {{"auto", CaptureMode::kAuto},
                               {"log", CaptureMode::kLog},
                               {"slot", CaptureMode::kSlot},
                               {"poll", CaptureMode::kPoll},
                               {"scan", CaptureMode::kScan}};

// ---- the captures that a server must be set up for ---------------------------------------------

// What a kind of capture is to this source: a capture and why it is to be had, or kConfig with why
// it is not.
using Offer = Result<ChosenCapture>;

Offer log_offer(const CaptureParts&, const CaptureWish&) {
  return failure(Code::kConfig, "this edition does not read binary logs");
}

Offer slot_offer(const CaptureParts&, const CaptureWish&) {
  return failure(Code::kConfig, "this edition does not read replication slots");
}

// ------------------------------------------------------------------------------------------------

bool is_mariadb(const CaptureWish& wish) {
  return wish.url.starts_with("mariadb://") || wish.url.starts_with("mysql://");
}
bool is_postgres(const CaptureWish& wish) {
  return wish.url.starts_with("postgres://") || wish.url.starts_with("postgresql://");
}
bool is_sqlite(const CaptureWish& wish) {
  return wish.url.starts_with("sqlite:");
}

ChosenCapture poll(const CaptureParts& parts, const CaptureWish& wish, std::string reason) {
  const auto gate = is_mariadb(wish)  ? PollGate::kUpdateTime
                    : is_sqlite(wish) ? PollGate::kDataVersion
                                      : PollGate::kNone;
  ChosenCapture out{.reason = std::move(reason)};
  out.capture = std::make_unique<PollCapture>(PollCapture::Parts{.mapping = parts.mapping,
                                                                 .connector = parts.connector,
                                                                 .clock = parts.clock,
                                                                 .gate = gate,
                                                                 .interval = wish.poll_interval});
  return out;
}

ChosenCapture scans(std::string reason) {
  return {.reason = std::move(reason)};
}

Result<ChosenCapture> wished(Offer offer, std::string_view what) {
  if (!offer && offer.error().code == Code::kConfig)
    return failure(Code::kConfig, "capture = \"" + std::string(what) +
                                      "\" is not to be had: " + offer.error().detail +
                                      "; change that, or set capture = \"auto\"");
  if (offer) offer->reason = "as configured";
  return offer;
}

// A server that cannot be asked is asked again later, rather than polled for ever.
Result<ChosenCapture> best(const CaptureParts& parts, const CaptureWish& wish) {
  if (is_sqlite(wish)) return scans("SQLite has no log of changes");
  if (!is_mariadb(wish) && !is_postgres(wish))
    return poll(parts, wish, "no log of changes is known for this system");
  auto offer = is_mariadb(wish) ? log_offer(parts, wish) : slot_offer(parts, wish);
  if (offer || offer.error().code != Code::kConfig) return offer;
  return poll(parts, wish, offer.error().detail);
}

}  // namespace

std::optional<CaptureMode> capture_mode(std::string_view name) {
  for (const auto& known : kModes)
    if (known.name == name) return known.mode;
  return std::nullopt;
}

std::string known_capture_modes() {
  std::string out;
  for (const auto& known : kModes)
    out += (out.empty() ? "\"" : ", \"") + std::string(known.name) + "\"";
  return out;
}

Result<ChosenCapture> choose_capture(const CaptureParts& parts, const CaptureWish& wish) {
  switch (wish.mode) {
    case CaptureMode::kAuto:
      return best(parts, wish);
    case CaptureMode::kLog:
      return wished(is_mariadb(wish) ? log_offer(parts, wish)
                                     : failure(Code::kConfig, "only MariaDB and MySQL have one"),
                    "log");
    case CaptureMode::kSlot:
      return wished(is_postgres(wish) ? slot_offer(parts, wish)
                                      : failure(Code::kConfig, "only PostgreSQL has slots"),
                    "slot");
    case CaptureMode::kPoll:
      return poll(parts, wish, "as configured");
    case CaptureMode::kScan:
      break;
  }
  return scans("as configured");
}

}  // namespace chartbell
