// docs/api.md: every route of ours is in it, and its examples have the members that the answers
// have.
#include <fstream>
#include <set>
#include <sstream>

#include "api/routes.h"
#include "model/emit.h"
#include "support/browser.h"

namespace chartbell {
namespace {

struct Section {
  std::string route;    // "GET /api/v1/endpoints/{}"
  std::string example;  // empty where there is none
};

std::string with_plain_holes(std::string text) {
  for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at + 2))
    text.replace(at, text.find('}', at) - at + 1, "{}");
  return text;
}

std::vector<Section> sections() {
  std::ifstream file(CHARTBELL_SOURCE_DIR "/docs/api.md");
  std::vector<Section> out;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("### `"))
      out.push_back({with_plain_holes(line.substr(5, line.rfind('`') - 5)), {}});
    if (line == "```json" && !out.empty()) inside = true;
    if (line == "```") inside = false;
    if (inside && line != "```json") out.back().example += line + "\n";
  }
  return out;
}

// The names of members, in order; of an array those of its first row.
std::string members(const json::value& value, int depth) {
  if (depth == 0) return "";
  if (value.is_array())
    return value.as_array().empty() ? "" : "[" + members(value.at(0), depth) + "]";
  if (!value.is_object()) return "";
  std::string out;
  for (const auto& [name, held] : value.as_object())
    out += std::string(name) + members(held, depth - 1) + " ";
  return "{" + out + "}";
}

class DocsTest : public SessionTest {
 protected:
  DocsTest() {
    archive_.append(green_, new_event(green_, "patient_updated", 7));
    archive_.append(
        green_, sync_status_event(*find_row("SyncStatus", "sync_status_read_change"), Light::kRed,
                                  board_.rows.at(0), "green", clock_.now()));
    const DeliveryKey key{green_, {std::stoll(endpoint_)}, {1}};
    const Attempt attempt{.key = key, .at = clock_.now()};
    book_.deliveries = {{.endpoint = key.endpoint, .attempts = {attempt}}};
    book_.attempts_page = {.rows = {attempt}};
    book_.retries_page = {.rows = {{.key = key}}};
    book_.dead_page = {.rows = {{.key = key}}};
    writes_.rows = {{.id = {1}}};
    board_.watch.withheld = {{ResourceKind::kPatient, 1, 2}};
    bookings_.put(green_, {.appointment = {41}, .source = {1}, .requested_at = clock_.now()});
    board_.fault = SourceFault{"guard", "rows are gone", clock_.now()};
    make_user("ada", Role::kAdmin);
  }
  // What the first hole of this path may be.
  std::string name_in(std::string_view path) const {
    if (path.starts_with("/api/v1/events/")) return "evt_t_" + to_string(green_) + "_1";
    if (path.starts_with("/api/v1/sources/")) return "front-office";
    if (path.starts_with("/api/v1/requests/")) return "41";
    return path.starts_with("/api/v1/replays/") ? "1" : endpoint_;
  }
  HttpResponse revoked() { return call("POST", "/api/v1/tokens/revoke", R"({"token":"none"})"); }
  static bool is_of_users(std::string_view path) {
    return path.starts_with("/api/v1/session") || path.starts_with("/api/v1/users") ||
           path.starts_with("/api/v1/audit") || path.starts_with("/api/v1/keys");
  }
  // As a browser that has just signed in.
  HttpResponse answer_to_user(const std::string& method, const std::string& path) {
    Browser browser;
    CHECK(enter(browser, "ada").status == 200);
    const auto body =
        json::object{{"password", kPassword}, {"resource_type", "Patient"}, {"id", 41}};
    return send(browser, method, path, method == "POST" ? json::serialize(body) : "");
  }
  // The answer to a call of this route.
  HttpResponse answer(std::string route) {
    const auto blank = route.find(' ');
    const auto method = route.substr(0, blank);
    auto path = route.substr(blank + 1);
    if (is_of_users(path)) return answer_to_user(method, path);
    if (const auto hole = path.find("{}"); hole != std::string::npos)
      path.replace(hole, 2, name_in(path));
    if (path.ends_with("/resources/{}/{}")) path.replace(path.size() - 5, 5, "patient/p-1");
    if (path.ends_with("/resources"))
      return call(method, path + "?subdomain=green", "{}", "key-a", "application/x-ndjson");
    if (path.ends_with("/move"))
      return call(method, path, R"({"subdomain":"green","end_time":"2031-07-01T13:00:00Z"})");
    if (method == "GET") return call(method, path + "?subdomain=green&from=earliest");
    if (path.ends_with("/test")) {
      std::optional<HttpResponse> out;
      ask(method, path, R"({"resource_type":"Patient","event":"patient_created"})", "key-a",
          [&](HttpResponse given) { out = std::move(given); });
      tests_.waiting.at(0)(Outcome{});
      return *std::move(out);
    }
    return call(method, path,
                R"({"subdomain":"green","from":1,"removals":1,"revision":7,"since":null,)"
                R"("event_id":"evt_t_)" +
                    to_string(green_) + R"(_1"})");
  }

  std::string endpoint_ = make_endpoint();
};

TEST_F(DocsTest, EveryRouteOfOursIsThereAndNoOther) {
  std::set<std::string> written;
  for (const auto& section : sections()) written.insert(section.route);
  std::set<std::string> served = {"POST /webhook_endpoints/{}/rotate_secret", "GET /openapi.json",
                                  "GET /docs"};
  for (const auto& route : all_routes())
    if (route.path.starts_with("/api/v1/"))
      served.insert(std::string(route.method) + " " + with_plain_holes(std::string(route.path)));
  EXPECT_EQ(written, served);
}

TEST_F(DocsTest, ExamplesHaveTheMembersThatAnswersHave) {
  int compared = 0;
  for (const auto& section : sections()) {
    if (section.example.empty()) continue;
    SCOPED_TRACE(section.route);
    const auto example = json::parse(section.example);
    if (section.route.ends_with("/retry_failed")) continue;
    auto given = section.route.ends_with("/revoke") ? revoked() : answer(section.route);
    ASSERT_LT(given.status, 300) << given.body;
    EXPECT_EQ(members(example, 2), members(parsed(given), 2));
    ++compared;
  }
  EXPECT_GE(compared, 12);
}

}  // namespace
}  // namespace chartbell
