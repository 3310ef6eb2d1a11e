// Api: the routes of the wire contract, as a function from requests to answers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/ports.h"
#include "api/token.h"
#include "base/clock.h"
#include "model/http_message.h"

namespace chartbell {

// Decides whether deliveries may go to a URL; kInvalid or kAddressRefused, saying why not.
class TargetPolicy {
 public:
  virtual ~TargetPolicy() = default;
  virtual Result<void> accepts(std::string_view url) const = 0;
};

struct ApiParts {
  AccountStore& accounts;
  const SourceBoard& sources;
  TokenMint& tokens;
  const TargetPolicy& targets;
  std::function<std::string()> new_secret_key;
  std::function<std::string()> new_seed;  // of a pair of Ed25519 keys: 32 random bytes
  const Clock& clock;
};

// Thread-safe. Holds nothing of a request once it is answered.
class Api {
 public:
  // All references outlive the Api.
  explicit Api(ApiParts parts);
  ~Api();

  HttpResponse answer(const HttpRequest& request);

 private:
  class Routes;
  std::unique_ptr<Routes> routes_;
};

}  // namespace chartbell
