// The replication slot against a real server.
#include "source/postgres_slot.h"

#include <csignal>
#include <future>

#include <gtest/gtest.h>

#include "source/postgres_sql.h"
#include "support/fake_clock.h"
#include "support/postgres_server.h"

namespace chartbell {
namespace {

using enum ResourceKind;

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "appointment"
key = "v.id"
select = '''
SELECT v.id AS "@key", v.note AS "note" FROM visit v'''
dirty = ["visit: id"]

[[resource]]
kind = "insurance_coverage"
key = "c.id"
select = '''
SELECT c.id AS "@key", c.number AS "subscriber_num" FROM cover c'''
dirty = ["cover: id", "plan -> SELECT id FROM cover WHERE plan IN (:id)"]
)toml";

constexpr const char* kTables = R"sql(
CREATE TABLE visit (id INT PRIMARY KEY, note TEXT);
CREATE TABLE plan (id INT PRIMARY KEY, name TEXT);
CREATE TABLE cover (id INT PRIMARY KEY, plan INT, number TEXT);
INSERT INTO plan VALUES (1, 'one'), (2, 'two');
INSERT INTO cover VALUES (11, 1, 'S1'), (12, 1, 'S2'), (21, 2, 'S3');
)sql";

constexpr Milliseconds kLong{20'000};

class Slot : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::get();
    if (server_ == nullptr) GTEST_SKIP() << "postgresql is not installed";
    database_ = server_->new_database(kTables);
    name_ = slot_name("green", database_);
    slot_ = new_slot(clock_);
    auto position = slot_->present();
    ASSERT_TRUE(position) << position.error().detail;
    position_ = *position;
    resume();
  }
  void TearDown() override {
    slot_.reset();
    if (server_ == nullptr) return;
    end_sender();
    server_->run(database_,
                 "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
                 "WHERE slot_name = '" +
                     name_ + "'");
  }

  // Whoever reads the slot next would find it taken until the server has seen its reader go.
  void end_sender() {
    server_->run(database_,
                 "SELECT pg_terminate_backend(active_pid, 5000) FROM "
                 "pg_replication_slots WHERE slot_name = '" +
                     name_ + "' AND active");
  }

  std::unique_ptr<PostgresSlot> new_slot(const Clock& clock, const std::string& role = "postgres") {
    return std::make_unique<PostgresSlot>(
        PostgresSlot::Parts{.address = server_->address(database_, role),
                            .name = name_,
                            .mapping = mapping_,
                            .clock = clock});
  }
  void resume() {
    const auto resumed = slot_->resume(position_);
    ASSERT_TRUE(resumed) << resumed.error().detail;
  }
  void run(const std::string& sql) { server_->run(database_, sql); }
  // Waits for the end of a transaction; what it made dirty.
  DirtyKeys next() {
    DirtyKeys out;
    while (true) {
      auto woken = slot_->wait(kLong);
      EXPECT_TRUE(woken) << woken.error().detail;
      if (!woken) return out;
      out.merge(std::move(woken->dirty));
      if (woken->position) {
        position_ = *woken->position;
        return out;
      }
      EXPECT_GT(woken->rows, 0) << "quiet";
      if (woken->rows == 0) return out;
    }
  }
  static DirtyKeys keys(ResourceKind kind, std::vector<std::int64_t> numbers) {
    DirtyKeys out;
    for (const auto number : numbers) out.add(kind, number);
    return out;
  }
  Code code_of_resuming(const std::string& position) {
    const auto resumed = slot_->resume(position);
    return resumed ? Code::kInternal : resumed.error().code;
  }

  PostgresServer* server_ = nullptr;
  std::string database_;
  std::string name_;
  const Mapping mapping_ = parse_mapping(kMapping, "small.toml").value();
  SystemClock clock_;
  std::unique_ptr<PostgresSlot> slot_;
  std::string position_;
};

TEST_F(Slot, ATransactionsRowsBecomeKeys) {
  run("INSERT INTO visit VALUES (1, 'a'), (2, 'b')");
  EXPECT_EQ(next(), keys(kAppointment, {1, 2}));
  EXPECT_TRUE(position_.starts_with("lsn:")) << position_;
  run("UPDATE visit SET note = 'c' WHERE id = 2");
  EXPECT_EQ(next(), keys(kAppointment, {2}));
  run("UPDATE visit SET id = 3 WHERE id = 2");
  EXPECT_EQ(next(), keys(kAppointment, {2, 3}));
  run("DELETE FROM visit WHERE id = 1");
  EXPECT_EQ(next(), keys(kAppointment, {1}));
}

