// DemoClient: speaks to the demo's service as any of its users would, through its public API.
#pragma once

#include <string>

#include <boost/json/fwd.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "model/http_message.h"

namespace chartbell {

class DemoClient {
 public:
  DemoClient(const Clock& clock, std::string base, std::string key)
      : clock_(clock), base_(std::move(base)), authorization_(std::move(key)) {}

  // The answer's JSON. kUnreachable without an answer, kRefused with one of 300 and more.
  Result<boost::json::object> call(std::string method, const std::string& path, std::string body);
  // The first of a list that is still with the practice.
  Result<boost::json::object> first(const std::string& path);
  // Trades the key for a token.
  Result<void> authenticate();

 private:
  const Clock& clock_;
  const std::string base_;
  std::string authorization_;
};

// A member that is a text.
std::string text_of(const boost::json::object& object, std::string_view name);

// One request to this machine, whatever the answer is. kUnreachable without one.
Result<HttpResponse> ask_here(const Clock& clock, const std::string& url, HttpRequest request);

}  // namespace chartbell
