// Endpoints and their subscriptions (wire contract §3).
#include <algorithm>

#include "api/answer.h"
#include "api/endpoint_options_input.h"
#include "api/endpoint_view.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/subscription_input.h"

namespace chartbell {
namespace {

constexpr std::int64_t kOverlapSecondsMax = 7 * 86'400;
constexpr std::int64_t kOverlapSeconds = 86'400;

const auto kShowSubscription = [](const Subscription& row) { return show(row); };

EndpointId endpoint_id(const Call& call) {
  return {call.ids.at(0)};
}
SubscriptionId subscription_id(const Call& call) {
  return {call.ids.at(1)};
}

Result<HttpResponse> list_endpoints(ApiParts& parts, Call& call) {
  TRY(const auto active, call.parameters.boolean("active"));
  TRY(auto rows, parts.accounts.endpoints(call.account.id));
  std::erase_if(rows, [&](const Endpoint& row) { return active && row.active != *active; });
  const auto show_one = [&](const Endpoint& row) { return show(seen_by(call.account, row)); };
  return success_list(show_all(rows, show_one), rows.size());
}

Result<HttpResponse> create_endpoint(ApiParts& parts, Call& call) {
  TRY(auto url, call.parameters.required("target_url"));
  TRY_DO(parts.targets.accepts(url));
  TRY(const auto active, call.parameters.boolean("active"));
  TRY(const auto edit, options_edit(call.parameters, parts.new_seed));
  EndpointOptions options;
  if (edit) edit(options);
  TRY(const auto row,
      parts.accounts.create_endpoint(call.account.id, std::move(url), active.value_or(true),
                                     parts.new_secret_key(), std::move(options)));
  return success(201, show(row));
}

Result<HttpResponse> change_endpoint(ApiParts& parts, Call& call) {
  EndpointChange change{.target_url = call.parameters.text("target_url"), .active = {}};
  if (change.target_url) TRY_DO(parts.targets.accepts(*change.target_url));
  TRY(change.active, call.parameters.boolean("active"));
  TRY(change.options, options_edit(call.parameters, parts.new_seed));
  TRY(const auto row, parts.accounts.change_endpoint(call.account.id, endpoint_id(call), change));
  return success(200, show(row));
}

Result<HttpResponse> rotate_secret(ApiParts& parts, Call& call) {
  TRY(const auto overlap, call.parameters.integer_in("overlap_seconds", 0, kOverlapSecondsMax));
  const std::chrono::seconds along(overlap.value_or(kOverlapSeconds));
  TRY(const auto row,
      parts.accounts.rotate_secret(call.account.id, endpoint_id(call), parts.new_secret_key(),
                                   parts.clock.now() + along));
  return success(200, show(row));
}

Result<HttpResponse> delete_endpoint(ApiParts& parts, Call& call) {
  TRY_DO(parts.accounts.delete_endpoint(call.account.id, endpoint_id(call)));
  return no_content();
}

bool filtered_out(const Subscription& row, const Call& call,
                  const std::optional<InstitutionId>& institution) {
  const auto type = call.parameters.text("resource_type");
  const auto event = call.parameters.text("event");
  return (institution && row.institution != *institution) ||
         (type && canonical_resource_type(*type) != row.topic.resource_type()) ||
         (event && *event != row.topic.event());
}

Result<HttpResponse> list_subscriptions(ApiParts& parts, Call& call) {
  std::optional<InstitutionId> institution;
  if (call.parameters.text("subdomain")) {
    TRY(const auto named, institution_of(call, parts.accounts));
    institution = named.id;
  }
  TRY(auto rows, parts.accounts.subscriptions(call.account.id, endpoint_id(call)));
  std::erase_if(rows, [&](const auto& row) { return filtered_out(row, call, institution); });
  return success_list(show_all(rows, kShowSubscription), rows.size());
}

Result<HttpResponse> create_subscription(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(const auto resource_type, call.parameters.required("resource_type"));
  TRY(const auto event, call.parameters.required("event"));
  const auto topic = Topic::of(resource_type, event);
  if (!topic)
    return failure(Code::kInvalid, "No event " + event + " of resource_type " + resource_type);
  TRY(const auto active, call.parameters.boolean("active"));
  TRY(auto options, subscription_options(call.parameters, institution));
  TRY(const auto made,
      parts.accounts.create_subscription(call.account.id, endpoint_id(call), institution.id, *topic,
                                         active.value_or(true), std::move(options)));
  return success(201, show(made));
}

// The institution of a subscription; nothing where there is none of that id.
Result<std::optional<Institution>> institution_of_subscription(ApiParts& parts, const Call& call) {
  TRY(const auto rows, parts.accounts.subscriptions(call.account.id, endpoint_id(call)));
  const auto row = std::ranges::find(rows, subscription_id(call), &Subscription::id);
  if (row == rows.end()) return std::optional<Institution>();
  TRY(auto institutions, parts.accounts.institutions());
  const auto found = std::ranges::find(institutions, row->institution, &Institution::id);
  if (found == institutions.end()) return std::optional<Institution>();
  return std::optional(std::move(*found));
}

Result<HttpResponse> change_subscription(ApiParts& parts, Call& call) {
  SubscriptionChange change;
  TRY(change.active, call.parameters.boolean("active"));
  TRY(const auto target, call.parameters.integer("new_endpoint_id"));
  if (target) change.endpoint = EndpointId{*target};
  TRY(change.ordering, ordering_of(call.parameters));
  TRY(change.notify_red, call.parameters.boolean("notify_red"));
  if (call.parameters.text("location_ids") || call.parameters.is_null("location_ids")) {
    TRY(const auto institution, institution_of_subscription(parts, call));
    if (!institution) return failure(Code::kNotFound, "Subscription not found");
    TRY(change.locations, locations_of(call.parameters, *institution));
  }
  TRY(const auto row, parts.accounts.change_subscription(call.account.id, endpoint_id(call),
                                                         subscription_id(call), change));
  return success(200, show(row));
}

Result<HttpResponse> delete_subscription(ApiParts& parts, Call& call) {
  TRY_DO(parts.accounts.delete_subscription(call.account.id, endpoint_id(call),
                                            subscription_id(call)));
  return no_content();
}

constexpr Route kRoutes[] = {
    {"GET", "/webhook_endpoints", Access::kWebhooksRead, list_endpoints},
    {"POST", "/webhook_endpoints", Access::kWebhooks, create_endpoint},
    {"PATCH", "/webhook_endpoints/{}", Access::kWebhooks, change_endpoint},
    {"DELETE", "/webhook_endpoints/{}", Access::kWebhooks, delete_endpoint},
    {"POST", "/webhook_endpoints/{}/rotate_secret", Access::kWebhooks, rotate_secret},
    {"GET", "/webhook_endpoints/{}/webhook_subscriptions", Access::kWebhooksRead,
     list_subscriptions},
    {"POST", "/webhook_endpoints/{}/webhook_subscriptions", Access::kWebhooks, create_subscription},
    {"PATCH", "/webhook_endpoints/{}/webhook_subscriptions/{}", Access::kWebhooks,
     change_subscription},
    {"DELETE", "/webhook_endpoints/{}/webhook_subscriptions/{}", Access::kWebhooks,
     delete_subscription},
};

}  // namespace

std::span<const Route> webhook_routes() {
  return kRoutes;
}

}  // namespace chartbell
