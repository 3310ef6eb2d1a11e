// ApiTest: the API over stores in memory, asked as a client asks.
#pragma once

#include <string>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "api/api.h"
#include "api/call.h"
#include "api/sign_in.h"
#include "support/events.h"
#include "support/fake_clock.h"
#include "support/memory_account_store.h"
#include "support/memory_books.h"
#include "support/memory_forms.h"
#include "support/memory_users.h"
#include "support/scripted_intake.h"

namespace chartbell {

namespace json = boost::json;

class Https final : public TargetPolicy {
 public:
  Result<void> accepts(std::string_view url) const override {
    if (url.starts_with("https://")) return {};
    return failure(Code::kAddressRefused, "target_url must be https");
  }
};

class Board final : public SourceBoard {
 public:
  std::vector<SyncStatus> sources() const override { return rows; }
  std::vector<SourceReport> reports() const override {
    std::vector<SourceReport> out;
    for (const auto& row : rows) out.push_back({row, "opendental.toml", mode_reason, watch, fault});
    return out;
  }
  Result<void> confirm_removals(SourceId, std::int64_t removals) override {
    std::int64_t all = 0;
    for (const auto& of_kind : watch.withheld) all += of_kind.missing;
    if (removals != all) return failure(Code::kConflict, "other numbers");
    confirmed.push_back(removals);
    return {};
  }

  std::vector<SyncStatus> rows;
  std::string mode_reason;
  WatchReport watch;
  std::optional<SourceFault> fault;
  std::vector<std::int64_t> confirmed;
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    green_ = accounts_.add_institution("green");
    blue_ = accounts_.add_institution("blue");
    accounts_.add_account("key-a", {"green"});
    accounts_.add_account("key-b", {"*"});
    board_.rows.push_back({.institution = green_,
                           .name = "front-office",
                           .id = {1},
                           .emr_name = "opendental",
                           .emr_display_name = "Open Dental",
                           .emr_type = {"onprem"},
                           .read = Light::kGreen,
                           .read_at = clock_.now()});
  }

  HttpResponse call(std::string method, std::string target, std::string body = {},
                    std::string authorization = "Bearer key-a",
                    std::string type = "application/json") {
    std::optional<HttpResponse> out;
    ask(std::move(method), std::move(target), std::move(body), std::move(authorization),
        [&](HttpResponse answer) { out = std::move(answer); }, {{"Content-Type", std::move(type)}});
    CHECK(out.has_value());
    return *std::move(out);
  }
  // For answers that may come later.
  void ask(std::string method, std::string target, std::string body, std::string authorization,
           Respond respond, HttpFields fields = {}) {
    fields.emplace_back("Authorization", std::move(authorization));
    api_.answer({.method = std::move(method),
                 .target = std::move(target),
                 .fields = std::move(fields),
                 .body = std::move(body),
                 .network = peer_.empty() ? std::to_string(++calls_) : peer_},
                std::move(respond));
  }
  ApiParts parts() {
    return {.accounts = accounts_,
            .sources = board_,
            .tokens = tokens_,
            .targets = targets_,
            .new_secret_key = [] { return "whsec_made"; },
            .new_seed = [] { return std::string(32, 's'); },
            .clock = clock_,
            .store_tag = "t",
            .events = archive_,
            .deliveries = book_,
            .replays = replays_,
            .records = records_,
            .writes = writes_,
            .files = files_,
            .health = health_,
            .feed = feed_,
            .tests = &tests_,
            .pushes = &pushes_,
            .books = &books_,
            .bookings = &bookings_,
            .forms = &forms_,
            .sign_in = &door_};
  }
  std::string drawn() {
    std::string out(32, '\0');
    random_.fill({reinterpret_cast<unsigned char*>(out.data()), out.size()});
    return out;
  }
  static json::value parsed(const HttpResponse& answer) { return json::parse(answer.body); }
  static json::object data(const HttpResponse& answer) {
    return parsed(answer).at("data").as_object();
  }
  static std::string id_of(const HttpResponse& answer) {
    return std::to_string(data(answer).at("id").as_int64());
  }
  static std::string keys(const json::object& object) {
    std::string out;
    for (const auto& [key, value] : object) out += std::string(key) + " ";
    return out;
  }
  // The envelope of a refusal, whole.
  static void expect_refusal(const HttpResponse& answer, int status, std::string_view reason) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.body, R"({"code":false,"description":null,"data":null,"error":[")" +
                               std::string(reason) + "\"]}");
  }
  std::string make_endpoint(std::string authorization = "key-a") {
    return id_of(call("POST", "/webhook_endpoints", R"({"target_url":"https://a.example/"})",
                      std::move(authorization)));
  }
  std::string make_subscription(const std::string& endpoint,
                                std::string_view event = "patient_created") {
    return id_of(call("POST",
                      "/webhook_endpoints/" + endpoint + "/webhook_subscriptions?subdomain=green",
                      R"({"resource_type":"Patient","event":")" + std::string(event) + "\"}"));
  }

  std::string peer_;  // where calls come from; empty: each from an address of its own
  int calls_ = 0;
  FakeClock clock_;
  SeededRandom random_{1};
  MemoryAccountStore accounts_{clock_};
  MemoryArchive archive_;
  MemoryDeliveryBook book_;
  MemoryReplayBook replays_{clock_};
  MemoryRecordBook records_;
  MemoryWriteDesk writes_{clock_};
  MemoryFiles files_;
  SetHealth health_;
  ScriptedTests tests_;
  ScriptedPushes pushes_;
  ScriptedBooks books_;
  MemoryBookings bookings_;
  MemoryForms forms_{clock_};
  EventFeed feed_{archive_, accounts_, clock_, {.seats = 4, .seats_per_account = 3}};
  Board board_;
  TokenMint tokens_{"key", std::chrono::hours(1), clock_, random_};
  Https targets_;
  MemoryTrail trail_{clock_};
  MemoryUsers users_{clock_, trail_};
  bool busy_ = false;  // whether steps that take long are refused
  SignIn door_{{.users = users_,
                .audit = trail_,
                .clock = clock_,
                .new_seed = [this] { return drawn(); },
                .key = "door",
                .work =
                    [this](const std::function<void()>& step) {
                      if (!busy_) step();
                      return !busy_;
                    },
                .public_url = "https://bell.example",
                .setup_token = "setup-token",
                .cost = {.memory_kib = 64, .passes = 1}}};
  Api api_{parts()};
  InstitutionId green_;
  InstitutionId blue_;
};

}  // namespace chartbell