// A server that sends a commit before others see it is raced here; the counter only grows.
TEST_F(Slot, WhatIsToldCanBeRead) {
  constexpr std::int64_t kChanges = 2'000;
  run("INSERT INTO visit VALUES (1, '0')");
  next();
  const auto writer = std::async(std::launch::async, [&] {
    run("DO $$ BEGIN FOR i IN 1.." + std::to_string(kChanges) +
        " LOOP UPDATE visit SET note = i::text WHERE id = 1; COMMIT; END LOOP; END $$");
  });
  const auto connector = postgres_connector(server_->address(database_, "postgres"));
  const auto reader = connector->connect().value();
  std::int64_t told = 0;
  std::int64_t stale = 0;
  while (told < kChanges) {
    const auto woken = slot_->wait(kLong);
    ASSERT_TRUE(woken) << woken.error().detail;
    ASSERT_TRUE(woken->rows > 0 || woken->position) << "quiet";
    if (woken->rows == 0) continue;  // the end of a transaction, in a frame of its own
    told += woken->rows;
    const auto rows =
        reader->query("SELECT note::int >= " + std::to_string(told) + " FROM visit WHERE id = 1")
            .value();
    ASSERT_TRUE(rows->next().value());
    stale += rows->text(0) != "t";
  }
  writer.wait();
  EXPECT_EQ(stale, 0);
}

TEST_F(Slot, ARulesSelectFindsTheKeys) {
  run("UPDATE plan SET name = 'uno' WHERE id = 1");
  EXPECT_EQ(next(), keys(kCoverage, {11, 12}));
}

TEST_F(Slot, WhatWasRolledBackIsNotTold) {
  run("BEGIN; INSERT INTO visit VALUES (1, 'a'); ROLLBACK");
  run("INSERT INTO visit VALUES (2, 'b')");
  EXPECT_EQ(next(), keys(kAppointment, {2}));
}

TEST_F(Slot, ResumesBehindAPosition) {
  run("INSERT INTO visit VALUES (1, 'a')");
  next();
  const auto behind_first = position_;
  run("INSERT INTO visit VALUES (2, 'b')");
  EXPECT_EQ(next(), keys(kAppointment, {2}));
  position_ = behind_first;
  resume();
  EXPECT_EQ(next(), keys(kAppointment, {2})) << "told again, since it was not stored";
  resume();
  run("INSERT INTO visit VALUES (3, 'c')");
  EXPECT_EQ(next(), keys(kAppointment, {3}));
}

TEST_F(Slot, WhatIsStoredLetsTheServerForget) {
  FakeClock clock;
  slot_ = new_slot(clock);
  end_sender();
  resume();
  run("INSERT INTO visit VALUES (1, 'a')");
  next();
  slot_->stored(position_);
  clock.advance(Milliseconds(2000));
  ASSERT_TRUE(slot_->wait(Milliseconds(0)));
  const auto confirmed =
      "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + name_ + "'";
  for (int i = 0; i < 1000 && "lsn:" + server_->ask(database_, confirmed) != position_; ++i) {
  }
  EXPECT_EQ("lsn:" + server_->ask(database_, confirmed), position_);
  EXPECT_EQ(code_of_resuming("lsn:0/1"), Code::kPositionLost) << "an older store";
}

TEST_F(Slot, TruncateIsDirtyAsAWhole) {
  run("TRUNCATE visit");
  DirtyKeys wanted;
  wanted.widen(kAppointment, Extent::kAll);
  EXPECT_EQ(next(), wanted);
}

TEST_F(Slot, ADroppedColumnIsToldAsAWholeAndTheStreamGoesOn) {
  run("INSERT INTO visit VALUES (1, 'a')");
  next();
  run("ALTER TABLE visit ADD COLUMN more TEXT DEFAULT 'x'; INSERT INTO visit VALUES (2, 'b')");
  EXPECT_EQ(next().kinds().at(kAppointment).extent, Extent::kAll);
  run("INSERT INTO visit VALUES (3, 'c')");
  EXPECT_EQ(next(), keys(kAppointment, {3}));
}

TEST_F(Slot, ASlotThatIsGoneIsAPositionLost) {
  slot_ = new_slot(clock_);
  run("SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = "
      "'" +
      name_ + "' AND active");
  run("SELECT pg_drop_replication_slot('" + name_ + "')");
  EXPECT_EQ(code_of_resuming(position_), Code::kPositionLost);
  const auto anew = slot_->present();
  ASSERT_TRUE(anew) << anew.error().detail;
  position_ = *anew;
  resume();
  run("INSERT INTO visit VALUES (9, 'z')");
  EXPECT_EQ(next(), keys(kAppointment, {9}));
}

