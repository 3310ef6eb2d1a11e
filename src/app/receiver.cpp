#include "app/receiver.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "app/terminal.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownValueWidth = 40;

std::string text_at(const json::object& object, json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t integer_at(const json::object& object, json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

// The object under the data's first key, or the first of the array there.
const json::object* first_object(const json::object& data) {
  if (data.empty()) return nullptr;
  const json::value* value = &data.begin()->value();
  if (value->is_array() && !value->as_array().empty()) value = &value->as_array().front();
  return value->is_object() ? &value->as_object() : nullptr;
}

std::string shown(const json::value& value) {
  return printable(json::serialize(value), kShownValueWidth);
}

void list_changes(const json::object& before, const json::object& now, const std::string& prefix,
                  std::vector<std::string>& out) {
  for (const auto& [key, old] : before) {
    const auto* current = now.if_contains(key);
    if (current == nullptr) continue;
    const auto path = prefix + std::string(key);
    if (old.is_object() && current->is_object()) {
      list_changes(old.as_object(), current->as_object(), path + ".", out);
    } else {
      out.push_back(path + ": " + shown(old) + " → " + shown(*current));
    }
  }
}

void read_data(const json::object& data, Received& out) {
  const auto* object = first_object(data);
  if (object == nullptr) return;
  out.resource_id = integer_at(*object, "id");
  const auto* previous = data.if_contains("previous_attributes");
  if (previous != nullptr && previous->is_object())
    list_changes(previous->as_object(), *object, "", out.changes);
}

}  // namespace

Received read_delivery(HttpRequest request, std::string_view secret, SteadyTime at) {
  Received out{.request = std::move(request), .verification = {}, .at = at};
  const auto& fields = out.request.fields;
  const auto value = [&](std::string_view name) { return field(fields, name).value_or(""); };
  out.verification = verify(secret, value, out.request.body);
  out.message_id = value("webhook-id");
  json::error_code error;
  const auto body = json::parse(out.request.body, error);
  if (error || !body.is_object()) return out;
  const auto& envelope = body.as_object();
  out.event_name = text_at(envelope, "event_name");
  out.subdomain = text_at(envelope, "subdomain");
  out.institution_id = integer_at(envelope, "institution_id");
  const auto* data = envelope.if_contains("data");
  if (data != nullptr && data->is_object()) read_data(data->as_object(), out);
  return out;
}

void Receiver::set_secret(std::string secret) {
  const std::lock_guard lock(mutex_);
  secret_ = std::move(secret);
}

void Receiver::handle(HttpRequest request, Respond respond) {
  std::string secret;
  {
    const std::lock_guard lock(mutex_);
    secret = secret_;
  }
  on_delivery_(read_delivery(std::move(request), secret, clock_.steady_now()));
  respond({.status = status_, .fields = {}, .body = {}});
}

}  // namespace chartbell
