// What became of what was pushed, and bookings, as the JSON of docs/api.md.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/show.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::string_view kStatusNames[] = {"applied", "unchanged", "stale", "conflict",
                                             "refused"};

std::string_view status_name(PushReceipt::Status status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

json::object receipt_object(const PushReceipt& receipt) {
  json::object out;
  out["type"] = text_or_null(receipt.type);
  out["foreign_id"] = text_or_null(receipt.foreign_id);
  out["id"] = receipt.id ? json::value(receipt.id->value) : json::value(nullptr);
  out["status"] = json::string(status_name(receipt.status));
  out["revision"] = receipt.revision;
  return out;
}

}  // namespace

std::string show(const PushReceipt& receipt) {
  return json::serialize(receipt_object(receipt));
}

std::string show_lines(const std::vector<PushReceipt>& receipts) {
  std::int64_t counts[std::size(kStatusNames)] = {};
  json::array lines;
  for (const auto& receipt : receipts) {
    ++counts[static_cast<std::size_t>(receipt.status)];
    json::object line;
    line["line"] = receipt.line;
    for (const auto& [key, value] : receipt_object(receipt)) line[key] = value;
    line["reason"] = text_or_null(receipt.reason);
    lines.push_back(std::move(line));
  }
  json::object out;
  for (std::size_t i = 0; i < std::size(kStatusNames); ++i)
    out[json::string_view(kStatusNames[i])] = counts[i];
  out["lines"] = std::move(lines);
  return json::serialize(out);
}

std::string show(const Booking& booking, const Document& appointment) {
  json::error_code error;
  json::object out;
  out["id"] = booking.appointment.value;
  out["location_id"] = booking.location.value;
  out["status"] = json::string(name(booking.status));
  out["requested_at"] = to_text(booking.requested_at);
  out["decided_at"] =
      booking.decided_at ? json::value(to_text(*booking.decided_at)) : json::value(nullptr);
  out["appointment"] = json::parse(json::string_view(appointment.expose()), error);
  return json::serialize(out);
}

}  // namespace chartbell
