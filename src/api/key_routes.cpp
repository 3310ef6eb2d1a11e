// API keys as admins see them (docs/api.md, "Keys"). They are made, changed and revoked by the
// configuration and the command line; nobody gets a key from here.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/answer.h"
#include "api/json_time.h"
#include "api/routes.h"
#include "api/show.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

std::string show_key(const Account& account) {
  json::array scopes;
  for (const auto scope : kScopes)
    if (account.scopes.has(scope)) scopes.push_back(json::string(name(scope)));
  return json::serialize(json::object{
      {"id", account.id.value},
      {"name", account.name},
      {"institutions", json::array(account.institutions.begin(), account.institutions.end())},
      {"scopes", std::move(scopes)},
      {"created_at", to_text(account.created_at)},
      {"expires_at", time_or_null(account.expires_at)},
      {"revoked_at", time_or_null(account.revoked_at)},
      {"requests_per_second", account.limits.per_second}});
}

Result<HttpResponse> list_keys(ApiParts& parts, Call&) {
  TRY(const auto rows, parts.accounts.accounts());
  return success_list(show_all(rows, show_key), rows.size());
}

constexpr Route kRoutes[] = {{"GET", "/api/v1/keys", Access::kAdmin, list_keys}};

}  // namespace

std::span<const Route> key_routes() {
  return kRoutes;
}

}  // namespace chartbell
