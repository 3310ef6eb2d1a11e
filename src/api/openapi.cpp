#include "api/openapi.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/openapi_schemas.h"
#include "base/ascii.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::string_view kFrame = "common";
// What HTTP, authentication and our own faults may make of any request.
constexpr std::string_view kAlways[] = {"400", "408", "413", "429", "500", "503"};

json::object parsed(std::string_view text) {
  return json::parse(json::string_view(text)).as_object();
}

const OpenApiFragment& frame() {
  return *std::ranges::find(openapi_fragments(), kFrame, &OpenApiFragment::name);
}

const Route* route_of(std::span<const Route> routes, std::string_view method,
                      std::string_view path) {
  const auto found = std::ranges::find_if(routes, [&](const Route& route) {
    return equal_ignoring_case(route.method, method) &&
           with_plain_holes(route.path) == with_plain_holes(path);
  });
  return found == routes.end() ? nullptr : &*found;
}

// "get /api/v1/events/{event_id}" → "get_api_v1_events_event_id".
std::string operation_id(std::string_view method, std::string_view path) {
  std::string out(method);
  for (const char c : path)
    if (c == '/' || c == '.')
      out += '_';
    else if (c != '{' && c != '}')
      out += c;
  return out;
}

json::array security_of(Access access) {
  if (access == Access::kOpen) return {};
  const auto session = [](Role role) {
    return json::object{{"session", json::array{json::string(name(role))}}};
  };
  if (const auto role = role_of(access)) return {session(*role)};
  const auto scope = scope_of(access);
  json::array scopes;
  if (scope) scopes.emplace_back(json::string(name(*scope)));
  json::array out{json::object{{"key", scopes}}, json::object{{"token", scopes}}};
  if (scope) out.emplace_back(session(role_for(*scope)));
  return out;
}

void add_refusal(json::object& responses, std::string_view status) {
  if (!responses.contains(status))
    responses[status] = {{"$ref", "#/components/responses/Refused" + std::string(status)}};
}

void add_refusals(json::object& operation, const Route& route) {
  auto& responses = operation["responses"].as_object();
  for (const auto status : kAlways) add_refusal(responses, status);
  add_refusal(responses, "415");
  if (route.path.find('{') != std::string_view::npos) add_refusal(responses, "404");
  if (route.access == Access::kOpen) return;
  add_refusal(responses, "401");
  add_refusal(responses, "403");
}

void complete(json::object& operation, std::string_view tag, std::string_view method,
              std::string_view path, const Route& route) {
  operation["tags"] = json::array{json::string(tag)};
  if (!operation.contains("operationId")) operation["operationId"] = operation_id(method, path);
  operation["security"] = security_of(route.access);
  add_refusals(operation, route);
}

void add_paths(json::object& out, json::object& paths, std::string_view tag,
               std::span<const Route> routes) {
  for (auto& [path, item] : paths) {
    auto& operations = out[path];
    if (!operations.is_object()) operations.emplace_object();
    for (auto& [method, operation] : item.as_object()) {
      if (const auto* route = route_of(routes, method, path))
        complete(operation.as_object(), tag, method, path, *route);
      operations.as_object()[method] = std::move(operation);
    }
  }
}

// The tag that a fragment names, or one by the name of its file.
json::object tag_of(const OpenApiFragment& fragment, const json::object& content) {
  const auto* tag = content.if_contains("tag");
  return tag != nullptr ? tag->as_object() : json::object{{"name", json::string(fragment.name)}};
}

void add_parts(json::object& out, json::object& content, std::string_view name) {
  auto* parts = content.if_contains(name);
  if (parts == nullptr) return;
  for (auto& [key, value] : parts->as_object()) out[key] = std::move(value);
}

void add_fragment(json::object& document, const OpenApiFragment& fragment,
                  std::span<const Route> routes) {
  auto content = parsed(fragment.json);
  const auto tag = tag_of(fragment, content);
  const std::string name(tag.at("name").as_string());
  document["tags"].as_array().push_back(tag);
  add_paths(document["paths"].as_object(), content.at("paths").as_object(), name, routes);
  auto& components = document["components"].as_object();
  add_parts(components["schemas"].as_object(), content, "schemas");
  add_parts(components["parameters"].as_object(), content, "parameters");
}

// The frame names tags in the order in which they are shown; others come behind them.
void sort_tags(json::object& document) {
  const auto order = document["order"].as_array();
  const auto place = [&](const json::value& tag) {
    return std::pair(std::ranges::find(order, tag.at("name")) - order.begin(),
                     std::string(tag.at("name").as_string()));
  };
  std::ranges::sort(document["tags"].as_array(), {}, place);
  document.stable_erase("order");
}

}  // namespace

std::string with_plain_holes(std::string_view path) {
  std::string out(path);
  for (auto at = out.find('{'); at != std::string::npos; at = out.find('{', at + 2))
    out.replace(at, out.find('}', at) - at + 1, "{}");
  return out;
}

std::string openapi_document(std::span<const Route> routes) {
  auto document = parsed(frame().json);
  document["info"].as_object()["version"] = CHARTBELL_VERSION;
  document["tags"].emplace_array();
  document["paths"].emplace_object();
  auto resources = json::object{{"schemas", parsed(resource_schemas())}};
  add_parts(document["components"].at("schemas").as_object(), resources, "schemas");
  for (const auto& fragment : openapi_fragments())
    if (fragment.name != kFrame) add_fragment(document, fragment, routes);
  sort_tags(document);
  document["webhooks"] = parsed(webhook_operations());
  return json::serialize(document);
}

}  // namespace chartbell
