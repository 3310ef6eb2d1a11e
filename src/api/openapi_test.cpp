// The API's document and the table of routes say the same. That the document is OpenAPI, that its
// examples are what its schemas say, and that answers are, is tested in tests/e2e.
#include "api/openapi.h"

#include <set>

#include "support/api_world.h"

namespace chartbell {
namespace {

json::object document() {
  return json::parse(openapi_document(all_routes())).as_object();
}

// "GET /a/{}", and what it says.
std::map<std::string, json::object> operations(const json::object& document) {
  std::map<std::string, json::object> out;
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object()) {
      std::string name(method);
      std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c - 32); });
      auto held = operation.as_object();
      held["path"] = path;
      EXPECT_TRUE(out.emplace(name + " " + with_plain_holes(path), std::move(held)).second);
    }
  return out;
}

// The names in a path, in order: "id".
std::vector<std::string> holes(std::string_view path) {
  std::vector<std::string> out;
  for (auto at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1))
    out.emplace_back(path.substr(at + 1, path.find('}', at) - at - 1));
  return out;
}

// Of the parameter of that name in the path: "integer" or "string"; empty where there is none.
std::string type_of(const json::value& whole, const json::object& operation,
                    const std::string& name) {
  const auto* parameters = operation.if_contains("parameters");
  if (parameters == nullptr) return {};
  for (const auto& one : parameters->as_array()) {
    const auto* link = one.as_object().if_contains("$ref");
    const auto& parameter =
        link == nullptr ? one : whole.at_pointer(std::string(link->as_string()).substr(1));
    if (parameter.at("in") == "path" && parameter.at("name") == json::string(name) &&
        parameter.at("required") == true)
      return std::string(parameter.at("schema").at("type").as_string());
  }
  return {};
}

TEST(OpenApiTest, EveryRouteHasAnOperationAndEveryOperationARoute) {
  std::set<std::string> written;
  for (const auto& [name, operation] : operations(document())) written.insert(name);
  std::set<std::string> served;
  for (const auto& route : all_routes())
    served.insert(std::string(route.method) + " " + with_plain_holes(route.path));
  EXPECT_EQ(written, served);
}

TEST(OpenApiTest, ParametersInPathsAreNumbersWhereTheRouteTakesIds) {
  const json::value whole = document();
  const auto written = operations(whole.as_object());
  for (const auto& route : all_routes()) {
    const auto name = std::string(route.method) + " " + with_plain_holes(route.path);
    ASSERT_TRUE(written.contains(name)) << name;
    const auto& operation = written.at(name);
    const auto names = holes(std::string(operation.at("path").as_string()));
    const auto kinds = holes(route.path);
    ASSERT_EQ(names.size(), kinds.size()) << name;
    for (std::size_t i = 0; i < names.size(); ++i)
      EXPECT_EQ(type_of(whole, operation, names[i]), kinds[i].empty() ? "integer" : "string")
          << name << " " << names[i];
  }
}

TEST(OpenApiTest, AnOperationSaysWhichScopeItNeeds) {
  const auto written = operations(document());
  const auto scopes = [&](const char* name) {
    const auto& security = written.at(name).at("security").as_array();
    return security.empty() ? std::string("open") : json::serialize(security.at(0).at("key"));
  };
  EXPECT_EQ(scopes("GET /institutions"), R"(["read"])");
  EXPECT_EQ(scopes("POST /webhook_endpoints"), R"(["webhooks"])");
  EXPECT_EQ(scopes("POST /api/v1/sources/{}/confirm_removals"), R"(["operate"])");
  EXPECT_EQ(scopes("POST /authenticates"), "[]");
  EXPECT_EQ(scopes("GET /healthz"), "open");
}

TEST(OpenApiTest, EveryReferenceLeadsSomewhere) {
  const json::value whole = document();
  std::function<void(const json::value&)> follow = [&](const json::value& value) {
    if (value.is_array())
      for (const auto& item : value.as_array()) follow(item);
    if (!value.is_object()) return;
    for (const auto& [key, held] : value.as_object()) {
      json::error_code error;
      if (key == "$ref" && held.is_string()) {
        whole.find_pointer(std::string(held.as_string()).substr(1), error);
        EXPECT_FALSE(error) << held;
      }
      follow(held);
    }
  };
  follow(whole);
}

TEST(OpenApiTest, EveryRowOfTheCatalogueIsAWebhookWithAnExample) {
  const auto whole = document();
  const auto& webhooks = whole.at("webhooks").as_object();
  EXPECT_EQ(webhooks.size(), catalogue().size() + own_catalogue().size());
  for (const auto& row : catalogue()) {
    const auto& media = webhooks.at(row.event).at("post").at("requestBody").at("content");
    EXPECT_FALSE(media.at("application/json").at("examples").as_object().empty()) << row.event;
  }
}

class OpenApiRouteTest : public ApiTest {};

TEST_F(OpenApiRouteTest, TheDocumentIsOpenAndKnownByItsTag) {
  const auto first = call("GET", "/openapi.json", "", "");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(parsed(first).at("openapi"), "3.1.0");
  const auto tag = std::string(field(first.fields, "etag").value());
  std::optional<HttpResponse> second;
  ask("GET", "/openapi.json", "", "", [&](HttpResponse answer) { second = std::move(answer); },
      {{"If-None-Match", tag}});
  EXPECT_EQ(second->status, 304);
  EXPECT_TRUE(second->body.empty());
}

TEST_F(OpenApiRouteTest, ThePageIsOursAlone) {
  for (const auto* path : {"/docs", "/docs/page.css", "/docs/page.js"}) {
    const auto answer = call("GET", path, "", "");
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_TRUE(field(answer.fields, "content-security-policy")->starts_with("default-src 'none'"));
    EXPECT_EQ(answer.body.find("//"), std::string::npos) << path << " names another place";
  }
}

}  // namespace
}  // namespace chartbell
