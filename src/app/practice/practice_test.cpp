// The practice against the mapping that the daemon reads it by: what a step says is what a reader
// of mappings/opendental.toml sees, row by row, over a connection of its own.
#include "app/practice/practice.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <toml++/toml.h>
#include <unistd.h>

#include "app/practice/practice_database.h"
#include "app/practice/practice_schema.h"
#include "app/practice/records.h"

namespace chartbell::practice {
namespace {

constexpr PracticeSize kSmall{60, 150};

LocalTime morning() {
  return *parse_local("2024-05-14 08:00:00");
}

// A file of its own for each test, gone afterwards.
class PracticeFile {
 public:
  PracticeFile() : path_(fresh_path()) { remove(); }
  ~PracticeFile() { remove(); }
  PracticeFile(const PracticeFile&) = delete;
  PracticeFile& operator=(const PracticeFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  static std::string fresh_path() {
    static int files = 0;
    return testing::TempDir() + "practice_" + std::to_string(getpid()) + "_" +
           std::to_string(++files) + ".db";
  }
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  }
  const std::string path_;
};

// A practice with the randomness that it plays by.
struct Played {
  explicit Played(std::uint64_t seed, PracticeSize size = kSmall) : random(seed) {
    auto opened = Practice::open(file.path(), random, morning(), size);
    EXPECT_TRUE(opened) << opened.error().detail;
    practice = *std::move(opened);
  }
  std::vector<PracticeChange> step() const {
    auto changes = practice->step();
    EXPECT_TRUE(changes) << changes.error().detail;
    return changes ? *changes : std::vector<PracticeChange>{};
  }

  PracticeFile file;
  SeededRandom random;
  std::unique_ptr<Practice> practice;
};

// Another program's connection, as the daemon's is.
class Reader {
 public:
  using Rows = std::vector<std::vector<std::string>>;

  explicit Reader(const std::string& path) {
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &connection_, SQLITE_OPEN_READONLY, nullptr),
              SQLITE_OK);
  }
  ~Reader() { sqlite3_close(connection_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Every column as text; NULL and Open Dental's empty date are alike.
  Rows rows(const std::string& sql) const {
    Rows out;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_) << "\n"
        << sql;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      auto& row = out.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) row.push_back(text(statement, i));
    }
    sqlite3_finalize(statement);
    return out;
  }
  int columns(const std::string& sql) const {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_) << "\n"
        << sql;
    const int count = sqlite3_column_count(statement);
    sqlite3_finalize(statement);
    return count;
  }

 private:
  static std::string text(sqlite3_stmt* statement, int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    if (bytes == nullptr) return "(null)";
    return std::string_view(bytes).starts_with("0001-01-01") ? "(null)" : bytes;
  }

  sqlite3* connection_ = nullptr;
};

const toml::table& mapping() {
  static const toml::table parsed =
      toml::parse_file(std::string(CHARTBELL_SOURCE_DIR) + "/mappings/opendental.toml");
  return parsed;
}

struct MappedSelect {
  ResourceKind kind;
  std::string sql;
};

// The mapping's resources, as the daemon scans them.
const std::vector<MappedSelect>& mapped_selects() {
  static const std::vector<MappedSelect> selects = [] {
    std::vector<MappedSelect> out;
    for (const auto& node : *mapping()["resource"].as_array()) {
      const toml::table& resource = *node.as_table();
      std::string sql = *resource["select"].value<std::string>();
      if (const auto where = resource["where"].value<std::string>()) sql += "\n WHERE " + *where;
      out.push_back({*resource_kind(*resource["kind"].value<std::string>()), sql});
    }
    return out;
  }();
  return selects;
}

// Every mapped row of every resource: what the daemon can see of the practice.
using Seen = std::map<std::pair<ResourceKind, std::int64_t>, std::vector<std::string>>;

