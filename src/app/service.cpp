#include "app/service.h"

#include <filesystem>

#include "api/api.h"
#include "api/sign_in.h"
#include "app/board.h"
#include "app/dashboard_site.h"
#include "app/deliveries.h"
#include "app/form_desk.h"
#include "app/intake_desk.h"
#include "app/loop_thread.h"
#include "app/side_thread.h"
#include "app/source_runner.h"
#include "app/stop.h"
#include "app/transport.h"
#include "app/turn_pool.h"
#include "app/write_desk.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/random.h"
#include "base/zone.h"
#include "deliver/signing.h"
#include "forms/site.h"
#include "net/http_server.h"
#include "net/own_addresses.h"
#include "store/account_store.h"
#include "store/audit_trail.h"
#include "store/booking_list.h"
#include "store/core.h"
#include "store/delivery_book.h"
#include "store/delivery_store.h"
#include "store/event_archive.h"
#include "store/event_log.h"
#include "store/file_book.h"
#include "store/form_book.h"
#include "store/record_book.h"
#include "store/replay_book.h"
#include "store/resource_store.h"
#include "store/user_store.h"
#include "store/write_book.h"

namespace chartbell {
namespace {

namespace fs = std::filesystem;

constexpr Milliseconds kFeedTick{1'000};
constexpr Milliseconds kDrainMax{5'000};
constexpr int kFormsWaitingMax = 32;
constexpr int kSignInsWaitingMax = 8;  // less than half a second
constexpr std::size_t kSetupTokenBytes = 16;
constexpr std::chrono::hours kTokenLifeProduction{1};
constexpr std::chrono::hours kTokenLifeDevelopment{24};

// http:// is for a subscriber on the same machine while developing.
class ModeTargetPolicy final : public TargetPolicy {
 public:
  ModeTargetPolicy(Mode mode, AddressPolicy addresses)
      : mode_(mode), addresses_(std::move(addresses)) {}

  Result<void> accepts(std::string_view text) const override {
    const auto url = parse_url(text);
    if (!url) return std::unexpected(within("target_url", url.error()));
    const auto address = parse_address(url->host);
    const bool local = url->host == "localhost" || (address && is_loopback(*address));
    if (url->scheme == Scheme::kHttp && !(mode_ == Mode::kDevelopment && local))
      return failure(Code::kInvalid, mode_ == Mode::kDevelopment
                                         ? "target_url must be https, or http to loopback"
                                         : "target_url must be https");
    if (address && !addresses_.allows(*address, url->port))
      return failure(Code::kAddressRefused, "target_url: this address is not allowed");
    if (!addresses_.may_use_port(url->port))
      return failure(Code::kAddressRefused, "target_url: this port is not allowed");
    return {};
  }

 private:
  const Mode mode_;
  const AddressPolicy addresses_;
};

// Patients' pages are beside the API, not within it: they have no keys, and it has no pages.
class FrontHandler final : public HttpHandler {
 public:
  FrontHandler(Api& api, FormSite& site) : api_(api), site_(site) {}
  void handle(HttpRequest request, Respond respond) override {
    if (FormSite::is_for(request.target)) return site_.answer(request, std::move(respond));
    if (is_dashboard(request.target)) return respond(dashboard_answer(request));
    api_.answer(request, std::move(respond));
  }
  std::optional<RequestFault> refuses_large(const HttpRequest& head) override {
    const auto refused = api_.refuses_large(head);
    if (!refused) return std::nullopt;
    return RequestFault{refused->status, refused->reason};
  }

 private:
  Api& api_;
  FormSite& site_;
};

std::string new_seed(Random& random) {
  std::string out(32, '\0');
  random.fill({reinterpret_cast<unsigned char*>(out.data()), out.size()});
  return out;
}

}  // namespace

Result<AddressPolicy> address_policy(const Config& config) {
  using enum AddressPolicy::Loopback;
  EgressRules rules = config.egress;
  TRY(rules.own, own_addresses());
  return AddressPolicy(config.mode == Mode::kDevelopment ? kAllowed : kRefused, std::move(rules));
}

Result<std::string> master_key(const Config& config) {
  const bool may_make = config.mode == Mode::kDevelopment && !fs::exists(config.store_path);
  if (fs::exists(config.key_file) || !may_make) {
    auto key = read_key_file(config.key_file);
    if (!key && !fs::exists(config.key_file))
      return failure(
          Code::kConfig,
          "key file " + config.key_file + " is missing; " +
              (config.mode == Mode::kProduction
                   ? "make one: (umask 077; openssl rand -hex 32 > " + config.key_file + ")"
                   : "the store " + config.store_path +
                         " cannot be opened without it: restore it from your backup"));
    return key;
  }
  std::error_code made;
  fs::create_directories(fs::path(config.key_file).parent_path(), made);
  SystemRandom random;
  return make_key_file(config.key_file, random);
}

// Members in the order in which they are built; destroyed the other way round.
struct Service::Graph {
  Graph(const Config& configuration, const AddressPolicy& reachable)
      : config(configuration),
        addresses(reachable),
        targets(configuration.mode, reachable),
        shards(configuration.delivery_threads == 0 ? usual_shards()
                                                   : configuration.delivery_threads) {}

  Result<void> open(ServiceOptions options);
  Result<void> open_store(ServiceOptions options);
  Result<void> register_accounts();
  Result<void> open_institution(const InstitutionConfig& institution);
  Result<void> open_source(const SourceConfig& source, SourceIdentity identity);
  Result<void> open_deliveries();
  Result<void> open_users();
  Result<void> open_api();
  void open_forms();
  std::string url() const;
  void tick_feed();
  void stop();

  const Config config;
  SystemClock clock;
  SystemRandom random;
  Board board;
  const AddressPolicy addresses;
  const ModeTargetPolicy targets;
  const std::size_t shards;
  std::function<void(const Error&)> fatal;
  // Outlives what posts to it; its thread is ended by stop().
  LoopThread requests;
  SideThread press{kFormsWaitingMax};
  SideThread hashing{kSignInsWaitingMax};
  std::unique_ptr<StoreCore> core;
  std::unique_ptr<EventLog> log;
  std::unique_ptr<SqliteAccountStore> accounts;
  std::unique_ptr<SqliteResourceStore> resources;
  std::unique_ptr<SqliteDeliveryStore> delivery_store;
  std::unique_ptr<SqliteEventArchive> archive;
  std::unique_ptr<SqliteDeliveryBook> book;
  std::unique_ptr<SqliteReplayBook> replays;
  std::unique_ptr<SqliteRecordBook> records;
  std::unique_ptr<SqliteWriteBook> writes;
  std::unique_ptr<SqliteBookingList> bookings;
  std::unique_ptr<SqliteFileBook> files;
  std::unique_ptr<SqliteFormBook> form_book;
  std::unique_ptr<SqliteUserStore> users;
  std::unique_ptr<SqliteAuditTrail> audit;
  std::unique_ptr<SourceSurroundings> surroundings;
  HealthBoard health{clock};
  std::unique_ptr<Deliveries> deliveries;
  std::unique_ptr<TokenMint> tokens;
  IntakeDesk intake;
  std::string setup_token;
  std::unique_ptr<SignIn> sign_in;
  std::unique_ptr<EventFeed> feed;
  std::unique_ptr<Api> api;
  std::unique_ptr<FormSite> form_site;
  std::unique_ptr<FrontHandler> handler;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<TurnPool> turns;
  std::unique_ptr<SourceWriteDesk> write_desk;
  std::unique_ptr<StoreFormDesk> forms;
  std::vector<std::unique_ptr<TurnTaker>> sources;
};

Result<void> Service::Graph::open(ServiceOptions options) {
  fatal = options.fatal;
  TRY_DO(open_store(std::move(options)));
  TRY_DO(register_accounts());
  TRY(turns, TurnPool::open(config.source_threads, clock));
  write_desk = std::make_unique<SourceWriteDesk>(*writes, board, *turns, requests.loop());
  forms = std::make_unique<StoreFormDesk>(StoreFormDesk::Parts{.book = *form_book,
                                                               .writes = *write_desk,
                                                               .books = intake,
                                                               .clock = clock,
                                                               .random = random});
  surroundings = std::make_unique<SourceSurroundings>(
      SourceSurroundings{.resources = *resources,
                         .accounts = *accounts,
                         .board = board,
                         .clock = clock,
                         .random = random,
                         .digest_key = core->sealer().derived_key("digest"),
                         .writes = writes.get(),
                         .desk = write_desk.get(),
                         .loop = &requests.loop()});
  for (const auto& institution : config.institutions) TRY_DO(open_institution(institution));
  TRY_DO(open_deliveries());
  TRY_DO(open_users());
  return open_api();
}

Result<void> Service::Graph::open_store(ServiceOptions options) {
  TRY(auto key, master_key(config));
  std::error_code made;
  if (const auto folder = fs::path(config.store_path).parent_path(); !folder.empty())
    fs::create_directories(folder, made);
  TRY(core, StoreCore::open({.path = config.store_path,
                             .master_key = std::move(key),
                             .role = StoreOptions::Role::kServer,
                             .fatal = std::move(options.fatal)},
                            clock, random));
  log = std::make_unique<EventLog>(*core);
  TRY_DO(log->load());
  accounts = std::make_unique<SqliteAccountStore>(*core, *log);
  TRY(resources, SqliteResourceStore::open(*core, *log));
  delivery_store =
      std::make_unique<SqliteDeliveryStore>(*core, *log, accounts->directory_version(), shards);
  TRY_DO(delivery_store->load());
  archive = std::make_unique<SqliteEventArchive>(*core, *log);
  book = std::make_unique<SqliteDeliveryBook>(
      *core, *log, [this](EndpointId endpoint) { deliveries->on_retries(endpoint); });
  replays = std::make_unique<SqliteReplayBook>(*core, accounts->directory_version());
  records = std::make_unique<SqliteRecordBook>(*core);
  TRY(writes, SqliteWriteBook::open(*core, *log, *resources));
  bookings = std::make_unique<SqliteBookingList>(*core);
  files = std::make_unique<SqliteFileBook>(*core);
  form_book = std::make_unique<SqliteFormBook>(*core, *log, *resources, *writes);
  users = std::make_unique<SqliteUserStore>(*core);
  audit = std::make_unique<SqliteAuditTrail>(*core);
  feed = std::make_unique<EventFeed>(*archive, *accounts, clock);
  return {};
}

Result<void> Service::Graph::register_accounts() {
  for (const auto& key : config.api_keys)
    TRY_DO(accounts->put_account(
        key.name, sha256(key.key), key.institutions,
        {.scopes = key.scopes, .expires_at = key.expires_at, .limits = key.limits}));
  return {};
}

Result<void> Service::Graph::open_institution(const InstitutionConfig& institution) {
  InstitutionSpec spec{.subdomain = institution.subdomain, .name = institution.name};
  for (const auto& location : institution.locations)
    spec.locations.push_back({location.name, location.timezone, location.foreign_id});
  for (const auto& source : institution.sources) spec.sources.push_back(source.name);
  TRY(const auto registered, accounts->register_institution(std::move(spec)));
  TRY_DO(forms->stock(registered.id));
  health.grown(registered.id, archive->head(registered.id));
  std::vector<SourceLocation> locations;
  for (std::size_t i = 0; i < institution.locations.size(); ++i) {
    const auto& location = institution.locations[i];
    auto zone = Zone::open(location.timezone);
    if (!zone) return std::unexpected(within(location.position, zone.error()));
    locations.push_back({location.foreign_id, registered.locations[i], *std::move(zone)});
  }
  for (std::size_t i = 0; i < institution.sources.size(); ++i) {
    TRY_DO(open_source(institution.sources[i], {.ref = {registered.id, registered.sources[i]},
                                                .subdomain = institution.subdomain,
                                                .locations = locations}));
  }
  return {};
}

Result<void> Service::Graph::open_source(const SourceConfig& source, SourceIdentity identity) {
  const auto ref = identity.ref;
  if (source.is_pushed()) {
    TRY(auto runner, PushRunner::open(source, std::move(identity),
                                      {.resources = *resources,
                                       .accounts = *accounts,
                                       .board = board,
                                       .clock = clock,
                                       .digest_key = surroundings->digest_key,
                                       .wake = [this](TurnTaker& taker) { turns->wake(taker); }}));
    intake.add(ref.institution, ref.source, *runner);
    sources.push_back(std::move(runner));
  } else {
    TRY(auto runner, SourceRunner::open(source, std::move(identity), *surroundings));
    sources.push_back(std::move(runner));
  }
  turns->add(*sources.back());
  return {};
}

Result<void> Service::Graph::open_deliveries() {
  const auto transport = [this](EventLoop& home) {
    return HttpTransport::open(home, clock, {.policy = addresses, .kept_fields = {"retry-after"}});
  };
  TRY(deliveries, Deliveries::open({.dispatcher = {.store_tag = core->tag()},
                                    .shards = shards,
                                    .transport = transport,
                                    .fatal = fatal},
                                   *delivery_store, clock, random, health));
  log->on_appended([this](InstitutionId institution) {
    health.grown(institution, archive->head(institution));
    deliveries->on_events(institution);
    if (feed->anybody_waits())
      requests.loop().post([this, institution] { feed->appended(institution); });
  });
  return {};
}

Result<void> Service::Graph::open_users() {
  TRY(const bool settled, users->has_users());
  if (!settled) setup_token = random.hex(kSetupTokenBytes);
  SignInParts parts{
      .users = *users,
      .audit = *audit,
      .clock = clock,
      .new_seed = [this] { return new_seed(random); },
      .key = core->sealer().derived_key("user_session"),
      .work = [this](std::function<void()> step) { return hashing.take(std::move(step)); },
      .public_url = config.public_url,
      .admins_need_second_factor = config.mode == Mode::kProduction,
      .setup_token = setup_token};
  if (config.wrong_keys_per_minute == 0) parts.rates.of_network = 0;
  sign_in = std::make_unique<SignIn>(std::move(parts));
  return {};
}

Result<void> Service::Graph::open_api() {
  const auto life = config.mode == Mode::kProduction ? kTokenLifeProduction : kTokenLifeDevelopment;
  tokens = std::make_unique<TokenMint>(core->sealer().derived_key("token"), life, clock, random);
  api = std::make_unique<Api>(ApiParts{.accounts = *accounts,
                                       .sources = board,
                                       .tokens = *tokens,
                                       .targets = targets,
                                       .new_secret_key = [this] { return new_secret(random); },
                                       .new_seed = [this] { return new_seed(random); },
                                       .clock = clock,
                                       .store_tag = core->tag(),
                                       .events = *archive,
                                       .deliveries = *book,
                                       .replays = *replays,
                                       .records = *records,
                                       .writes = *write_desk,
                                       .files = *files,
                                       .health = *deliveries,
                                       .feed = *feed,
                                       .access_log = config.access_log,
                                       .wrong_keys_per_minute = config.wrong_keys_per_minute,
                                       .tests = deliveries.get(),
                                       .pushes = &intake,
                                       .books = &intake,
                                       .bookings = bookings.get(),
                                       .forms = forms.get(),
                                       .sign_in = sign_in.get()});
  form_site = std::make_unique<FormSite>(FormSiteParts{
      .book = *form_book,
      .source = *forms,
      .clock = clock,
      .session_key = core->sealer().derived_key("form_session"),
      .secure_cookies = config.public_url.starts_with("https:"),
      .work = [this](std::function<void()> work) { return press.take(std::move(work)); },
      .requests_per_minute = config.form_requests_per_minute});
  handler = std::make_unique<FrontHandler>(*api, *form_site);
  const auto refuse = [this](int status, std::string_view reason) {
    return api->refused_unread(status, reason);
  };
  TRY(server, HttpServer::open(requests.loop(),
                               {.address = config.listen_address,
                                .port = config.listen_port,
                                .connections_max = config.connections,
                                .connections_per_network = config.connections_per_address,
                                .streams_max = FeedLimits().seats},
                               *handler, refuse));
  open_forms();
  return {};
}

// While developing, patients are on this machine.
void Service::Graph::open_forms() {
  const bool may_be_local = config.mode == Mode::kDevelopment;
  forms->set_public_url(config.public_url.empty() && may_be_local ? url() : config.public_url);
}

std::string Service::Graph::url() const {
  return "http://" + config.listen_address + ":" + std::to_string(server->port());
}

void Service::Graph::tick_feed() {
  feed->tick();
  requests.loop().after(kFeedTick, [this] { tick_feed(); });
}

void Service::Graph::stop() {
  if (turns != nullptr) turns->stop();
  server.reset();
  requests.stop();
  press.stop();
  hashing.stop();
  sources.clear();
  if (deliveries != nullptr) deliveries->stop(kDrainMax);
  // The end of the last record is still told to its dispatcher.
  if (core != nullptr) core->drain();
}

Service::Service(std::unique_ptr<Graph> graph) : graph_(std::move(graph)) {}

Result<std::unique_ptr<Service>> Service::open(const Config& config, ServiceOptions options) {
  TRY(const auto addresses, address_policy(config));
  auto graph = std::make_unique<Graph>(config, addresses);
  TRY_DO(graph->open(std::move(options)));
  return std::unique_ptr<Service>(new Service(std::move(graph)));
}

Service::~Service() {
  graph_->stop();
}

void Service::start() {
  auto& graph = *graph_;
  graph.deliveries->start();
  graph.requests.loop().post([&graph] { graph.tick_feed(); });
  graph.requests.start();
  graph.press.start();
  graph.hashing.start();
  graph.turns->start();
}

std::string Service::url() const {
  return graph_->url();
}

const std::string& Service::setup_token() const {
  return graph_->setup_token;
}

std::optional<ForeignKey> Service::key_of(InstitutionId institution, ResourceId id) const {
  return graph_->resources->key_of(institution, id).value_or(std::nullopt);
}

}  // namespace chartbell
