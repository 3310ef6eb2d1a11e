// Api: the routes of the wire contract and of docs/api.md, as a function from requests to answers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/event_feed.h"
#include "api/ports.h"
#include "api/token.h"
#include "base/clock.h"
#include "model/http_message.h"

namespace chartbell {

class SignIn;

// Decides whether deliveries may go to a URL; kInvalid or kAddressRefused, saying why not.
class TargetPolicy {
 public:
  virtual ~TargetPolicy() = default;
  virtual Result<void> accepts(std::string_view url) const = 0;
};

struct ApiParts {
  AccountStore& accounts;
  SourceBoard& sources;
  TokenMint& tokens;
  const TargetPolicy& targets;
  std::function<std::string()> new_secret_key;
  std::function<std::string()> new_seed;  // 32 random bytes: a pair of Ed25519 keys, a request's id
  const Clock& clock;
  std::string store_tag;  // in event ids
  EventArchive& events;
  DeliveryBook& deliveries;
  ReplayBook& replays;
  RecordBook& records;
  WriteDesk& writes;
  FileBook& files;
  const HealthSource& health;
  EventFeed& feed;
  bool access_log = false;         // a line a request
  int wrong_keys_per_minute = 10;  // of one address, before it is told to wait; 0: any number
  TestSender* tests = nullptr;     // without one, test events are answered by 503
  std::shared_ptr<std::atomic<int>> tests_under_way = std::make_shared<std::atomic<int>>(0);
  PushDesk* pushes = nullptr;  // without these, nothing is pushed and no book is kept
  BookDesk* books = nullptr;
  BookingList* bookings = nullptr;
  FormDesk* forms = nullptr;
  SignIn* sign_in = nullptr;  // without it there are no users
};

using Respond = std::function<void(HttpResponse)>;

// Thread-safe. Holds nothing of a request once it is answered. Some answers come later: see
// event_feed.h.
class Api {
 public:
  // All references outlive the Api.
  explicit Api(ApiParts parts);
  ~Api();

  // `respond` is called once, on this thread or later on the feed's or the test sender's.
  void answer(const HttpRequest& request, Respond respond);
  // For a request that broke HTTP before it could be read.
  HttpResponse refused_unread(int status, std::string_view reason);

  // Whether a request of this head may have a body of several MiB: only where its route takes files
  // and its caller may use it. Nothing, or the status and reason why not.
  struct Refused {
    int status;
    std::string_view reason;
  };
  std::optional<Refused> refuses_large(const HttpRequest& head);

 private:
  class Routes;
  std::unique_ptr<Routes> routes_;
};

}  // namespace chartbell
