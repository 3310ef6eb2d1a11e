// A store in a folder of its own, which goes away with the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "store/account_store.h"
#include "store/core.h"
#include "store/delivery_book.h"
#include "store/delivery_store.h"
#include "store/event_archive.h"
#include "store/event_log.h"
#include "store/replay_book.h"
#include "store/resource_store.h"
#include "store/write_book.h"
#include "support/events.h"
#include "support/fake_clock.h"

namespace chartbell {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "chartbell-XXXXXX").string();
    CHECK(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// All stores over one file; open() again is another process on the same file.
class StoreWorld {
 public:
  StoreWorld() { open(); }

  StoreOptions options(StoreOptions::Role role = StoreOptions::Role::kServer) const {
    return {.path = folder.file("chartbell.db"),
            .master_key = std::string(kAeadKeySize, 'k'),
            .role = role,
            .fatal = {}};
  }
  void close() {
    writes.reset();
    resources.reset();
    replays.reset();
    book.reset();
    archive.reset();
    deliveries.reset();
    accounts.reset();
    log.reset();
    core.reset();
  }
  void open() { open_with(options()); }
  void open_with(StoreOptions with) {
    close();
    auto opened = StoreCore::open(std::move(with), clock, random);
    CHECK(opened.has_value());
    core = *std::move(opened);
    log = std::make_unique<EventLog>(*core);
    CHECK(log->load().has_value());
    accounts = std::make_unique<SqliteAccountStore>(*core, *log);
    deliveries =
        std::make_unique<SqliteDeliveryStore>(*core, *log, accounts->directory_version(), shards);
    CHECK(deliveries->load().has_value());
    archive = std::make_unique<SqliteEventArchive>(*core, *log);
    book = std::make_unique<SqliteDeliveryBook>(
        *core, *log, [this](EndpointId endpoint) { retried.push_back(endpoint); });
    replays = std::make_unique<SqliteReplayBook>(*core, accounts->directory_version());
    auto resource_store = SqliteResourceStore::open(*core, *log);
    CHECK(resource_store.has_value());
    resources = *std::move(resource_store);
    auto write_book = SqliteWriteBook::open(*core, *log, *resources);
    CHECK(write_book.has_value());
    writes = *std::move(write_book);
  }
  InstitutionId institution(const std::string& subdomain = "green") {
    const auto made = accounts->register_institution(
        {.subdomain = subdomain,
         .name = subdomain,
         .locations = {{.name = "Main", .timezone = "America/New_York", .foreign_id = "0"}},
         .sources = {"front-office"}});
    CHECK(made.has_value());
    return made->id;
  }
  Result<void> append(InstitutionId institution, std::vector<NewEvent> events) {
    const auto prepared = EventLog::prepare(std::move(events));
    return core->write([&](SqliteDb& db) { return log->append(db, institution, prepared); },
                       [&] { log->committed(institution); });
  }
  Result<void> append(InstitutionId institution, int count) {
    std::vector<NewEvent> events;
    for (int i = 0; i < count; ++i)
      events.push_back(new_event(institution, "patient_created", ++appended));
    return append(institution, std::move(events));
  }

  TemporaryFolder folder;
  FakeClock clock;
  SeededRandom random{1};
  std::int64_t appended = 0;
  std::size_t shards = 1;  // of deliveries, at the next open()
  std::unique_ptr<StoreCore> core;
  std::unique_ptr<EventLog> log;
  std::unique_ptr<SqliteAccountStore> accounts;
  std::unique_ptr<SqliteDeliveryStore> deliveries;
  std::unique_ptr<SqliteResourceStore> resources;
  std::unique_ptr<SqliteWriteBook> writes;
  std::unique_ptr<SqliteEventArchive> archive;
  std::unique_ptr<SqliteDeliveryBook> book;
  std::unique_ptr<SqliteReplayBook> replays;
  std::vector<EndpointId> retried;
};

}  // namespace chartbell
