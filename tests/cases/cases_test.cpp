// Runs the cases of this folder; README.md says how they read.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "app/practice/practice_schema.h"
#include "detect/detector.h"
#include "source/mapping.h"
#include "source/sql_reader.h"
#include "source/sqlite_sql.h"
#include "support/fake_clock.h"
#include "support/memory_resource_store.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr SourceRef kSource{InstitutionId{5}, SourceId{1}};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::filesystem::path folder() {
  return std::string(CHARTBELL_SOURCE_DIR) + "/tests/cases";
}

struct ExpectedEvent {
  std::string head;  // "patient_updated 2"
  std::vector<std::pair<std::string, std::string>> leaves;
};

struct Step {
  std::string sql;
  std::vector<ExpectedEvent> events;
};

struct Case {
  std::string before;
  std::vector<Step> steps;
};

Case read_case(const std::filesystem::path& path) {
  Case out;
  std::istringstream text(text_of(path));
  std::string section;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with('#') || line.empty()) continue;
    if (line == "before" || line == "after" || line == "events") {
      section = line;
      if (line == "after") out.steps.emplace_back();
    } else if (section == "before") {
      out.before += line + '\n';
    } else if (section == "after") {
      out.steps.back().sql += line + '\n';
    } else if (line.starts_with("  ")) {
      const auto space = line.find(' ', 2);
      out.steps.back().events.back().leaves.emplace_back(line.substr(2, space - 2),
                                                         line.substr(space + 1));
    } else {
      out.steps.back().events.push_back({line, {}});
    }
  }
  return out;
}

// A practice's database, and the daemon's eyes on it.
class Office {
 public:
  explicit Office(const std::string& before) {
    file_.run(std::string(practice::practice_tables()));
    file_.run(std::string(practice::practice_fixtures()));
    file_.run(text_of(folder() / "office.sql"));
    file_.run(before);
  }

  std::vector<NewEvent> cycle(const std::string& sql) {
    file_.run(sql);
    clock_.advance(Milliseconds(1000));
    const auto told_before = store_.events.size();
    const auto report = detector_.cycle();
    EXPECT_TRUE(report) << report.error().detail;
    return {store_.events.begin() + static_cast<std::ptrdiff_t>(told_before), store_.events.end()};
  }

  std::string key_of(const NewEvent& event) {
    const auto held = store_.held(kSource, event.row->kind, event.resource);
    return held && *held ? to_string((*held)->known.key) : "unknown";
  }

 private:
  static Mapping mapping() {
    auto read = load_mapping(std::string(CHARTBELL_SOURCE_DIR) + "/mappings/opendental.toml");
    EXPECT_TRUE(read) << read.error().detail;
    return *std::move(read);
  }
  static std::vector<SourceLocation> locations() {
    return {{"0", LocationId{1}, Zone::open("America/New_York").value()},
            {"1", LocationId{2}, Zone::open("America/Chicago").value()}};
  }

  SqliteFile file_;
  FakeClock clock_{*parse_utc("2024-05-14T16:00:00Z")};
  MemoryResourceStore store_;
  const Mapping mapping_ = mapping();
  std::unique_ptr<SqlConnector> connector_ = sqlite_connector(file_.path());
  IdBook ids_{kSource, store_, clock_};
  SqlReader reader_{{mapping_, *connector_, ids_, InstitutionId{5}, locations()}};
  Detector detector_{{.source = kSource, .subdomain = "green", .digest_key = "key"},
                     reader_,
                     store_,
                     ids_,
                     clock_};
};

json::value data_of(const NewEvent& event) {
  return json::parse(body_for(event.body, SubscriptionId{1})).at("data");
}

void expect_leaf(const NewEvent& event, const std::string& path, const std::string& wanted) {
  const auto data = data_of(event);
  const auto& held = data.at(std::string(event.row->data_key));
  const auto& object = held.is_array() ? held.at(0) : held;
  json::error_code error;
  std::string pointer = "/" + path;
  std::ranges::replace(pointer, '.', '/');
  const auto* leaf = path == "previous" ? data.find_pointer("/previous_attributes", error)
                                        : object.find_pointer(pointer, error);
  ASSERT_NE(leaf, nullptr) << path << " is not in the event";
  EXPECT_EQ(*leaf, json::parse(wanted)) << path << " is " << json::serialize(*leaf);
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, TellWhatTheySay) {
  const auto played = read_case(folder() / (GetParam() + ".case"));
  ASSERT_FALSE(played.steps.empty());
  Office office(played.before);
  EXPECT_TRUE(office.cycle("").empty()) << "the baseline is silent";
  for (std::size_t number = 0; number < played.steps.size(); ++number) {
    SCOPED_TRACE("step " + std::to_string(number + 1));
    const auto& step = played.steps[number];
    const auto events = office.cycle(step.sql);
    std::vector<std::string> wanted, told;
    for (const auto& event : step.events) wanted.push_back(event.head);
    for (const auto& event : events) told.push_back(event.event_name + " " + office.key_of(event));
    ASSERT_EQ(told, wanted);
    for (std::size_t i = 0; i < events.size(); ++i)
      for (const auto& [path, value] : step.events[i].leaves) expect_leaf(events[i], path, value);
  }
}

std::vector<std::string> case_names() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder()))
    if (entry.path().extension() == ".case") out.push_back(entry.path().stem().string());
  std::ranges::sort(out);
  return out;
}

INSTANTIATE_TEST_SUITE_P(OpenDental, Cases, testing::ValuesIn(case_names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace chartbell
