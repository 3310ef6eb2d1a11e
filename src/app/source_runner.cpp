#include "app/source_runner.h"

#include <filesystem>

#include "base/log.h"
#include "source/dropping_capture.h"
#include "source/sql_writer.h"

namespace chartbell {
namespace {

// Two good turns make a red source green again: one may be luck.
constexpr int kGoodTurnsForGreen = 2;
constexpr Milliseconds kChooseAgain{5'000};
constexpr Milliseconds kShowEvery{500};
constexpr std::uint64_t kDroppingSeed = 20'240'321;

// What the operator can do about a source that cannot be read.
std::string_view advice(Code code) {
  switch (code) {
    case Code::kUnreachable:
    case Code::kTimeout:
      return "; check that it runs and can be reached from this machine";
    case Code::kUnauthorized:
      return "; check user and password, and give it SELECT on the mapped tables";
    case Code::kMapping:
      return "; use a mapping that fits this edition of the record system";
    case Code::kConfig:
      return "; check the url";
    default:
      return "";
  }
}

DetectorOptions detector_options(const SourceConfig& config, const SourceIdentity& identity,
                                 const SourceSurroundings& surroundings) {
  return {.source = identity.ref,
          .subdomain = identity.subdomain,
          .digest_key = surroundings.digest_key,
          .initial_events = config.initial_events,
          .removals_max = config.max_removals};
}

// Null where the configuration has no write_url.
Result<std::unique_ptr<SqlConnector>> connector_for_writing(const SourceConfig& config,
                                                            const Mapping& mapping) {
  if (config.write_url.empty()) return nullptr;
  if (mapping.writes.empty())
    return failure(Code::kConfig, config.position + ": source \"" + config.name +
                                      "\" has a write_url, and its mapping has no [[write]]; see "
                                      "docs/mappings.md");
  auto connector = sql_connector(config.write_url, SqlUse::kWriting);
  if (!connector) return std::unexpected(within(config.position, connector.error()));
  return connector;
}

}  // namespace

SourceRunner::SourceRunner(SourceConfig config, SourceIdentity identity,
                           SourceSurroundings& surroundings, Mapping mapping,
                           std::unique_ptr<SqlConnector> connector,
                           std::unique_ptr<SqlConnector> write_connector)
    : config_(std::move(config)),
      identity_(std::move(identity)),
      surroundings_(surroundings),
      mapping_(std::move(mapping)),
      connector_(std::move(connector)),
      write_connector_(std::move(write_connector)),
      writer_(write_connector_ == nullptr
                  ? nullptr
                  : std::make_unique<SqlWriter>(mapping_, *write_connector_, identity_.locations)),
      ids_(identity_.ref, surroundings.resources, surroundings.clock),
      write_back_(write_back()),
      reader_({mapping_, *connector_, ids_, identity_.ref.institution, identity_.locations}),
      detector_(detector_options(config_, identity_, surroundings), reader_, surroundings.resources,
                ids_, surroundings.clock, write_back_.get()),
      lights_({identity_.ref, identity_.subdomain, surroundings.resources, surroundings.accounts,
               surroundings.clock}) {
  if (writer_ != nullptr) surroundings.desk->add(identity_.ref.source, *writer_, *this);
}

std::unique_ptr<WriteBack> SourceRunner::write_back() {
  if (writer_ == nullptr) return nullptr;
  return std::make_unique<WriteBack>(WriteBack::Parts{
      .source = identity_.ref,
      .subdomain = identity_.subdomain,
      .foreign_id_type = mapping_.foreign_id_type,
      .book = *surroundings_.writes,
      .resources = surroundings_.resources,
      .writer = *writer_,
      .clock = surroundings_.clock,
      .wake = [&desk = *surroundings_.desk, source = identity_.ref.source] { desk.wake(source); },
      .keyed = [this](ResourceKind kind, const ForeignKey& key,
                      const Reference& reference) { ids_.adopt(kind, key, reference); },
      .ended = [this](const RecordWrite& write) { write_ended(write); }});
}

Result<std::unique_ptr<SourceRunner>> SourceRunner::open(const SourceConfig& config,
                                                         SourceIdentity identity,
                                                         SourceSurroundings& surroundings) {
  TRY(auto mapping, load_mapping(config.mapping_path));
  auto connector = sql_connector(config.url);
  if (!connector) return std::unexpected(within(config.position, connector.error()));
  TRY(auto write_connector, connector_for_writing(config, mapping));
  auto runner = std::unique_ptr<SourceRunner>(
      new SourceRunner(config, std::move(identity), surroundings, std::move(mapping),
                       *std::move(connector), std::move(write_connector)));
  if (auto prepared = runner->prepare(); !prepared) {
    auto error = within(config.position + ": source \"" + config.name + "\"", prepared.error());
    error.detail += advice(error.code);
    return std::unexpected(std::move(error));
  }
  return runner;
}

Result<void> SourceRunner::prepare() {
  TRY_DO(lights_.load());
  TRY(baseline_done_, detector_.baseline_done());
  if (!baseline_done_) {
    TRY_DO(reader_.probe());
    TRY_DO(choose());
  }
  show(true);
  return {};
}

Result<void> SourceRunner::choose() {
  TRY(chosen_, choose_capture({mapping_, *connector_, surroundings_.clock, surroundings_.random},
                              {.mode = config_.capture,
                               .poll_interval = config_.poll_interval,
                               .url = config_.url,
                               .subdomain = identity_.subdomain,
                               .source = config_.name}));
  if (config_.drop_wakeups > 0 && chosen_.capture != nullptr)
    chosen_.capture = std::make_unique<DroppingCapture>(std::move(chosen_.capture),
                                                        config_.drop_wakeups, kDroppingSeed);
  watch_.emplace(WatchOptions{.scan_interval = config_.scan_interval,
                              .audit_interval = config_.audit_interval,
                              .patience = Milliseconds(0)},
                 detector_, chosen_.capture.get(), surroundings_.clock);
  log_info("capture_chosen", {{"institution", identity_.subdomain},
                              {"source", config_.name},
                              {"capture", watch_->report().mode},
                              {"reason", chosen_.reason}});
  return {};
}

SourceRunner::Rest SourceRunner::turn() {
  const auto until_write = write();
  auto rest = watch();
  rest.time = std::min(rest.time, until_write);
  return rest;
}

SourceRunner::Rest SourceRunner::watch() {
  if (!watch_) {
    if (const auto chosen = choose(); !chosen) {
      failed(chosen.error());
      return {.time = kChooseAgain, .suspect = true};
    }
  }
  if (const auto confirmed = surroundings_.board.take_confirmed(identity_.ref.source))
    watch_->confirm_removals(*confirmed);
  const auto turn = watch_->turn();
  take(turn);
  return {
      .time = turn.rest, .readable = turn.readable, .suspect = turn.outcome == Turn::Outcome::kBad};
}

// ---- the way back -------------------------------------------------------------------------------

Milliseconds SourceRunner::write() {
  if (write_back_ == nullptr) return Milliseconds::max();
  const auto rest = write_back_->turn();
  take_write_light();
  if (baseline_done_ && !written_.empty()) read_what_was_written();
  if (rest) return *rest;
  log_error("writes_halted", {{"institution", identity_.subdomain},
                              {"source", config_.name},
                              {"detail", rest.error().detail}});
  return kChooseAgain;
}

void SourceRunner::write_ended(const RecordWrite& write) {
  if (write.state == WriteState::kComplete && write.key) written_.add(write.kind, *write.key);
  surroundings_.desk->ended(write);
}

// What was written ourselves needs no wake-up of the record system's.
void SourceRunner::read_what_was_written() {
  const auto read = detector_.refresh(written_, std::nullopt);
  if (read || !retryable(read.error().code)) written_ = {};
}

void SourceRunner::take_write_light() {
  auto& now = lights_.now();
  const bool first = !now.write_at;
  if (const auto answered = write_back_->answered_at()) now.write_at = answered;
  const auto light = write_back_->light();
  if (!light || *light == now.write) return;
  now.write = *light;
  log_info(*light == Light::kGreen ? "writes_green" : "writes_red",
           {{"institution", identity_.subdomain}, {"source", config_.name}});
  if (!first) lights_.tell_write(status());
  show(true);
}

void SourceRunner::take(const Turn& turn) {
  switch (turn.outcome) {
    case Turn::Outcome::kUnderWay:
      return show(false);
    case Turn::Outcome::kGood:
      return succeeded();
    case Turn::Outcome::kBad:
      return failed(turn.fault);
  }
}

// ---- the light ----------------------------------------------------------------------------------

void SourceRunner::succeeded() {
  told_fault_.clear();
  ++good_turns_;
  if (!baseline_done_)
    log_info("baseline_done", {{"institution", identity_.subdomain},
                               {"source", config_.name},
                               {"rows", watch_->report().scan.rows}});
  const bool first = !std::exchange(baseline_done_, true);
  lights_.now().read_at = surroundings_.clock.now();
  const bool turns =
      lights_.now().read == Light::kRed && (first || good_turns_ >= kGoodTurnsForGreen);
  if (turns) turn_green(first);
  show(turns);
}

// The vendor tells when reads come back, so not of the first time.
void SourceRunner::turn_green(bool first) {
  lights_.now().read = Light::kGreen;
  log_info("source_green", {{"institution", identity_.subdomain}, {"source", config_.name}});
  if (!first) lights_.tell_read(status());
}

void SourceRunner::failed(const Error& error) {
  good_turns_ = 0;
  const bool turns = lights_.now().read == Light::kGreen;
  lights_.now().read = Light::kRed;
  const bool news = std::exchange(told_fault_, error.detail) != error.detail;
  if (news) {
    last_fault_ = {std::string(name(error.code)), error.detail, surroundings_.clock.now()};
    log_error("source_red", {{"institution", identity_.subdomain},
                             {"source", config_.name},
                             {"reason", name(error.code)},
                             {"detail", error.detail}});
  }
  // Who has asked for it hears of red too; the vendor's own subscribers never do.
  if (turns) lights_.tell_read(status());
  show(turns || news);
}

SyncStatus SourceRunner::status() const {
  return {.institution = identity_.ref.institution,
          .name = config_.name,
          .id = identity_.ref.source,
          .emr_name = mapping_.name,
          .emr_display_name = mapping_.display_name,
          .emr_type = mapping_.emr_type,
          .read = lights_.now().read,
          .read_at = lights_.now().read_at,
          .write = lights_.now().write,
          .write_at = lights_.now().write_at,
          .baseline_done = baseline_done_};
}

// ---- what others see ----------------------------------------------------------------------------

// Turns may take less than a millisecond, so not at each.
void SourceRunner::show(bool now) {
  const auto time = surroundings_.clock.steady_now();
  if (!now && time - shown_at_ < kShowEvery) return;
  shown_at_ = time;
  surroundings_.board.put({.status = status(),
                           .mapping = std::filesystem::path(config_.mapping_path).filename(),
                           .mode_reason = chosen_.reason,
                           .watch = watch_ ? watch_->report() : WatchReport(),
                           .last_fault = last_fault_});
  lights_.save();
}

}  // namespace chartbell
