// The table of routes: which call answers what.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/call.h"

namespace chartbell {

// Who may call: anybody; any key; a key that has that scope, or a user whose role has it; a user
// who has signed in, of at least that role (docs/api.md says which routes ask for which).
enum class Access : std::uint8_t {
  kOpen,
  kAccount,
  kRead,
  kWrite,
  kWebhooksRead,
  kWebhooks,
  kOperate,
  kUser,
  kOperator,
  kAdmin,
};
// The scope that a caller must have; nothing where none is asked for.
std::optional<Scope> scope_of(Access access);
// The least role of the users whose route it is; nothing where keys may call, too.
std::optional<Role> role_of(Access access);

// What a body may be: parameters of a kind that Parameters knows and usual length, or
// multipart/form-data that holds a file and nothing else.
enum class Takes : std::uint8_t { kParameters, kForm };

struct Route {
  std::string_view method;
  std::string_view path;  // segments; "{}" stands for an id, "{text}" for any text
  Access access;
  Result<HttpResponse> (*answer)(ApiParts& parts, Call& call);
  // In place of `answer` where it is null: responds now or later, unless it returns an error.
  // Nothing of the call is there any more by then.
  Result<void> (*answer_later)(ApiParts& parts, Call& call, Respond respond) = nullptr;
  Takes takes = Takes::kParameters;
};

std::span<const Route> webhook_routes();
std::span<const Route> appointment_reads();
std::span<const Route> record_reads();
std::span<const Route> slot_routes();
std::span<const Route> write_routes();
std::span<const Route> document_routes();
std::span<const Route> form_routes();
std::span<const Route> activity_routes();
std::span<const Route> directory_routes();
std::span<const Route> event_routes();
std::span<const Route> feed_routes();
std::span<const Route> endpoint_routes();
std::span<const Route> delivery_routes();
std::span<const Route> replay_routes();
std::span<const Route> source_routes();
std::span<const Route> push_routes();
std::span<const Route> booking_routes();
std::span<const Route> openapi_routes();
std::span<const Route> token_routes();
std::span<const Route> session_routes();
std::span<const Route> second_factor_routes();
std::span<const Route> user_routes();
std::span<const Route> key_routes();
std::span<const Route> audit_routes();

// Of all groups. Where two patterns fit a path, the first one answers.
std::vector<Route> all_routes();

}  // namespace chartbell
