#include "api/subscription_input.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr std::size_t kLocationsMax = 500;

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

// A JSON array, or the bare number of a form.
Result<json::array> ids_in(const std::string& text) {
  json::error_code error;
  const auto parsed = json::parse(json::string_view(text), error);
  if (!error && parsed.is_int64()) return json::array{parsed};
  if (error || !parsed.is_array() || parsed.as_array().size() > kLocationsMax)
    return invalid("location_ids must be an array of ids, " + std::to_string(kLocationsMax) +
                   " at most");
  return parsed.as_array();
}

}  // namespace

Result<std::optional<Ordering>> ordering_of(const Parameters& parameters) {
  if (parameters.is_null("ordering")) return std::optional(Ordering::kNone);
  const auto given = parameters.text("ordering");
  if (!given) return std::optional<Ordering>();
  if (*given == "none") return std::optional(Ordering::kNone);
  if (*given == "resource") return std::optional(Ordering::kResource);
  return invalid("ordering must be none or resource");
}

Result<std::optional<std::vector<LocationId>>> locations_of(const Parameters& parameters,
                                                            const Institution& institution) {
  std::vector<LocationId> out;
  if (parameters.is_null("location_ids")) return std::optional(out);
  const auto given = parameters.text("location_ids");
  if (!given) return std::optional<std::vector<LocationId>>();
  TRY(const auto ids, ids_in(*given));
  for (const auto& value : ids) {
    const LocationId id{value.is_int64() ? value.as_int64() : 0};
    const auto& known = institution.locations;
    if (std::ranges::find(known, id, &Location::id) == known.end())
      return invalid("location_ids: not a location of " + institution.subdomain);
    if (std::ranges::find(out, id) == out.end()) out.push_back(id);
  }
  return std::optional(std::move(out));
}

Result<SubscriptionOptions> subscription_options(const Parameters& parameters,
                                                 const Institution& institution) {
  SubscriptionOptions out;
  TRY(const auto ordering, ordering_of(parameters));
  TRY(auto locations, locations_of(parameters, institution));
  TRY(const auto notify_red, parameters.boolean("notify_red"));
  out.ordering = ordering.value_or(out.ordering);
  out.locations = std::move(locations).value_or(std::vector<LocationId>());
  out.notify_red = notify_red.value_or(false);
  return out;
}

}  // namespace chartbell
