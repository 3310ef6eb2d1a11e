#include "api/call.h"

#include <algorithm>

namespace chartbell {

bool Account::may_see(std::string_view subdomain) const {
  return std::ranges::any_of(institutions, [&](const std::string& allowed) {
    return allowed == "*" || allowed == subdomain;
  });
}

WireVersion wire_version(const HttpFields& fields) {
  const auto named = field(fields, "nex-api-version");
  // "v20240412" is an edition of v3.
  if (!named || named == "v2" || named->starts_with("v2.")) return WireVersion::kV2;
  return WireVersion::kV3;
}

Result<std::vector<Institution>> visible_institutions(const Call& call, AccountStore& accounts) {
  TRY(auto all, accounts.institutions());
  std::erase_if(all, [&](const Institution& institution) {
    return !call.account.may_see(institution.subdomain);
  });
  return all;
}

Result<std::vector<InstitutionId>> wanted_institutions(const Call& call, AccountStore& accounts) {
  std::vector<InstitutionId> out;
  if (call.parameters.text("subdomain")) {
    TRY(const auto named, institution_of(call, accounts));
    out.push_back(named.id);
    return out;
  }
  TRY(const auto visible, visible_institutions(call, accounts));
  for (const auto& institution : visible) out.push_back(institution.id);
  return out;
}

Result<Institution> institution_of(const Call& call, AccountStore& accounts) {
  TRY(const auto subdomain, call.parameters.required("subdomain"));
  TRY(auto visible, visible_institutions(call, accounts));
  const auto found = std::ranges::find(visible, subdomain, &Institution::subdomain);
  if (found == visible.end()) return failure(Code::kForbidden, "No access to this subdomain");
  return std::move(*found);
}

}  // namespace chartbell