TEST_F(Slot, ASlotWhoseLogWasDroppedIsAPositionLost) {
  slot_ = new_slot(clock_);
  run("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
  run("SELECT pg_reload_conf()");
  const auto status =
      "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '" + name_ + "'";
  for (int i = 0; i < 20 && server_->ask(database_, status) != "lost"; ++i) {
    run("CREATE TABLE filler AS SELECT generate_series(1, 1000); DROP TABLE filler");
    run("SELECT pg_switch_wal()");
    run("CHECKPOINT");
  }
  ASSERT_EQ(server_->ask(database_, status), "lost");
  EXPECT_EQ(code_of_resuming(position_), Code::kPositionLost);
  const auto anew = slot_->present();
  ASSERT_TRUE(anew) << anew.error().detail;
  position_ = *anew;
  resume();
  run("ALTER SYSTEM RESET max_slot_wal_keep_size");
  run("SELECT pg_reload_conf()");
}

TEST_F(Slot, APublicationThatWasMadeAnewIsAPositionLost) {
  run("DROP PUBLICATION " + name_);
  run("INSERT INTO visit VALUES (1, 'a')");
  Code code = Code::kInternal;
  for (int i = 0; i < 10 && code != Code::kPositionLost; ++i) {
    const auto woken = slot_->wait(kLong);
    if (!woken) code = woken.error().code;
  }
  EXPECT_EQ(code, Code::kPositionLost);
  const auto anew = slot_->present();
  ASSERT_TRUE(anew) << anew.error().detail;
  position_ = *anew;
  resume();
  run("INSERT INTO visit VALUES (2, 'b')");
  EXPECT_EQ(next(), keys(kAppointment, {2}));
}

TEST_F(Slot, APublicationThatLackedATableIsAPositionLost) {
  run("ALTER PUBLICATION " + name_ + " DROP TABLE cover");
  EXPECT_EQ(code_of_resuming(position_), Code::kPositionLost);
  EXPECT_EQ(code_of_resuming(position_), Code::kInternal) << "it has it now";
}

TEST_F(Slot, APublicationThatPresentMendedIsAPositionLostToo) {
  run("INSERT INTO visit VALUES (1, 'a')");
  next();
  slot_ = new_slot(clock_);
  run("SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active AND "
      "slot_name = '" +
      name_ + "'");
  run("ALTER PUBLICATION " + name_ + " DROP TABLE cover");
  ASSERT_TRUE(slot_->present());
  EXPECT_EQ(code_of_resuming(position_), Code::kPositionLost);
}

TEST_F(Slot, AServerThatFallsSilentIsATimeout) {
  FakeClock clock;
  slot_ = new_slot(clock);
  end_sender();
  resume();
  const auto sender = std::stoi(server_->ask(
      database_, "SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + name_ + "'"));
  ASSERT_TRUE(slot_->wait(Milliseconds(0)));
  ASSERT_EQ(kill(sender, SIGSTOP), 0);
  clock.advance(Milliseconds(3500));
  while (true) {  // what it had sent before
    const auto woken = slot_->wait(Milliseconds(0));
    ASSERT_TRUE(woken) << woken.error().detail;
    if (!woken->position && woken->rows == 0) break;
  }
  clock.advance(Milliseconds(3500));
  EXPECT_TRUE(slot_->wait(Milliseconds(0)));
  clock.advance(Milliseconds(8000));
  const auto silent = slot_->wait(Milliseconds(0));
  kill(sender, SIGCONT);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, Code::kTimeout);
  EXPECT_FALSE(slot_->wait(Milliseconds(0))) << "only resume() helps";
}

TEST_F(Slot, AQuietServerAnswersAndIsNoTimeout) {
  FakeClock clock;
  slot_ = new_slot(clock);
  end_sender();
  resume();
  for (int i = 0; i < 5; ++i) {
    clock.advance(Milliseconds(4000));
    ASSERT_TRUE(slot_->wait(Milliseconds(0)));
    // The answer is on its way: as long as nothing is lost, some wait sees it.
    server_->ask(database_, "SELECT pg_sleep(0.05)");
  }
}

TEST_F(Slot, AMarkIsPassedOnceWhatCameBeforeItWasGiven) {
  run("INSERT INTO visit VALUES (1, 'a')");
  const auto mark = slot_->mark();
  ASSERT_TRUE(mark) << mark.error().detail;
  EXPECT_FALSE(slot_->passed(*mark));
  EXPECT_EQ(next(), keys(kAppointment, {1}));
  for (int i = 0; i < 100 && !slot_->passed(*mark); ++i)
    ASSERT_TRUE(slot_->wait(Milliseconds(100)));
  EXPECT_TRUE(slot_->passed(*mark));
}

TEST_F(Slot, LagIsTold) {
  EXPECT_FALSE(slot_->lag().empty());
}

TEST_F(Slot, WithoutRightsTheOperatorIsToldWhatToRun) {
  run("DROP PUBLICATION " + name_);
  run("CREATE ROLE plain LOGIN PASSWORD 's3cret: p@ss' REPLICATION");
  run("GRANT SELECT ON visit, plan, cover TO plain");
  const auto plain = new_slot(clock_, "plain");
  const auto refused = plain->present();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnauthorized);
  const auto at = refused.error().detail.find("CREATE PUBLICATION");
  ASSERT_NE(at, std::string::npos) << refused.error().detail;
  slot_ = nullptr;
  run(refused.error().detail.substr(at));
  const auto position = plain->present();
  EXPECT_TRUE(position) << position.error().detail;
  run("DROP OWNED BY plain; DROP ROLE plain");
}

TEST(SlotName, IsDistinctAndWhatTheServerAllows) {
  EXPECT_NE(slot_name("a", "b_c"), slot_name("a_b", "c"));
  EXPECT_EQ(slot_name("Green-Dental", "front office")
                .find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
            std::string::npos);
  EXPECT_LE(slot_name(std::string(100, 'x'), "y").size(), 63u);
}

}  // namespace
}  // namespace chartbell
