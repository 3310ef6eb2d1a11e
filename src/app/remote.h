// Remote: a running server as its command line sees it: JSON over its own API.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace chartbell {

struct RemoteArguments {
  std::string url = "http://127.0.0.1:8040";
  std::string key;
  bool json = false;  // prints what the server said instead of tables
};

class Remote {
 public:
  explicit Remote(const RemoteArguments& arguments) : arguments_(arguments) {}

  // The whole answer. kUnreachable, kUnauthorized or kInvalid with the server's own words; `body`
  // is JSON text, or empty.
  Result<std::string> ask(std::string_view method, const std::string& path,
                          std::string body = {}) const;

 private:
  const RemoteArguments& arguments_;
  const SystemClock clock_{};
};

}  // namespace chartbell
