// RestCaller over the HTTP client: a record system's interface at an address of the operator's.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "source/ports.h"

namespace chartbell {

// Its calls are made on `loop`. Each has a connection of its own: one that was kept might turn out
// closed, and whether the call was done then would be a guess.
class HttpRestCaller final : public RestCaller {
 public:
  // `authorization` is the header's whole value. kConfig for a URL or a value that is none, and for
  // http to another machine: patient data would go in clear. `loop` and `clock` outlive it.
  static Result<std::unique_ptr<HttpRestCaller>> open(EventLoop& loop, const Clock& clock,
                                                      const std::string& url,
                                                      std::string authorization);
  // From any thread but the loop's; what is under way is not answered any more.
  ~HttpRestCaller() override;

  void call(RestCall call, std::function<void(RestAnswer)> done) override;
  const std::string& shown_url() const override { return shown_; }

 private:
  HttpRestCaller(EventLoop& loop, std::string shown, std::string authorization);

  EventLoop& loop_;
  const std::string shown_;
  const std::string authorization_;
  std::shared_ptr<HttpClient> client_;
};

}  // namespace chartbell
