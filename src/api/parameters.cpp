#include "api/parameters.h"

#include <algorithm>
#include <charconv>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/multipart.h"
#include "base/ascii.h"
#include "base/time_text.h"
#include "base/url_form.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::size_t kParametersMax = 1000;

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

// Text stays text; numbers and booleans take the form they have in a query; the rest stays JSON.
std::string flattened(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return json::serialize(value);
}

// Without its parameters, in lower case (RFC 9110 §8.3.1).
std::string media_type(std::string_view field) {
  field = field.substr(0, field.find(';'));
  while (field.ends_with(' ') || field.ends_with('\t')) field.remove_suffix(1);
  return to_lower(field);
}

std::optional<std::int64_t> as_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace

bool is_lines(std::string_view content_type) {
  return media_type(content_type) == "application/x-ndjson";
}

Result<Parameters> Parameters::of(const HttpRequest& request) {
  Parameters out;
  const std::string_view target = request.target;
  const auto question = target.find('?');
  const auto path = url_decoded(target.substr(0, question));
  if (!path) return invalid("Bad escape in the path");
  out.path_ = *path;
  if (question != std::string_view::npos) TRY_DO(out.add_form(target.substr(question + 1)));
  if (request.body.empty()) return out;
  const auto type = media_type(field(request.fields, "content-type").value_or("application/json"));
  if (type == "application/x-www-form-urlencoded") {
    TRY_DO(out.add_form(request.body));
  } else if (type == "application/json" || type.ends_with("+json")) {
    TRY_DO(out.add_json(request.body));
  } else if (!is_lines(type) && !is_form_data(type)) {
    return failure(Code::kRefused, "Unsupported media type");
  }
  return out;
}

// Objects stand among the values as their JSON text.
Result<Parameters> Parameters::inside(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.null)
    return invalid("Missing parameter " + std::string(name));
  Parameters out;
  if (!found->second.text.starts_with('{') || !out.add_json(found->second.text))
    return invalid(std::string(name) + " must be an object");
  return out;
}

Result<void> Parameters::add(std::string name, Value value) {
  if (values_.size() + lists_.size() >= kParametersMax) return invalid("Too many parameters");
  if (name.ends_with("[]")) lists_.emplace_back(name, value.text);
  values_.insert_or_assign(std::move(name), std::move(value));
  return {};
}

Result<void> Parameters::add_form(std::string_view form) {
  while (true) {
    TRY(auto pair, take_url_pair(form));
    if (!pair) return {};
    TRY_DO(add(std::move(pair->name), {std::move(pair->value)}));
  }
}

Result<void> Parameters::add_json(std::string_view body) {
  json::error_code error;
  const auto parsed = json::parse(json::string_view(body), error);
  if (error == json::error::too_deep)
    return failure(Code::kTooLarge, "The body is nested too deeply");
  if (error) return invalid("The body is not valid JSON: " + error.message());
  if (!parsed.is_object()) return invalid("The body must be a JSON object");
  for (const auto& [name, value] : parsed.as_object())
    TRY_DO(add(std::string(name), {flattened(value), value.is_null()}));
  return {};
}

std::optional<std::string> Parameters::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.null) return std::nullopt;
  return found->second.text;
}

bool Parameters::is_null(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() && found->second.null;
}

Result<std::string> Parameters::required(std::string_view name) const {
  auto value = text(name);
  if (!value || value->empty()) return invalid("Missing parameter " + std::string(name));
  return *std::move(value);
}

Result<std::optional<bool>> Parameters::boolean(std::string_view name) const {
  const auto value = text(name);
  if (!value) {
    if (is_null(name)) return invalid(std::string(name) + " must be true or false");
    return std::optional<bool>();
  }
  if (*value == "true") return std::optional(true);
  if (*value == "false") return std::optional(false);
  return invalid(std::string(name) + " must be true or false");
}

Result<std::optional<std::int64_t>> Parameters::integer(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::optional<std::int64_t>();
  const auto number = as_integer(*value);
  if (!number) return invalid(std::string(name) + " must be an integer");
  return number;
}

Result<std::optional<std::int64_t>> Parameters::integer_in(std::string_view name,
                                                           std::int64_t least,
                                                           std::int64_t most) const {
  const auto number = integer(name);
  if (number && (!*number || (**number >= least && **number <= most))) return *number;
  return invalid(std::string(name) + " must be an integer from " + std::to_string(least) + " to " +
                 std::to_string(most));
}

Result<std::optional<WallTime>> Parameters::time(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::optional<WallTime>();
  const auto parsed = parse_utc(*value);
  if (!parsed) return invalid(std::string(name) + " must be a time like 2024-03-21T17:52:48Z");
  return std::optional(*parsed);
}

Result<std::optional<WallTime>> Parameters::moment(std::string_view name) const {
  const auto value = text(name);
  if (!value || value->empty()) return std::optional<WallTime>();
  const auto parsed = parse_moment(*value);
  if (!parsed) return invalid(std::string(name) + " must be a time like 2024-03-21T17:52:48Z");
  return std::optional(*parsed);
}

Result<std::vector<std::string>> Parameters::list(std::string_view name, std::size_t most) const {
  const std::string bracketed = std::string(name) + "[]";
  std::vector<std::string> out;
  for (const auto& [given, value] : lists_)
    if (given == bracketed) out.push_back(value);
  if (out.empty())
    if (auto one = text(name); one && !one->empty()) out.push_back(*std::move(one));
  if (out.size() > most)
    return invalid(bracketed + " has more than " + std::to_string(most) + " values");
  return out;
}

Result<std::vector<std::int64_t>> Parameters::ids(std::string_view name, std::size_t most) const {
  TRY(const auto texts, list(name, most));
  std::vector<std::int64_t> out;
  for (const auto& text : texts) {
    const auto number = as_integer(text);
    if (!number || *number < 1) return invalid(std::string(name) + "[] must be ids");
    out.push_back(*number);
  }
  return out;
}

}  // namespace chartbell
