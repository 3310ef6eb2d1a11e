// Call: one request on its way through a route.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/parameters.h"
#include "api/ports.h"
#include "api/session_desk.h"
#include "api/token.h"
#include "base/result.h"
#include "model/http_message.h"

namespace chartbell {

// Which edition of the vendor's wire the client speaks; without any header it is v2.
enum class WireVersion : std::uint8_t { kV2, kV3 };
WireVersion wire_version(const HttpFields& fields);

struct Call {
  const HttpRequest& request;
  Parameters parameters;
  std::vector<std::int64_t> ids;   // the numbers in the path, in order
  std::vector<std::string> texts;  // the texts in the path, in order
  Account account;
  std::optional<Token> token{};    // where the account came with one
  std::optional<SignedIn> user{};  // where a browser asks
  WireVersion version = WireVersion::kV2;
};

// The institution that `subdomain` names. kInvalid when it is missing; kForbidden, without a hint
// at whether it exists, when the account may not see it.
Result<Institution> institution_of(const Call& call, AccountStore& accounts);
// The institutions that the account may see.
Result<std::vector<Institution>> visible_institutions(const Call& call, AccountStore& accounts);
// The one that `subdomain` names, or where it is missing all that the account may see.
Result<std::vector<InstitutionId>> wanted_institutions(const Call& call, AccountStore& accounts);

}  // namespace chartbell