Seen look(const Reader& reader) {
  Seen out;
  for (const MappedSelect& select : mapped_selects())
    for (auto& row : reader.rows(select.sql)) {
      const std::int64_t key = std::stoll(row.front());
      EXPECT_TRUE(out.try_emplace({select.kind, key}, std::move(row)).second) << "key twice";
    }
  return out;
}

using Events = std::map<std::pair<ResourceKind, std::int64_t>, std::string>;

std::string created_event(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kAppointment:
      return "appointment_created";
    case ResourceKind::kPatient:
      return "patient_created";
    case ResourceKind::kCoverage:
      return "patient_insurance_created";
    case ResourceKind::kProcedure:
      return "procedure_created";
    default:
      return "no event for this kind";
  }
}

std::string updated_event(ResourceKind kind) {
  std::string event = created_event(kind);
  if (const auto at = event.rfind("created"); at != std::string::npos)
    event.replace(at, 7, "updated");
  return event;
}

// A vanished coverage is seen only if it had no end yet: design, rules of detection.
bool shows_removal(ResourceKind kind, const std::vector<std::string>& row) {
  constexpr std::size_t kExpirationDate = 6;  // the column's place in the mapping's SELECT
  return kind == ResourceKind::kAppointment ||
         (kind == ResourceKind::kCoverage && row.at(kExpirationDate) == "(null)");
}

Events differences(const Seen& before, const Seen& after) {
  Events out;
  for (const auto& [row, texts] : after) {
    const auto old = before.find(row);
    if (old == before.end())
      out[row] = created_event(row.first);
    else if (old->second != texts)
      out[row] = updated_event(row.first);
  }
  for (const auto& [row, texts] : before)
    if (!after.contains(row))
      out[row] = shows_removal(row.first, texts) ? updated_event(row.first) : "unseen removal";
  return out;
}

Events stated(const std::vector<PracticeChange>& changes) {
  Events out;
  for (const PracticeChange& change : changes)
    EXPECT_TRUE(out.try_emplace({change.kind, change.key}, change.event).second)
        << "stated twice: " << change.sentence;
  return out;
}

std::string sentences(const std::vector<PracticeChange>& changes) {
  std::string out;
  for (const PracticeChange& change : changes)
    out += "\n" + change.sentence + " [" + std::string(change.event) + "]";
  return out;
}

// Settles changes some steps late, and not in their order, as deliveries do.
class LateSettling {
 public:
  void sent(const std::vector<PracticeChange>& changes) {
    pending_.insert(pending_.end(), changes.begin(), changes.end());
  }
  void settle_some(Practice& practice) {
    while (pending_.size() > random_.below(40)) {
      const auto at =
          pending_.begin() + static_cast<std::ptrdiff_t>(random_.below(pending_.size()));
      practice.settled(at->kind, at->key);
      pending_.erase(at);
    }
  }
  bool holds(ResourceKind kind, std::int64_t key) const {
    return std::ranges::any_of(
        pending_, [&](const auto& change) { return change.kind == kind && change.key == key; });
  }

 private:
  SeededRandom random_{7};
  std::vector<PracticeChange> pending_;
};

void expect_exact_steps(const Played& played, int steps) {
  const Reader reader(played.file.path());
  LateSettling deliveries;
  std::set<std::pair<ResourceKind, std::int64_t>> gone;
  Seen before = look(reader);
  for (int i = 0; i < steps; ++i) {
    const auto changes = played.step();
    ASSERT_FALSE(changes.empty()) << "step " << i;
    Seen after = look(reader);
    ASSERT_EQ(differences(before, after), stated(changes)) << "step " << i << sentences(changes);
    for (const PracticeChange& change : changes) {
      ASSERT_FALSE(deliveries.holds(change.kind, change.key)) << change.sentence;
      ASSERT_FALSE(gone.contains({change.kind, change.key})) << change.sentence;
      if (!after.contains({change.kind, change.key})) gone.emplace(change.kind, change.key);
    }
    deliveries.sent(changes);
    deliveries.settle_some(*played.practice);
    before = std::move(after);
  }
}

