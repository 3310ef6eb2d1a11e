// HttpClient: sends requests over kept-alive HTTP/1.1 connections, plain or TLS.
//
// For each request: resolve the name, vet *every* address by the policy (one refused, all refused),
// connect to a vetted address, compare the peer, verify TLS 1.2+ against the name. Redirects are
// not followed; no proxy variable of the environment is read; bodies are not inflated. One deadline
// covers everything from the resolver to the last byte of the answer's body. A kept-alive
// connection that turns out closed before any byte of the answer came is replaced once by a fresh
// one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/attempt.h"
#include "model/http_message.h"
#include "net/address_policy.h"
#include "net/event_loop.h"
#include "net/tls_identity.h"
#include "net/url.h"

namespace chartbell {

struct ClientOptions {
  AddressPolicy policy{AddressPolicy::Loopback::kRefused};
  // PEM file with the authorities to trust; the system's store when empty.
  std::string trust_file;
  std::size_t answer_bytes_max = std::size_t{64} * 1024;  // head and body; past it the attempt ends
  std::size_t head_bytes_max = std::size_t{16} * 1024;
  std::size_t kept_body_bytes = 1024;    // of the body that is handed on; the rest is dropped
  std::vector<std::string> kept_fields;  // of the head; all when empty
  std::size_t idle_connections_max = 1024;
  Milliseconds idle_age_max{60'000};
  // Of those to servers whose last answer was no 2xx, or none.
  std::size_t idle_suspects_max = 32;
  Milliseconds suspect_age_max{5'000};
};

// What came of one exchange. `failed` is nothing when a whole answer arrived, whatever its status;
// the answer's body is cut to kept_body_bytes.
struct Exchange {
  std::optional<OutcomeClass> failed{};
  HttpResponse answer{};
  Microseconds latency{0};  // from send() to the end
  bool sent = false;        // some of the request may have reached the server
};

class Resolver;

// Where POSTs go, with the part of their heads that never changes; prepared once for many.
class HttpTarget;
using HttpTargetPtr = std::shared_ptr<const HttpTarget>;
// `fields` must hold no control characters (CHECKed).
HttpTargetPtr post_target(const Url& url, const HttpFields& fields,
                          TlsIdentityPtr identity = nullptr);

class HttpClient {
 public:
  using Done = std::function<void(Exchange)>;

  // kConfig when the trust file cannot be read. `loop` and `clock` outlive the client.
  static Result<std::unique_ptr<HttpClient>> open(EventLoop& loop, const Clock& clock,
                                                  ClientOptions options);
  // The same with a resolver of the caller's: see net/resolver.h.
  static Result<std::unique_ptr<HttpClient>> open_with(EventLoop& loop, const Clock& clock,
                                                       ClientOptions options,
                                                       std::unique_ptr<Resolver> resolver);
  // From any thread. Ends what is under way as kNotConnected, before it returns.
  ~HttpClient();

  // On the loop's thread. `done` is called on it exactly once, within `deadline` + 1 s and never
  // from inside send(). The target is the URL's, whatever the request says. `fields` are written as
  // they are, after Host and before Content-Length; their names and values must hold no control
  // characters (CHECKed). A receiver that asks for a certificate is shown `identity`; connections
  // are shared by requests of one identity alone.
  void send(const Url& url, HttpRequest request, Milliseconds deadline, Done done,
            TlsIdentityPtr identity = nullptr);
  // The same for a prepared target. `field_lines` are complete lines, each with its CRLF, and
  // sound.
  void post(const HttpTargetPtr& target, std::string_view field_lines, std::string_view body,
            Milliseconds deadline, Done done);

 private:
  class Impl;
  explicit HttpClient(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

// One request on a loop of its own, for command lines: waits for the answer. The whole body up to
// answer_bytes_max is kept.
Exchange fetch(const Clock& clock, ClientOptions options, const Url& url, HttpRequest request,
               Milliseconds deadline);

}  // namespace chartbell
