#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <future>

#include "app/commands.h"
#include "app/config.h"
#include "app/loop_thread.h"
#include "app/open_writer.h"
#include "app/report.h"
#include "app/service.h"
#include "app/terminal.h"
#include "base/log.h"
#include "base/random.h"
#include "net/http_client.h"
#include "source/checkup.h"
#include "source/postgres_slot.h"
#include "source/sql.h"
#include "store/account_store.h"
#include "store/core.h"
#include "store/event_log.h"

namespace chartbell {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMegabyte = 1024 * 1024;
constexpr std::uintmax_t kFreeFault = 100 * kMegabyte;
constexpr std::uintmax_t kFreeWarning = 2048 * kMegabyte;
constexpr Milliseconds kEndpointDeadline{10'000};
constexpr std::size_t kEndpointsMax = 50;

void add(Remarks& out, Remarks more) {
  std::ranges::move(more, std::back_inserter(out));
}

Remark fault(std::string subject, const Error& error, std::string mend) {
  return {Severity::kFault, std::move(subject), error.detail, std::move(mend)};
}

std::string mend_of_connecting(Code code) {
  switch (code) {
    case Code::kUnauthorized:
      return "check user and password of the url, and give the account the right to connect";
    case Code::kConfig:
      return "check the url: host, database, driver";
    default:
      return "check that the server runs and can be reached from this machine";
  }
}

// ---- the store ----------------------------------------------------------------------------------

Remarks check_key_file(const Config& config) {
  const std::string subject = "key file";
  std::error_code error;
  const auto status = fs::status(config.key_file, error);
  if (!fs::exists(status)) {
    const bool made = config.mode == Mode::kDevelopment && !fs::exists(config.store_path);
    if (made) return {{Severity::kFine, subject, "it will be made at the first start", {}}};
    return {{Severity::kFault, subject, config.key_file + " is missing",
             "restore it from your backup; for a new store make one: (umask 077; openssl rand -hex "
             "32 > " +
                 config.key_file + ")"}};
  }
  if (const auto key = read_key_file(config.key_file); !key)
    return {fault(subject, key.error(), "restore it from your backup")};
  const auto others = fs::perms::group_all | fs::perms::others_all;
  if ((status.permissions() & others) != fs::perms::none)
    return {{Severity::kWarning, subject, "others on this machine may read it",
             "chmod 600 " + config.key_file}};
  return {{Severity::kFine, subject, "it is there, and ours alone", {}}};
}

// Of the folder that is there, or will be.
Remarks check_disk(const Config& config) {
  auto folder = fs::absolute(config.store_path).parent_path();
  while (!fs::exists(folder) && folder.has_relative_path()) folder = folder.parent_path();
  std::error_code error;
  const auto space = fs::space(folder, error);
  if (error) return {{Severity::kWarning, "disk", "free space cannot be read", "check the folder"}};
  const auto what = std::to_string(space.available / kMegabyte) + " MB are free for the store";
  if (space.available >= kFreeWarning) return {{Severity::kFine, "disk", what, {}}};
  return {{space.available < kFreeFault ? Severity::kFault : Severity::kWarning, "disk", what,
           "make room: a full disk stops the server, and nothing is delivered meanwhile"}};
}

// ---- sources ------------------------------------------------------------------------------------

std::vector<SourceLocation> locations_of(const InstitutionConfig& institution) {
  std::vector<SourceLocation> out;
  for (const auto& location : institution.locations)
    if (auto zone = Zone::open(location.timezone))
      out.push_back({location.foreign_id, LocationId{std::ssize(out) + 1}, *std::move(zone)});
  return out;
}

// Asks as `serve` does, by the one who would write.
Result<void> probe(RecordWriter& writer) {
  std::promise<Result<void>> promise;
  auto answer = promise.get_future();
  writer.probe([&](Result<void> done) { promise.set_value(std::move(done)); });
  return answer.get();
}

Remarks check_statements(const std::string& name, const std::string& url, const Mapping& mapping,
                         SqlConnector& connector, const Zone& zone, const Clock& clock) {
  const auto connection = connector.connect();
  if (!connection)
    return {fault(name, connection.error(), mend_of_connecting(connection.error().code))};
  return check_writes({.name = name,
                       .url = url,
                       .mapping = mapping,
                       .connection = **connection,
                       .zones = {zone},
                       .clock = clock});
}

Remarks check_writing(const InstitutionConfig& institution, const SourceConfig& source,
                      const Mapping& mapping, const Clock& clock) {
  const auto locations = locations_of(institution);
  if (source.write_url.empty() || locations.empty()) return {};
  const auto name = institution.subdomain + "/" + source.name;
  const auto subject = name + ": writing";
  LoopThread thread;
  thread.start();
  const auto opened = open_writer(source, mapping, locations, &thread.loop(), clock);
  if (!opened)
    return {fault(subject, opened.error(), "mend write_url or write_folder in the configuration")};
  if (const auto answer = probe(*opened->writer); !answer)
    return {fault(subject, answer.error(),
                  "check write_url, its account or write_key, and that "
                  "the record system can be reached from here")};
  if (opened->connector == nullptr)
    return {{Severity::kFine, subject, "the record system's interface answers", {}}};
  auto out = check_statements(name, source.write_url, mapping, *opened->connector,
                              locations.front().zone, clock);
  if (mapping.writes_files() && opened->shelf == nullptr)
    out.push_back({Severity::kFine,
                   name + ": documents",
                   "are not taken: a write_folder would say where their files are kept",
                   {}});
  return out;
}

Remarks check_source(const InstitutionConfig& institution, const SourceConfig& source,
                     const Clock& clock) {
  const auto name = institution.subdomain + "/" + source.name;
  if (source.is_pushed())
    return {{Severity::kFine, name, "is pushed; there is nothing to connect to", {}}};
  const auto mapping = load_mapping(source.mapping_path);
  if (!mapping) return {fault(name, mapping.error(), "mend the mapping at this place")};
  const auto connector = sql_connector(source.url);
  if (!connector) return {fault(name, connector.error(), "write `url` in one of these forms")};
  const auto connection = (*connector)->connect();
  if (!connection)
    return {fault(name, connection.error(), mend_of_connecting(connection.error().code))};
  Remarks out = {{Severity::kFine, name, "connected to " + (*connector)->shown_url(), {}}};
  std::vector<Zone> zones;
  for (const auto& location : institution.locations)
    if (auto zone = Zone::open(location.timezone)) zones.push_back(*std::move(zone));
  add(out, examine({.name = name,
                    .url = source.url,
                    .mapping = *mapping,
                    .connection = **connection,
                    .zones = std::move(zones),
                    .clock = clock,
                    .capture = source.capture,
                    .slot = slot_name(institution.subdomain, source.name)}));
  add(out, check_writing(institution, source, *mapping, clock));
  return out;
}

Remarks check_locations(const InstitutionConfig& institution) {
  Remarks out;
  for (const auto& location : institution.locations)
    if (const auto zone = Zone::open(location.timezone); !zone)
      out.push_back(fault(institution.subdomain + "/" + location.name, zone.error(),
                          "name a zone such as \"America/New_York\" at " + location.position));
  return out;
}

// ---- endpoints ----------------------------------------------------------------------------------

// The server alone is named: a path may hold a secret.
Remark check_endpoint(const Endpoint& endpoint, const AddressPolicy& policy, const Clock& clock) {
  const auto url = parse_url(endpoint.target_url);
  const auto subject = "endpoint " + to_string(endpoint.id);
  if (!url) return fault(subject, url.error(), "give it another target_url");
  const auto exchange =
      fetch(clock, {.policy = policy}, *url,
            {.method = "OPTIONS", .target = url->target, .fields = {}, .body = {}, .peer = {}},
            kEndpointDeadline);
  if (!exchange.failed) return {Severity::kFine, subject, url->authority() + " answers", {}};
  const bool refused = *exchange.failed == OutcomeClass::kAddressRefused;
  return {Severity::kWarning, subject,
          url->authority() + " cannot be reached (" + std::string(name(*exchange.failed)) + ")",
          refused ? "if it is in your own network, open it by [egress] in the configuration"
                  : "check the receiver's name, its certificate, and the firewall between"};
}

struct Store {
  SystemRandom random;
  std::unique_ptr<StoreCore> core;
  std::unique_ptr<EventLog> log;
  std::unique_ptr<SqliteAccountStore> accounts;

  Result<void> open(const Config& config, const Clock& clock) {
    TRY(auto key, read_key_file(config.key_file));
    TRY(core, StoreCore::open({.path = config.store_path,
                               .master_key = std::move(key),
                               .role = StoreOptions::Role::kTool,
                               .fatal = {}},
                              clock, random));
    log = std::make_unique<EventLog>(*core);
    accounts = std::make_unique<SqliteAccountStore>(*core, *log);
    return {};
  }

  Result<std::vector<Endpoint>> active_endpoints() {
    std::vector<Endpoint> out;
    TRY(const auto all, accounts->accounts());
    for (const auto& account : all) {
      TRY(const auto endpoints, accounts->endpoints(account.id));
      std::ranges::copy_if(endpoints, std::back_inserter(out), &Endpoint::active);
    }
    return out;
  }
};

Remarks check_endpoints(const Config& config, const Clock& clock) {
  if (!fs::exists(config.store_path) || !fs::exists(config.key_file)) return {};
  Store store;
  if (const auto opened = store.open(config, clock); !opened)
    return {fault("store", opened.error(), "check the store's file and its key file")};
  const auto endpoints = store.active_endpoints();
  if (!endpoints) return {fault("store", endpoints.error(), "check the store's file")};
  const auto policy = address_policy(config);
  if (!policy) return {fault("egress", policy.error(), "check [egress]")};
  Remarks out = {{Severity::kFine, "store", "it opens", {}}};
  for (std::size_t i = 0; i < std::min(endpoints->size(), kEndpointsMax); ++i)
    out.push_back(check_endpoint((*endpoints)[i], *policy, clock));
  return out;
}

// For one more check write one more function and name it here; a record system's are in
// source/checkup.h.
Remarks check_all(const Config& config, const Clock& clock) {
  Remarks out;
  add(out, check_key_file(config));
  add(out, check_disk(config));
  for (const auto& institution : config.institutions) {
    add(out, check_locations(institution));
    for (const auto& source : institution.sources)
      add(out, check_source(institution, source, clock));
  }
  add(out, check_endpoints(config, clock));
  return out;
}

}  // namespace

int doctor(const DoctorArguments& arguments) {
  start_log(LogLevel::kError);
  const SystemClock clock;
  const auto config = load_config(arguments.config_path);
  Remarks remarks;
  if (config) {
    remarks = {{Severity::kFine, "configuration", "it is read", {}}};
    add(remarks, check_all(*config, clock));
  } else {
    remarks = {fault("configuration", config.error(), "mend the file at this place")};
  }
  const auto text = arguments.json ? as_json(remarks) + "\n" : as_text(remarks, terminal_columns());
  std::fwrite(text.data(), 1, text.size(), stdout);
  return exit_code(remarks);
}

}  // namespace chartbell
