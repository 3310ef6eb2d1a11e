#include "source/capture_choice.h"

#include "source/binlog/capture.h"
#include "source/binlog/check.h"
#include "source/binlog/mariadb_stream.h"
#include "source/mariadb_sql.h"
#include "source/poll_capture.h"
#include "source/postgres_slot.h"
#include "source/sql_url.h"

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

// Not 0, and far from the small numbers that people give their servers.
std::uint32_t new_replica_id(Random& random) {
  constexpr std::uint32_t kFirst = 0x4000'0000;
  return kFirst + static_cast<std::uint32_t>(random.below(kFirst));
}

// What stands in the way of reading the log; for `auto`, also what would make it dearer than a
// poll.
std::string obstacles(const std::vector<BinlogFinding>& findings, CaptureMode mode) {
  const auto least = mode == CaptureMode::kAuto ? BinlogNeed::kCheap : BinlogNeed::kMust;
  std::string out;
  for (const auto& one : findings)
    if (!one.ok && one.need >= least)
      out += (out.empty() ? "" : "; ") + one.what + " (" + one.mend + ")";
  return out;
}

Offer log_offer(const CaptureParts& parts, const CaptureWish& wish) {
  TRY(const auto address, mariadb_address(wish.url));
  TRY(const auto connection, parts.connector.connect());
  const DirtyTranslator rules(parts.mapping);
  TRY(const auto findings, check_binlog(*connection, rules, address.database));
  if (auto in_the_way = obstacles(findings, wish.mode); !in_the_way.empty())
    return failure(Code::kConfig, std::move(in_the_way));
  const std::shared_ptr<BinlogConnector> log =
      mariadb_binlog(address, new_replica_id(parts.random));
  ChosenCapture out{.parts = log, .reason = "the server writes a binary log"};
  out.capture = std::make_unique<BinlogCapture>(BinlogCapture::Parts{.mapping = parts.mapping,
                                                                     .log = *log,
                                                                     .sql = parts.connector,
                                                                     .database = address.database,
                                                                     .clock = parts.clock});
  return out;
}

// The slot is made here, so that a server which refuses one is polled instead.
Offer slot_offer(const CaptureParts& parts, const CaptureWish& wish) {
  TRY(auto address, postgres_address(wish.url));
  auto slot = std::make_unique<PostgresSlot>(
      PostgresSlot::Parts{.address = std::move(address),
                          .name = slot_name(wish.subdomain, wish.source),
                          .mapping = parts.mapping,
                          .clock = parts.clock});
  if (const auto there = slot->present(); !there) {
    if (retryable(there.error().code)) return std::unexpected(there.error());
    return failure(Code::kConfig, there.error().detail);
  }
  ChosenCapture out{.reason = "the server offers a replication slot"};
  out.capture = std::move(slot);
  return out;
}

// ------------------------------------------------------------------------------------------------

bool is_sqlite(const CaptureWish& wish) {
  return wish.url.starts_with("sqlite:");
}

ChosenCapture poll(const CaptureParts& parts, const CaptureWish& wish, std::string reason) {
  const auto gate = is_mariadb_url(wish.url) ? PollGate::kUpdateTime
                    : is_sqlite(wish)        ? PollGate::kDataVersion
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
  if (!is_mariadb_url(wish.url) && !is_postgres_url(wish.url))
    return poll(parts, wish, "no log of changes is known for this system");
  auto offer = is_mariadb_url(wish.url) ? log_offer(parts, wish) : slot_offer(parts, wish);
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
      return wished(is_mariadb_url(wish.url)
                        ? log_offer(parts, wish)
                        : failure(Code::kConfig, "only MariaDB and MySQL have one"),
                    "log");
    case CaptureMode::kSlot:
      return wished(is_postgres_url(wish.url) ? slot_offer(parts, wish)
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
