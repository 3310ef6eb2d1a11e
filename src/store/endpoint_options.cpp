#include "store/endpoint_options.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.h"

namespace chartbell {
namespace {

namespace json = boost::json;

template <class Number>
void put(json::object& out, const char* name, const std::optional<Number>& value) {
  if (value) out[name] = *value;
}

void put(json::object& out, const char* name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}

std::string text_of(const json::object& in, const char* name) {
  const auto* held = in.if_contains(name);
  return held != nullptr && held->is_string() ? std::string(held->as_string()) : std::string();
}

std::optional<std::int64_t> number_of(const json::object& in, const char* name) {
  const auto* held = in.if_contains(name);
  return held != nullptr && held->is_int64() ? std::optional(held->as_int64()) : std::nullopt;
}

const json::array& array_of(const json::object& in, const char* name) {
  static const json::array kNone;
  const auto* held = in.if_contains(name);
  return held != nullptr && held->is_array() ? held->as_array() : kNone;
}

json::array pairs(const std::vector<std::pair<std::string, std::string>>& fields) {
  json::array out;
  for (const auto& [name, value] : fields) out.push_back(json::array{name, value});
  return out;
}

json::array retired(const std::vector<RetiredSecret>& secrets) {
  json::array out;
  for (const auto& one : secrets)
    out.push_back(json::object{{"secret", one.secret}, {"until_ms", to_ms(one.until)}});
  return out;
}

}  // namespace

std::string options_text(const EndpointOptions& options) {
  json::object out;
  put(out, "description", options.description);
  put(out, "max_in_flight", options.max_in_flight);
  put(out, "rate_per_second", options.rate_per_second);
  if (options.timeout) out["timeout_ms"] = options.timeout->count();
  json::array schedule;
  for (const auto offset : options.schedule) schedule.push_back(offset.count());
  if (!schedule.empty()) out["schedule_s"] = std::move(schedule);
  if (!options.headers.empty()) out["headers"] = pairs(options.headers);
  put(out, "legacy_header", options.legacy_header);
  put(out, "ed25519_seed", to_hex(options.ed25519_seed));
  put(out, "client_certificate", options.client_certificate);
  put(out, "client_key", options.client_key);
  if (!options.retired_secrets.empty()) out["retired"] = retired(options.retired_secrets);
  return json::serialize(out);
}

Result<EndpointOptions> parse_options(std::string_view text) {
  json::error_code error;
  const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_object())
    return failure(Code::kCorrupt, "the options of an endpoint are not a JSON object");
  const auto& in = parsed.as_object();
  EndpointOptions out;
  out.description = text_of(in, "description");
  out.max_in_flight = number_of(in, "max_in_flight");
  out.rate_per_second = number_of(in, "rate_per_second");
  if (const auto ms = number_of(in, "timeout_ms")) out.timeout = Milliseconds(*ms);
  for (const auto& offset : array_of(in, "schedule_s"))
    if (offset.is_int64()) out.schedule.emplace_back(offset.as_int64());
  for (const auto& field : array_of(in, "headers"))
    if (field.is_array() && field.as_array().size() == 2)
      out.headers.emplace_back(field.as_array()[0].as_string(), field.as_array()[1].as_string());
  out.legacy_header = text_of(in, "legacy_header");
  out.ed25519_seed = from_hex(text_of(in, "ed25519_seed")).value_or("");
  out.client_certificate = text_of(in, "client_certificate");
  out.client_key = text_of(in, "client_key");
  for (const auto& one : array_of(in, "retired"))
    if (one.is_object())
      out.retired_secrets.push_back({text_of(one.as_object(), "secret"),
                                     from_ms(number_of(one.as_object(), "until_ms").value_or(0))});
  return out;
}

}  // namespace chartbell
