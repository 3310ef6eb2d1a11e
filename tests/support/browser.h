// SessionTest: the API as browsers ask it, with cookies and what stands beside them.
#pragma once

#include <string>
#include <utility>

#include "base/totp.h"
#include "support/api_world.h"

namespace chartbell {

// What a browser holds of a session.
struct Browser {
  std::string cookie{};  // "name=value"
  std::string csrf{};
  std::string network = "10.0.0.1";
};

class SessionTest : public ApiTest {
 protected:
  static constexpr const char* kPassword = "four words or something";

  HttpResponse send(Api& api, Browser& browser, std::string method, std::string target,
                    std::string body = {}, HttpFields more = {}) {
    HttpFields fields{{"Host", "bell.example"}};
    if (!browser.cookie.empty()) fields.emplace_back("Cookie", browser.cookie);
    if (!browser.csrf.empty()) fields.emplace_back("X-Chartbell-Csrf", browser.csrf);
    fields.insert(fields.end(), more.begin(), more.end());
    std::optional<HttpResponse> out;
    api.answer({.method = std::move(method),
                .target = std::move(target),
                .fields = std::move(fields),
                .body = std::move(body),
                .network = browser.network},
               [&](HttpResponse answer) { out = std::move(answer); });
    CHECK(out.has_value());
    take(browser, *out);
    return *std::move(out);
  }
  HttpResponse send(Browser& browser, std::string method, std::string target, std::string body = {},
                    HttpFields more = {}) {
    return send(api_, browser, std::move(method), std::move(target), std::move(body),
                std::move(more));
  }
  // What a browser keeps of an answer.
  static void take(Browser& browser, const HttpResponse& answer) {
    if (const auto set = field(answer.fields, "set-cookie"))
      browser.cookie = std::string(set->substr(0, set->find(';')));
    if (answer.status >= 300 || !answer.body.contains("csrf_token")) return;
    const auto given = data(answer);
    const auto* session = given.if_contains("session");
    const auto& whole = session == nullptr ? given : session->as_object();
    browser.csrf = std::string(whole.at("csrf_token").as_string());
  }
  User make_user(const std::string& name, Role role) {
    return *users_.add_user(
        {.name = name,
         .display_name = "The " + name,
         .role = role,
         .password_hash = *password_hash(kPassword, {.memory_kib = 64, .passes = 1})},
        UserStore::Which::kAny, {});
  }
  static std::string credentials(std::string_view name, std::string_view password = kPassword) {
    return json::serialize(
        json::object{{"name", json::string(name)}, {"password", json::string(password)}});
  }
  HttpResponse enter(Browser& browser, std::string_view name,
                     std::string_view password = kPassword) {
    return send(browser, "POST", "/api/v1/session", credentials(name, password));
  }
  // Signed in, of a network of their own.
  Browser browser_of(const std::string& name, Role role) {
    make_user(name, role);
    Browser out{.network = "network of " + name};
    CHECK(enter(out, name).status == 200);
    return out;
  }
  std::string code_of(const std::string& name, std::int64_t steps_later = 0) {
    return totp_code((*users_.secrets(name))->totp_secret, totp_step(clock_.now()) + steps_later);
  }
  // Their recovery codes.
  std::vector<std::string> turn_on_second_factor(Browser& browser, const std::string& name) {
    CHECK(send(browser, "POST", "/api/v1/users/me/second_factor",
               json::serialize(json::object{{"password", kPassword}}))
              .status == 201);
    const auto answer = give(browser, "/api/v1/users/me/second_factor/confirm", code_of(name));
    CHECK(answer.status == 200);
    std::vector<std::string> out;
    for (const auto& code : data(answer).at("recovery_codes").as_array())
      out.emplace_back(code.as_string());
    return out;
  }
  HttpResponse give(Browser& browser, const std::string& target, const std::string& code) {
    return send(browser, "POST", target, json::serialize(json::object{{"code", code}}));
  }
  int status_of_session(Browser browser) { return send(browser, "GET", "/api/v1/session").status; }
};

}  // namespace chartbell
