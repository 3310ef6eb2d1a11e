#include "app/practice/practice.h"

#include "app/practice/day.h"

namespace chartbell::practice {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

// Beyond this a watcher is stuck, and more changes would only hide where.
constexpr std::size_t kInFlightMax = 100;

LocalTime next_working_minute(LocalTime time) {
  const auto today = floor<days>(time);
  if (time < today + kOpens) return today + kOpens;
  if (time >= today + kCloses) return today + days(1) + kOpens;
  return floor<minutes>(time);
}

std::vector<Step> all_steps() {
  std::vector<Step> out;
  for (const auto& steps : {front_desk_steps(), back_office_steps()})
    out.insert(out.end(), steps.begin(), steps.end());
  return out;
}

// Takes one out, by weight.
Step take_one(Random& random, std::vector<Step>& steps) {
  unsigned total = 0;
  for (const Step& step : steps) total += step.weight;
  auto drawn = random.below(total);
  auto at = steps.begin();
  for (; drawn >= at->weight; ++at) drawn -= at->weight;
  const Step taken = *at;
  steps.erase(at);
  return taken;
}

Result<Changes> first_that_happens(Day& day) {
  for (std::vector<Step> steps = all_steps(); !steps.empty();) {
    const Step step = take_one(day.random, steps);
    TRY(Changes changes, step.happen(day));
    if (!changes.empty()) return changes;
  }
  return Changes{};
}

Result<> fill_if_new(PracticeDatabase& database, Random& random, LocalTime opening,
                     PracticeSize size) {
  TRY(auto transaction, Transaction::begin(database));
  TRY(const auto tables,
      database.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'patient'"));
  if (tables.empty()) TRY_DO(populate(database, random, opening, size));
  return transaction->commit();
}

}  // namespace

Result<std::unique_ptr<Practice>> Practice::open(const std::string& path, Random& random,
                                                 LocalTime opening, PracticeSize size) {
  TRY(auto database, PracticeDatabase::open(path));
  opening = next_working_minute(opening);
  TRY_DO(fill_if_new(*database, random, opening, size));
  return std::unique_ptr<Practice>(new Practice(std::move(database), random, opening));
}

Practice::Practice(std::unique_ptr<PracticeDatabase> database, Random& random, LocalTime opening)
    : database_(std::move(database)), random_(random), now_(opening) {}

Practice::~Practice() = default;

Result<std::vector<PracticeChange>> Practice::step() {
  if (in_flight_.size() >= kInFlightMax) return Changes{};
  pass_time();
  Day day{*database_, random_, in_flight_, now_};
  TRY(auto transaction, Transaction::begin(*database_));
  TRY(Changes changes, first_that_happens(day));
  TRY_DO(transaction->commit());
  for (const PracticeChange& change : changes) in_flight_.add(change.kind, change.key);
  return changes;
}

void Practice::settled(ResourceKind kind, std::int64_t key) {
  in_flight_.remove(kind, key);
}

void Practice::pass_time() {
  now_ = next_working_minute(now_ + minutes(1 + random_.below(4)));
}

}  // namespace chartbell::practice
