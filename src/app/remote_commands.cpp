#include "app/remote_commands.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

#include "app/stop.h"
#include "app/terminal.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr Milliseconds kPoll{200};
constexpr std::size_t kBarWidth = 40;

// A member as a person reads it; nothing where it is absent or null.
std::string text_of(const json::object& row, std::string_view name) {
  const auto* held = row.if_contains(name);
  if (held == nullptr || held->is_null()) return "-";
  return printable(held->is_string() ? std::string(held->as_string()) : json::serialize(*held), 80);
}

std::int64_t number_of(const json::object& row, std::string_view name) {
  const auto* held = row.if_contains(name);
  return held != nullptr && held->is_int64() ? held->as_int64() : 0;
}

json::array rows_of(const json::object& answer) {
  const auto* data = answer.if_contains("data");
  return data != nullptr && data->is_array() ? data->as_array() : json::array();
}

json::object object_of(const json::object& answer) {
  const auto* data = answer.if_contains("data");
  return data != nullptr && data->is_object() ? data->as_object() : json::object();
}

void print_json(const json::value& value) {
  std::puts(json::serialize(value).c_str());
}

struct TableColumn {
  std::string_view member;
  std::string_view title = member;
};

// Columns as wide as their widest cell.
void print_table(const json::array& rows, const std::vector<TableColumn>& columns) {
  std::vector<std::vector<std::string>> cells(1);
  for (const auto& column : columns) cells[0].emplace_back(column.title);
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    for (const auto& column : columns) line.push_back(text_of(row.as_object(), column.member));
  }
  std::vector<std::size_t> widths(columns.size(), 0);
  for (const auto& line : cells)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], characters(line[i]));
  for (std::size_t n = 0; n < cells.size(); ++n) {
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& cell = cells[n][i];
      out += cell;
      if (i + 1 < columns.size()) out += std::string(widths[i] + 2 - characters(cell), ' ');
    }
    std::puts((n == 0 ? painted(Color::kDim, out) : out).c_str());
  }
}

int print_rows(const Result<json::object>& answer, const RemoteArguments& remote,
               const std::vector<TableColumn>& columns) {
  if (!answer) return complain(answer.error());
  if (remote.json)
    print_json(rows_of(*answer));
  else
    print_table(rows_of(*answer), columns);
  return EXIT_SUCCESS;
}

int print_object(const Result<json::object>& answer, const RemoteArguments& remote,
                 const std::vector<std::string_view>& members) {
  if (!answer) return complain(answer.error());
  const auto row = object_of(*answer);
  if (remote.json) print_json(row);
  for (const auto member : members)
    if (!remote.json) std::printf("%-16s %s\n", member.data(), text_of(row, member).c_str());
  return EXIT_SUCCESS;
}

// Remote has seen that it is an object.
Result<json::object> asked(const RemoteArguments& arguments, std::string_view method,
                           const std::string& path, std::string body = {}) {
  TRY(const auto answer, Remote(arguments).ask(method, path, std::move(body)));
  return json::parse(answer).as_object();
}

std::string endpoint_path(std::int64_t id, std::string_view rest) {
  return "/api/v1/endpoints/" + std::to_string(id) + std::string(rest);
}

// ---- tail ---------------------------------------------------------------------------------------

void print_event(const json::object& row, const RemoteArguments& remote) {
  if (remote.json) return print_json(row);
  std::printf("%8s  %s  %-34s %s\n", text_of(row, "sequence").c_str(),
              text_of(row, "event_time").c_str(), text_of(row, "event").c_str(),
              text_of(row, "resource_id").c_str());
}

// Prints one page; false when a place of the log is missing.
bool print_page(const json::array& page, const EventArguments& arguments, std::int64_t& last,
                std::int64_t& left) {
  for (const auto& row : page) {
    if (left == 0) return true;
    const auto sequence = number_of(row.as_object(), "sequence");
    if (last != 0 && sequence != last + 1) return false;
    last = sequence;
    --left;
    print_event(row.as_object(), arguments.remote);
  }
  std::fflush(stdout);
  return true;
}

std::string next_cursor(const json::object& answer) {
  const auto* page = answer.if_contains("page");
  const auto* next =
      page != nullptr && page->is_object() ? page->as_object().if_contains("next_cursor") : nullptr;
  return next != nullptr && next->is_string() ? std::string(next->as_string()) : std::string();
}

std::string feed_path(const EventArguments& arguments, const std::string& cursor) {
  std::string path = "/api/v1/events/feed?limit=100&wait=20&subdomain=" + arguments.subdomain;
  if (!cursor.empty()) return path + "&cursor=" + cursor;
  if (arguments.from == "earliest") return path + "&from=earliest";
  return arguments.from.empty() ? path : path + "&cursor=" + arguments.from;
}

// ---- replay -------------------------------------------------------------------------------------

void print_progress(const json::object& replay) {
  const auto percent = number_of(replay, "percent");
  const auto full = static_cast<std::size_t>(percent) * kBarWidth / 100;
  std::fprintf(stderr, "\r[%s%s] %3lld%%  sent %s, failed %s ", std::string(full, '=').c_str(),
               std::string(kBarWidth - full, ' ').c_str(), static_cast<long long>(percent),
               text_of(replay, "sent").c_str(), text_of(replay, "failed").c_str());
}