TEST(Practice, StepsStateExactlyWhatTheMappingShows) {
  expect_exact_steps(Played(1), 600);
}

TEST(Practice, StepsOfOtherSeedsAreExactToo) {
  for (std::uint64_t seed = 2; seed < 5; ++seed) expect_exact_steps(Played(seed), 250);
}

// Weeks in the demo's own size: nothing has changed that no step said.
TEST(Practice, ThreeThousandStepsLeaveNothingUnsaid) {
  const Played played(11, PracticeSize{});
  const Reader reader(played.file.path());
  const Seen before = look(reader);
  LateSettling deliveries;
  Events said;
  for (int i = 0; i < 3'000; ++i) {
    const auto changes = played.step();
    ASSERT_FALSE(changes.empty()) << "step " << i;
    for (const auto& [row, event] : stated(changes)) said.try_emplace(row, event);
    deliveries.sent(changes);
    deliveries.settle_some(*played.practice);
  }
  for (const auto& [row, event] : differences(before, look(reader)))
    EXPECT_EQ(said.contains(row) ? said[row] : "unsaid", event) << name(row.first) << row.second;
}

TEST(Practice, TheSameSeedGivesTheSameDay) {
  const Played one(42);
  const Played other(42);
  const Played another(43);
  bool all_alike = true;
  for (int i = 0; i < 60; ++i) {
    const auto changes = one.step();
    EXPECT_EQ(changes, other.step());
    all_alike = all_alike && changes == another.step();
    for (const PracticeChange& change : changes) {
      one.practice->settled(change.kind, change.key);
      other.practice->settled(change.kind, change.key);
    }
  }
  EXPECT_FALSE(all_alike);
}

TEST(Practice, NothingIsTouchedAgainBeforeItIsSettled) {
  const Played played(5);
  std::set<std::pair<ResourceKind, std::int64_t>> touched;
  std::vector<PracticeChange> changes = played.step();
  for (; !changes.empty(); changes = played.step())
    for (const PracticeChange& change : changes)
      EXPECT_TRUE(touched.emplace(change.kind, change.key).second) << change.sentence;
  EXPECT_GE(touched.size(), 100u);

  const LocalTime stopped = played.practice->now();
  EXPECT_TRUE(played.step().empty());
  EXPECT_EQ(played.practice->now(), stopped);
  for (const auto& [kind, key] : touched) played.practice->settled(kind, key);
  EXPECT_FALSE(played.step().empty());
}

TEST(Practice, EveryKindOfChangeOccurs) {
  const Played played(3);
  std::set<std::string_view> events;
  std::string told;
  for (int i = 0; i < 600; ++i)
    for (const PracticeChange& change : played.step()) {
      events.insert(change.event);
      (told += change.sentence) += '\n';
      played.practice->settled(change.kind, change.key);
    }
  for (const char* event : {"appointment_created", "appointment_updated", "patient_created",
                            "patient_updated", "procedure_created", "procedure_updated",
                            "patient_insurance_created", "patient_insurance_updated"})
    EXPECT_TRUE(events.contains(event)) << event;
  EXPECT_EQ(events.size(), 8u);
  for (const char* words : {" books ",
                            " confirms ",
                            " arrives for ",
                            " completes ",
                            " is done",
                            " no longer new",
                            " misses ",
                            " cancels ",
                            " deletes ",
                            " waits for a new date",
                            " moves ",
                            " rebooks ",
                            "registers as a new patient",
                            "into the plan",
                            " is scheduled",
                            " is planned for ",
                            "new phone number",
                            "new mail address",
                            " pays ",
                            "new insurance card",
                            "to the family's insurance",
                            " ends today",
                            " renumbers ",
                            " drops an insurance",
                            " moves up",
                            "The fee of "})
    EXPECT_NE(told.find(words), std::string::npos) << words;
}

