#include "api/endpoint_view.h"

#include <algorithm>

#include "api/show.h"
#include "api/show_delivery.h"

namespace chartbell {

Endpoint seen_by(const Account& account, Endpoint endpoint) {
  if (account.scopes.has(Scope::kWebhooks)) return endpoint;
  endpoint.secret_key.clear();
  for (auto& [name, value] : endpoint.options.headers) value.clear();
  return endpoint;
}

Result<std::string> show_endpoint(ApiParts& parts, const Account& account, const Endpoint& row) {
  TRY(const auto waiting, parts.deliveries.waiting(row));
  return show_whole(seen_by(account, row), show_health(row, parts.health.stats(row.id), waiting));
}

Result<EndpointPage> show_endpoints(ApiParts& parts, const Account& account, EndpointId after,
                                    std::size_t limit) {
  TRY(auto rows, parts.accounts.endpoints(account.id));
  std::erase_if(rows, [&](const Endpoint& row) { return row.id <= after; });
  EndpointPage out;
  if (rows.size() > limit) out.last = rows.at(limit - 1).id;
  rows.resize(std::min(rows.size(), limit));
  std::vector<std::string> shown;
  for (const auto& row : rows) {
    TRY(auto one, show_endpoint(parts, account, row));
    shown.push_back(std::move(one));
  }
  out.count = shown.size();
  out.rows = show_all(shown, [](const std::string& row) { return row; });
  return out;
}

}  // namespace chartbell