int watch_replay(const RemoteArguments& arguments, json::object replay) {
  const bool shown = ::isatty(STDERR_FILENO) != 0 && !arguments.json;
  block_signals();
  while (replay["done_at"].is_null()) {
    if (wait_for_signal(kPoll)) break;
    auto answer = asked(arguments, "GET", "/api/v1/replays/" + text_of(replay, "id"));
    if (!answer) return complain(answer.error());
    replay = object_of(*answer);
    if (shown) print_progress(replay);
  }
  if (shown) std::fputc('\n', stderr);
  if (arguments.json)
    print_json(replay);
  else
    std::printf("replay %s: sent %s, failed %s%s\n", text_of(replay, "id").c_str(),
                text_of(replay, "sent").c_str(), text_of(replay, "failed").c_str(),
                replay["done_at"].is_null() ? ", goes on without us" : "");
  return EXIT_SUCCESS;
}

}  // namespace

int tail_events(const EventArguments& arguments) {
  std::string cursor;
  std::int64_t last = 0;
  std::int64_t left = arguments.count.value_or(INT64_MAX);
  while (left > 0) {
    const auto answer = asked(arguments.remote, "GET", feed_path(arguments, cursor));
    if (!answer) return complain(answer.error());
    if (!print_page(rows_of(*answer), arguments, last, left))
      return complain("events are missing behind sequence " + std::to_string(last));
    cursor = next_cursor(*answer);
  }
  return EXIT_SUCCESS;
}

int show_event(const EventArguments& arguments) {
  const auto answer = asked(arguments.remote, "GET", "/api/v1/events/" + arguments.event_id);
  const int code = print_object(
      answer, arguments.remote,
      {"id", "sequence", "event", "resource_type", "resource_id", "location_id", "event_time"});
  if (!answer || arguments.remote.json) return code;
  auto row = object_of(*answer);
  std::puts("");
  if (row["deliveries"].is_array())
    print_table(row["deliveries"].as_array(),
                {{"endpoint_id", "endpoint"}, {"state"}, {"next_attempt_at", "next attempt at"}});
  return code;
}

int replay_events(const EventArguments& arguments) {
  json::object body{{"subdomain", arguments.subdomain},
                    {"undelivered_only", arguments.undelivered_only}};
  if (arguments.after) body["after_sequence"] = *arguments.after;
  if (arguments.to) body["to"] = *arguments.to;
  if (!arguments.after) body["after_sequence"] = 0;
  const auto answer = asked(arguments.remote, "POST", endpoint_path(arguments.endpoint, "/replays"),
                            json::serialize(body));
  if (!answer) return complain(answer.error());
  return watch_replay(arguments.remote, object_of(*answer));
}

int list_endpoints(const EndpointArguments& arguments) {
  return print_rows(asked(arguments.remote, "GET", "/api/v1/endpoints"), arguments.remote,
                    {{"id"},
                     {"active"},
                     {"failing_since", "failing since"},
                     {"disabled_reason", "turned off for"},
                     {"target_url", "target"}});
}

int create_endpoint(const EndpointArguments& arguments) {
  const auto body = "{\"target_url\":" + json_string(arguments.target_url) + "}";
  return print_object(asked(arguments.remote, "POST", "/webhook_endpoints", body), arguments.remote,
                      {"id", "target_url", "secret_key", "active"});
}

int test_endpoint(const EndpointArguments& arguments) {
  const auto body = "{\"resource_type\":" + json_string(arguments.resource_type) +
                    ",\"event\":" + json_string(arguments.event) + "}";
  return print_object(asked(arguments.remote, "POST", endpoint_path(arguments.id, "/test"), body),
                      arguments.remote, {"outcome", "status", "latency_ms", "response_excerpt"});
}

int turn_endpoint(const EndpointArguments& arguments, bool on) {
  return print_object(
      asked(arguments.remote, "PATCH", "/webhook_endpoints/" + std::to_string(arguments.id),
            on ? R"({"active":true})" : R"({"active":false})"),
      arguments.remote, {"id", "target_url", "active"});
}

int list_deliveries(const DeliveryArguments& arguments) {
  auto path =
      endpoint_path(arguments.endpoint, "/deliveries?limit=") + std::to_string(arguments.limit);
  if (!arguments.status.empty()) path += "&status=" + arguments.status;
  return print_rows(asked(arguments.remote, "GET", path), arguments.remote,
                    {{"attempted_at", "attempted at"},
                     {"event_id", "event"},
                     {"attempt", "try"},
                     {"outcome"},
                     {"status"},
                     {"latency_ms", "ms"}});
}

int retry_delivery(const DeliveryArguments& arguments) {
  const auto body = "{\"event_id\":" + json_string(arguments.event_id) + "}";
  const auto answer =
      asked(arguments.remote, "POST", endpoint_path(arguments.endpoint, "/retry"), body);
  if (!answer) return complain(answer.error());
  std::puts("due now");
  return EXIT_SUCCESS;
}

}  // namespace chartbell
