#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <span>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <unistd.h>

#include "app/commands.h"
#include "app/demo_client.h"
#include "app/demo_form.h"
#include "app/loop_thread.h"
#include "app/practice/practice.h"
#include "app/practice/records.h"
#include "app/receiver.h"
#include "app/service.h"
#include "app/stop.h"
#include "app/terminal.h"
#include "base/log.h"
#include "base/random.h"
#include "model/catalogue.h"

namespace chartbell {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr Milliseconds kReadyWithin{30'000};
constexpr Milliseconds kDeliveredWithin{30'000};
constexpr Milliseconds kLook{10};
constexpr std::string_view kSubdomain = "green-dental";
// Of a booking through the API, in the order of its log. The practice books two weeks ahead.
constexpr std::string_view kBookingEvents[] = {"appointment_insertion.complete",
                                               "appointment_created"};
constexpr std::string_view kFormEvents[] = {"form_request_completed",
                                            "form_response_insertion.complete"};
constexpr std::chrono::hours kBookedAhead = std::chrono::days(30) + std::chrono::hours(10);

// What a change must become: which event, about which row.
struct Expected {
  std::string event;
  ResourceKind kind;
  std::int64_t key;

  friend auto operator<=>(const Expected&, const Expected&) = default;
};

// Something whose events are shown together, in the order of the log, once all are there: two
// deliveries may overtake each other on their way.
struct Awaited {
  std::span<const std::string_view> events;
  bool under_way = false;
  std::optional<std::int64_t> id{};  // ours; nothing where the events' own names are enough
  std::optional<SteadyTime> at{};    // when it began, as far as we know
  std::map<std::string, Received, std::less<>> told{};

  bool has(const Received& received) const {
    return under_way && (!id || received.resource_id == *id) &&
           std::ranges::find(events, received.event_name) != events.end();
  }
};

struct Tally {
  std::int64_t changes = 0;
  std::int64_t delivered = 0;
  std::int64_t verified = 0;
  std::int64_t repeated = 0;
  std::int64_t unexpected = 0;
  std::vector<double> latencies_ms;

  bool clean(std::size_t outstanding) const {
    return outstanding == 0 && changes > 0 && delivered == changes && verified == changes &&
           repeated == 0 && unexpected == 0;
  }
};

Config demo_config(const fs::path& folder, const std::string& key, bool by_itself) {
  Config config;
  config.listen_port = 0;
  config.store_path = (folder / "chartbell.db").string();
  config.key_file = (folder / "chartbell.key").string();
  config.access_log = false;
  config.api_keys = {{.name = "demo", .key = key, .institutions = {std::string(kSubdomain)}}};
  InstitutionConfig institution{.subdomain = std::string(kSubdomain), .name = "Green Dental"};
  institution.locations = {
      {.name = "Main Street", .timezone = "America/New_York", .foreign_id = "0"},
      {.name = "Harbour", .timezone = "America/New_York", .foreign_id = "1"}};
  SourceConfig source{.name = "front-office",
                      .mapping_path = {},
                      .url = "sqlite:" + (folder / "practice.db").string(),
                      .write_url = "sqlite:" + (folder / "practice.db").string(),
                      .scan_interval = by_itself ? Milliseconds(50) : Milliseconds(250),
                      .position = "demo"};
  institution.sources = {std::move(source)};
  config.institutions = {std::move(institution)};
  return config;
}

class Demo {
 public:
  explicit Demo(const DemoArguments& arguments)
      : arguments_(arguments),
        random_(arguments.seed),
        receiver_(clock_, 200, [this](Received received) { take(std::move(received)); }) {}
  ~Demo() {
    server_.reset();
    receiving_.stop();
    service_.reset();
    practice_.reset();
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  Result<void> prepare();
  int run();

 private:
  Result<void> open_practice();
  Result<void> open_service();
  Result<void> listen();
  Result<void> subscribe();
  Result<void> wait_until_ready();
  Result<bool> writable();
  Result<void> book();
  Result<std::string> first_location();
  Result<void> ask_for_a_form();
  Result<void> wait_until_told(const Awaited& awaited);
  Result<void> step();
  void take(Received received);
  void look_at_deliveries();
  void look_at(const Received& received);
  void take_of(Awaited& awaited, const Received& received);
  void show(const Received& received, std::optional<SteadyTime> since);
  std::optional<Expected> read(const Received& received) const;
  bool all_stepped() const { return arguments_.events && tally_.changes >= *arguments_.events; }
  bool ended();
  void summarize();

  const DemoArguments arguments_;
  SystemClock clock_;
  SeededRandom random_;
  fs::path folder_;
  Stop stop_;
  std::unique_ptr<practice::Practice> practice_;
  std::unique_ptr<Service> service_;
  Receiver receiver_;
  LoopThread receiving_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<DemoClient> client_;

  std::string location_;  // where the booking and the form are for
  Awaited booking_{.events = kBookingEvents};
  Awaited form_{.events = kFormEvents};
  std::map<Expected, SteadyTime> outstanding_;
  std::map<std::string, int> seen_;  // by webhook-id
  Tally tally_;

  std::mutex mutex_;
  std::deque<Received> arrived_;  // guarded by mutex_
};

Result<void> Demo::prepare() {
  auto name = (fs::temp_directory_path() / "chartbell-demo-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    return failure(Code::kConfig, "cannot make a folder in " + fs::temp_directory_path().string());
  folder_ = name;
  TRY_DO(open_practice());
  TRY_DO(open_service());
  TRY_DO(listen());
  TRY_DO(subscribe());
  TRY_DO(wait_until_ready());
  TRY_DO(book());
  TRY_DO(wait_until_told(booking_));
  return ask_for_a_form();
}

Result<void> Demo::open_practice() {
  const auto today = std::chrono::floor<std::chrono::days>(clock_.now());
  const LocalTime opening(today.time_since_epoch() + std::chrono::hours(8));
  TRY(practice_, practice::Practice::open((folder_ / "practice.db").string(), random_, opening));
  return {};
}

Result<void> Demo::open_service() {
  SystemRandom keys;
  const auto key = keys.hex(32);
  auto config = demo_config(folder_, key, arguments_.events.has_value());
  TRY(config.institutions[0].sources[0].mapping_path, find_mapping("sandbox", "."));
  TRY(service_,
      Service::open(config, {.fatal = [](const Error& error) { _exit(complain(error)); }}));
  service_->start();
  client_ = std::make_unique<DemoClient>(clock_, service_->url(), key);
  return {};
}

Result<void> Demo::listen() {
  const auto refuse = [](int status, std::string_view) {
    return HttpResponse{.status = status, .fields = {}, .body = {}};
  };
  TRY(server_, HttpServer::open(receiving_.loop(), {}, receiver_, refuse));
  receiving_.start();
  return {};
}

Result<void> Demo::subscribe() {
  TRY_DO(client_->authenticate());
  const auto target = "http://127.0.0.1:" + std::to_string(server_->port()) + "/webhooks";
  TRY(const auto made,
      client_->call("POST", "/webhook_endpoints", "{\"target_url\":\"" + target + "\"}"));
  const auto& endpoint = made.at("data").as_object();
  receiver_.set_secret(std::string(endpoint.at("secret_key").as_string()));
  const auto path = "/webhook_endpoints/" + std::to_string(endpoint.at("id").as_int64()) +
                    "/webhook_subscriptions?subdomain=" + std::string(kSubdomain);
  for (const auto& row : catalogue())
    TRY_DO(client_->call("POST", path,
                         "{\"resource_type\":\"" + std::string(row.resource_type) +
                             "\",\"event\":\"" + std::string(row.event) + "\"}"));
  std::printf("%s at %s, delivering to %s\n", painted(Color::kBold, "Green Dental").c_str(),
              service_->url().c_str(), target.c_str());
  std::printf("the dashboard is there, too; setup token: %s\n\n", service_->setup_token().c_str());
  return {};
}

Result<void> Demo::wait_until_ready() {
  const auto deadline = clock_.steady_now() + kReadyWithin;
  while (clock_.steady_now() < deadline) {
    const auto answer = client_->call("GET", "/readyz", "");
    if (!answer && answer.error().code != Code::kRefused) return std::unexpected(answer.error());
    TRY(const bool writes, writable());
    if (answer && writes) return {};
    stop_.wait(kLook);
  }
  return failure(Code::kTimeout, "the first reading of the practice did not end");
}

Result<bool> Demo::writable() {
  TRY(const auto status, client_->first("/sync_status?subdomain=" + std::string(kSubdomain)));
  return status.at("write_status") == "green";
}

// As any client of the API would, with somebody of the practice's own lists.
Result<void> Demo::book() {
  const auto query = "?subdomain=" + std::string(kSubdomain);
  TRY(location_, first_location());
  const auto there = query + "&location_id=" + location_;
  TRY(const auto patient, client_->first("/patients" + there));
  TRY(const auto provider, client_->first("/providers" + query));
  const auto start =
      practice::sql_time(std::chrono::floor<std::chrono::days>(practice_->now()) + kBookedAhead);
  const json::object appointment = {{"patient_id", patient.at("id")},
                                    {"provider_id", provider.at("id")},
                                    {"start_time", start.substr(0, 10) + "T" + start.substr(11)}};
  std::printf("POST /appointments: %s, %s with %s\n", text_of(patient, "name").c_str(),
              start.substr(0, 16).c_str(), text_of(provider, "name").c_str());
  booking_.at = clock_.steady_now();
  TRY(const auto answer, client_->call("POST", "/appointments" + there,
                                       json::serialize(json::object{{"appt", appointment}})));
  booking_.id = answer.at("data").at("appt").at("id").as_int64();
  booking_.under_way = true;
  return {};
}

Result<std::string> Demo::first_location() {
  TRY(const auto place, client_->first("/locations?subdomain=" + std::string(kSubdomain)));
  return json::serialize(place.at("locations").at(0).at("id"));
}

// Where somebody watches, the form is theirs to fill in; else the demo does it itself.
Result<void> Demo::ask_for_a_form() {
  TRY(const auto form, ask_for_form(*client_, kSubdomain, location_));
  std::printf("POST /form_requests: \"%s\" for %s, born %s\n", std::string(form.title()).c_str(),
              form.patient.c_str(), form.date_of_birth.c_str());
  form_.under_way = true;
  if (!arguments_.events) {
    std::printf("       %s\n\n", painted(Color::kBold, form.url).c_str());
    return {};
  }
  form_.at = clock_.steady_now();
  TRY_DO(fill_in(clock_, form));
  return wait_until_told(form_);
}

// Nobody at the practice touches the appointment before.
Result<void> Demo::wait_until_told(const Awaited& awaited) {
  const auto deadline = clock_.steady_now() + kDeliveredWithin;
  while (awaited.under_way && clock_.steady_now() < deadline) {
    look_at_deliveries();
    if (stop_.wait(kLook)) return {};
  }
  if (!awaited.under_way) return {};
  return failure(Code::kTimeout, std::string(awaited.events.back()) + " was not delivered");
}

Result<void> Demo::step() {
  TRY(const auto changes, practice_->step());
  const auto now = clock_.steady_now();
  for (const auto& change : changes) {
    ++tally_.changes;
    outstanding_[{std::string(change.event), change.kind, change.key}] = now;
    std::printf("%s\n", change.sentence.c_str());
  }
  std::fflush(stdout);
  return {};
}

// On the receiver's loop.
void Demo::take(Received received) {
  const std::lock_guard lock(mutex_);
  arrived_.push_back(std::move(received));
}

void Demo::look_at_deliveries() {
  std::deque<Received> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(arrived_);
  }
  for (const auto& received : arrived) look_at(received);
  if (!arrived.empty()) std::fflush(stdout);
}

std::optional<Expected> Demo::read(const Received& received) const {
  const auto* row = find_delivered(received.event_name);
  if (row == nullptr) return std::nullopt;
  const auto key = service_->key_of({received.institution_id}, {received.resource_id});
  if (!key || !std::holds_alternative<std::int64_t>(*key)) return std::nullopt;
  return Expected{received.event_name, row->kind, std::get<std::int64_t>(*key)};
}

void Demo::look_at(const Received& received) {
  if (++seen_[received.message_id] > 1) {
    ++tally_.repeated;
    return;
  }
  for (auto* awaited : {&booking_, &form_})
    if (awaited->has(received)) return take_of(*awaited, received);
  const auto what = read(received);
  const auto found = what ? outstanding_.find(*what) : outstanding_.end();
  if (found == outstanding_.end()) {
    ++tally_.unexpected;
    std::printf("       %s %s #%lld\n", painted(Color::kRed, "unexpected").c_str(),
                printable(received.event_name).c_str(),
                static_cast<long long>(received.resource_id));
    return;
  }
  show(received, found->second);
  practice_->settled(what->kind, what->key);
  outstanding_.erase(found);
}

void Demo::take_of(Awaited& awaited, const Received& received) {
  awaited.told.emplace(received.event_name, received);
  if (awaited.told.size() < awaited.events.size()) return;
  tally_.changes += std::ssize(awaited.events);
  for (const auto event : awaited.events) show(awaited.told.find(event)->second, awaited.at);
  std::printf("\n");
  awaited.under_way = false;
}

void Demo::show(const Received& received, std::optional<SteadyTime> since) {
  std::string took;
  if (since) {
    const double ms = std::chrono::duration<double, std::milli>(received.at - *since).count();
    tally_.latencies_ms.push_back(ms);
    took = std::to_string(std::lround(ms)) + " ms";
  }
  ++tally_.delivered;
  if (received.genuine()) ++tally_.verified;
  std::printf("       %s %s #%lld  %s  %s\n",
              received.genuine() ? painted(Color::kGreen, "✓").c_str()
                                 : painted(Color::kRed, "✗ signature").c_str(),
              painted(Color::kBlue, received.event_name).c_str(),
              static_cast<long long>(received.resource_id),
              painted(Color::kDim, received.message_id).c_str(),
              painted(Color::kYellow, took).c_str());
  for (const auto& change : received.changes)
    std::printf("         %s\n", painted(Color::kDim, change).c_str());
}

bool Demo::ended() {
  return all_stepped() && outstanding_.empty();
}

int Demo::run() {
  const auto pause =
      arguments_.events
          ? kLook
          : std::chrono::duration_cast<Milliseconds>(Milliseconds(900) / arguments_.speed);
  auto next_step = clock_.steady_now();
  std::optional<SteadyTime> give_up;
  bool interrupted = false;
  while (!interrupted && !ended()) {
    const auto now = clock_.steady_now();
    if (!all_stepped() && now >= next_step) {
      if (const auto done = step(); !done) return complain(done.error());
      next_step = now + pause;
    }
    look_at_deliveries();
    if (all_stepped() && !give_up) give_up = now + kDeliveredWithin;
    if (give_up && now > *give_up) break;
    interrupted = wait_for_signal(kLook);
  }
  // What should not come has a moment to come.
  if (!interrupted) stop_.wait(Milliseconds(500));
  look_at_deliveries();
  summarize();
  if (interrupted) return EXIT_SUCCESS;
  return tally_.clean(outstanding_.size()) ? EXIT_SUCCESS : EXIT_FAILURE;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  return values[index];
}

void Demo::summarize() {
  std::printf(
      "\n%s  %lld changes, %lld delivered, %lld verified, %lld repeated, %lld unexpected, "
      "%zu on their way\n",
      painted(Color::kBold, "The day so far:").c_str(), static_cast<long long>(tally_.changes),
      static_cast<long long>(tally_.delivered), static_cast<long long>(tally_.verified),
      static_cast<long long>(tally_.repeated), static_cast<long long>(tally_.unexpected),
      outstanding_.size());
  std::printf("From commit to receipt: median %.0f ms, 99%% within %.0f ms\n",
              percentile(tally_.latencies_ms, 0.5), percentile(tally_.latencies_ms, 0.99));
}

}  // namespace

int demo(const DemoArguments& arguments) {
  block_signals();
  start_log(LogLevel::kWarning);
  int code = EXIT_FAILURE;
  {
    Demo show(arguments);
    const auto prepared = show.prepare();
    code = prepared ? show.run() : complain(prepared.error());
  }
  flush_log();
  return code;
}

}  // namespace chartbell
