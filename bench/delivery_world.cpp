#include "delivery_world.h"

#include "measure.h"

namespace chartbell {
namespace {

constexpr std::int64_t kFilledPerCommit = 50'000;
constexpr const char* kSampleEvent = "appointment_created";
constexpr const char* kSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

Result<void> insert_events(SqliteDb& db, InstitutionId institution, std::int64_t from,
                           std::int64_t to, std::string_view body) {
  for (auto seq = from; seq < to; ++seq)
    TRY_DO(db.prepare("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)")
               .bind(institution.value)
               .bind(seq)
               .bind(kSampleEvent)
               .bind(seq)
               .bind(std::int64_t{0})
               .bind(std::int64_t{1})
               .bind(std::int64_t{0})
               .bind_blob(body)
               .run());
  return {};
}

}  // namespace

void CountingStore::settle(Settlement settlement, std::function<void(Result<void>)> done) {
  const auto count = static_cast<std::int64_t>(settlement.attempts.size());
  SqliteDeliveryStore::settle(std::move(settlement), [this, count, done](Result<void> result) {
    {
      const std::lock_guard lock(mutex_);
      recorded_ += count;
    }
    grown_.notify_all();
    done(std::move(result));
  });
}

std::int64_t CountingStore::wait_for(std::int64_t count, Milliseconds patience) {
  std::unique_lock lock(mutex_);
  for (auto before = recorded_; recorded_ < count; before = recorded_)
    if (!grown_.wait_for(lock, patience, [&] { return recorded_ != before; })) break;
  return recorded_;
}

DeliveryWorld::DeliveryWorld(Options options)
    : options_(std::move(options)),
      clock_(options_.ahead),
      core_(open_store(options_.folder, clock_, random_)),
      log_(*core_),
      accounts_(*core_, log_),
      store_(*core_, log_, accounts_.directory_version(), options_.shards) {
  must(log_.load());
  must(store_.load());
}

DeliveryWorld::~DeliveryWorld() {
  if (deliveries_ != nullptr) deliveries_->stop(Milliseconds(0));
  core_->drain();
}

InstitutionId DeliveryWorld::institution(int number) {
  const auto name = "practice-" + std::to_string(number);
  const auto made = must(accounts_.register_institution({.subdomain = name, .name = name})).id;
  account_of_[made] = must(accounts_.put_account(name, name, {name}));
  return made;
}

EndpointId DeliveryWorld::subscribe(InstitutionId institution, const std::string& url,
                                    const std::vector<std::string>& events) {
  const auto account = account_of_.at(institution);
  const auto made = must(accounts_.create_endpoint(account, url, true, kSecret));
  const auto follow = [&](std::string_view event) {
    must(
        accounts_.create_subscription(account, made.id, institution, *find_delivered(event), true));
  };
  if (events.empty()) follow(kSampleEvent);
  for (const auto& event : events) follow(event);
  return made.id;
}

bool DeliveryWorld::has_endpoints() {
  return !must(store_.directory({})).endpoints().empty();
}

void DeliveryWorld::start() {
  start_with([this](EventLoop& home) {
    return HttpTransport::open(home, clock_,
                               {.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed),
                                .trust_file = options_.trust_file,
                                .kept_fields = {"retry-after"}});
  });
}

void DeliveryWorld::start_with(MakeTransport transport) {
  deliveries_ = must(Deliveries::open(
      {.dispatcher = options_.dispatcher,
       .shards = options_.shards,
       .transport = std::move(transport),
       .fatal = [](const Error& error) { must(Result<void>(std::unexpected(error))); }},
      store_, clock_, random_, health_));
  log_.on_appended([this](InstitutionId institution) {
    if (options_.on_appended) options_.on_appended(institution);
    deliveries_->on_events(institution);
  });
  deliveries_->start();
}

void DeliveryWorld::commit(InstitutionId institution, std::vector<NewEvent> events) {
  const auto prepared = EventLog::prepare(std::move(events));
  must(core_->write([&](SqliteDb& db) { return log_.append(db, institution, prepared); },
                    [&] { log_.committed(institution); }));
}

void DeliveryWorld::commit_soon(InstitutionId institution, std::vector<NewEvent> events,
                                OnDisk on_disk) {
  auto prepared =
      std::make_shared<std::vector<EventLog::Prepared>>(EventLog::prepare(std::move(events)));
  core_->write_async(
      [this, institution, prepared](SqliteDb& db) {
        return log_.append(db, institution, *prepared);
      },
      [this, institution, prepared, on_disk = std::move(on_disk)](Result<void> result) {
        must(std::move(result));
        on_disk(prepared->front().event->seq);
        log_.committed(institution);
      });
}

void DeliveryWorld::fill_logs(const std::vector<InstitutionId>& institutions,
                              std::int64_t events_each, std::size_t body_bytes) {
  const std::string body(body_bytes, 'x');
  for (const auto institution : institutions) {
    const auto first = log_.head(institution).value + 1;
    for (std::int64_t done = 0; done < events_each; done += kFilledPerCommit) {
      const auto to = std::min(events_each, done + kFilledPerCommit);
      must(core_->write([&](SqliteDb& db) {
        return insert_events(db, institution, first + done, first + to, body);
      }));
    }
  }
  must(log_.load());
}

NewEvent sample_event(const std::string& data) {
  const auto* row = find_delivered(kSampleEvent);
  NewEvent event{.row = row, .event_name = std::string(row->event), .time = from_ms(1)};
  event.body = envelope(*row, {{1}, "bench", event.event_name, from_ms(1)}, data);
  return event;
}

}  // namespace chartbell
