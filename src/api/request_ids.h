// The names of requests: in `X-Request-Id` of each answer, and in the access log.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/http_message.h"

namespace chartbell {

// Random, so that they tell nobody how many requests others make. As thread-safe as its bytes are.
class RequestIds {
 public:
  // `random_bytes` gives eight or more.
  explicit RequestIds(std::function<std::string()> random_bytes)
      : random_bytes_(std::move(random_bytes)) {}

  // The client's own where it is short and plain, or a new one.
  std::string of(const HttpFields& fields);
  std::string next();

 private:
  const std::function<std::string()> random_bytes_;
};

// 1 to 64 letters, digits, dots, underscores and dashes.
bool is_request_id(std::string_view text);

}  // namespace chartbell
