// The table of routes: which call answers what.
#pragma once

#include <span>
#include <string_view>

#include "api/api.h"
#include "api/call.h"

namespace chartbell {

// Whether a call must say who it is.
enum class Access : std::uint8_t { kOpen, kAccount };

struct Route {
  std::string_view method;
  std::string_view path;  // segments; "{}" stands for an id
  Access access;
  Result<HttpResponse> (*answer)(ApiParts& parts, Call& call);
};

std::span<const Route> webhook_routes();
std::span<const Route> directory_routes();

}  // namespace chartbell