TEST(Practice, TheClockKeepsWorkingHours) {
  const Played played(8);
  LocalTime last = morning();
  for (int i = 0; i < 600; ++i) {
    for (const PracticeChange& change : played.step())
      played.practice->settled(change.kind, change.key);
    const LocalTime now = played.practice->now();
    const auto of_day = now - std::chrono::floor<std::chrono::days>(now);
    EXPECT_GT(now, last);
    EXPECT_GE(of_day, std::chrono::hours(8));
    EXPECT_LT(of_day, std::chrono::hours(18));
    last = now;
  }
  EXPECT_GT(last, morning() + std::chrono::days(1));
}

TEST(Practice, AFileOpenedAgainKeepsItsPeople) {
  const PracticeFile file;
  SeededRandom random(6);
  auto practice = Practice::open(file.path(), random, morning(), kSmall);
  ASSERT_TRUE(practice);
  const Seen before = look(Reader(file.path()));
  practice->reset();
  practice = Practice::open(file.path(), random, morning(), kSmall);
  ASSERT_TRUE(practice);
  EXPECT_EQ(look(Reader(file.path())), before);
}

TEST(Practice, AFileThatCannotBeOpenedIsNamed) {
  SeededRandom random(6);
  const auto practice = Practice::open("/nowhere/at/all.db", random, morning());
  ASSERT_FALSE(practice);
  EXPECT_EQ(practice.error().code, Code::kConfig);
  EXPECT_NE(practice.error().detail.find("/nowhere/at/all.db"), std::string::npos);
}

// Else a new row would look like a deleted one that changed and came back.
TEST(Practice, ADeletedRowsKeyIsNeverGivenAgain) {
  const PracticeFile file;
  auto database = PracticeDatabase::open(file.path());
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->script(practice_tables()));
  AppointmentForm appointment;
  appointment.slot = {1, morning(), 30};
  const CoverageForm coverage{1, 1, 1, 0};
  EXPECT_EQ(insert_appointment(**database, appointment, morning()), 1);
  EXPECT_EQ(insert_coverage(**database, coverage), 1);
  ASSERT_TRUE((*database)->script("DELETE FROM appointment; DELETE FROM patplan"));
  EXPECT_EQ(insert_appointment(**database, appointment, morning()), 2);
  EXPECT_EQ(insert_coverage(**database, coverage), 2);
}

TEST(Practice, HasTheStatedSize) {
  const Played played(9, PracticeSize{});
  std::map<ResourceKind, int> counts;
  for (const auto& [row, texts] : look(Reader(played.file.path()))) ++counts[row.first];
  EXPECT_EQ(counts[ResourceKind::kPatient], 400);
  EXPECT_EQ(counts[ResourceKind::kAppointment], 1'500);
  EXPECT_EQ(counts[ResourceKind::kLocation], 2);
  EXPECT_EQ(counts[ResourceKind::kProvider], 5);
  EXPECT_EQ(counts[ResourceKind::kOperatory], 6);
  EXPECT_GT(counts[ResourceKind::kProcedure], 1'500);
  EXPECT_GT(counts[ResourceKind::kCoverage], 200);
}

TEST(Practice, TheMappingsOtherStatementsRunOnIt) {
  const Played played(9);
  const Reader reader(played.file.path());
  for (const auto& node : *mapping()["resource"].as_array()) {
    const toml::table& resource = *node.as_table();
    for (const auto& dirty : *resource["dirty"].as_array()) {
      std::string sql = *dirty.value<std::string>();
      const auto arrow = sql.find("-> ");
      if (arrow == std::string::npos) continue;
      sql.replace(sql.rfind("(:"), std::string::npos, "(1, 2)");
      EXPECT_EQ(reader.columns(sql.substr(arrow + 3)), 1);
    }
    if (!resource.contains("child")) continue;
    std::string sql = *resource["child"][0]["select"].value<std::string>();
    sql.replace(sql.find(":keys"), 5, "SELECT AptNum FROM appointment");
    EXPECT_FALSE(reader.rows(sql).empty());
  }
}

}  // namespace
}  // namespace chartbell::practice
