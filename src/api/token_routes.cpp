// Tokens: made of a key, and made worthless (wire contract §4; docs/api.md, "Tokens").
#include "api/answer.h"
#include "api/routes.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

Result<HttpResponse> authenticate(ApiParts& parts, Call& call) {
  const auto token = parts.tokens.mint(call.account.id, call.account.generation);
  return success(201, "{\"token\":" + json_string(token) + "}", "Authenticated");
}

// Whether there was such a token is not told (RFC 7009 §2.2).
Result<HttpResponse> revoke(ApiParts& parts, Call& call) {
  const auto given = call.parameters.text("token");
  const auto token = given ? parts.tokens.check(*given) : call.token;
  if (!given && !token) return failure(Code::kInvalid, "Missing parameter token");
  if (token && token->account == call.account.id)
    TRY_DO(parts.accounts.revoke_token(token->account, token->id, token->expires_at));
  return success(200, R"({"revoked":true})");
}

constexpr Route kRoutes[] = {
    {"POST", "/authenticates", Access::kAccount, authenticate},
    {"POST", "/api/v1/tokens/revoke", Access::kAccount, revoke},
};

}  // namespace

std::span<const Route> token_routes() {
  return kRoutes;
}

}  // namespace chartbell
