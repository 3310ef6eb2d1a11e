// TlsClient: one OpenSSL context for all connections of a client, and the sessions to resume.
//
// TLS 1.2 or newer; the certificate must chain to the trust store and carry the URL's host.
// Sessions are kept per host, port and identity: a full handshake costs as much as dozens of
// deliveries.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <openssl/ssl.h>

#include "base/result.h"
#include "net/asio.h"
#include "net/tls_identity.h"
#include "net/url.h"

namespace chartbell {

class TlsClient;

// The TLS half of one connection: bytes in, bytes out, no socket of its own. What it has for the
// other side stands in outgoing() until sent() says that it went.
class TlsLayer {
 public:
  enum class Handshake : std::uint8_t { kGoing, kDone, kFailed };
  enum class Reading : std::uint8_t { kOpen, kClosed, kFailed };

  TlsLayer(TlsClient& client, const Url& url, const TlsIdentity* identity);
  ~TlsLayer();
  TlsLayer(const TlsLayer&) = delete;
  TlsLayer& operator=(const TlsLayer&) = delete;

  // A step of the handshake with what came in so far. Also a failed one may leave an alert.
  Handshake shake();
  // After the handshake. Makes records of the text; false when the connection is broken.
  bool write(std::string_view text);
  // Bytes from the other side.
  void take_in(std::string_view bytes) { incoming_.append(bytes); }
  // Appends what can be read of them.
  Reading read(beast::flat_buffer& text);
  std::string_view outgoing() const { return std::string_view(outgoing_).substr(sent_); }
  void sent(std::size_t bytes);

 private:
  friend class TlsClient;
  struct Free {
    void operator()(SSL* connection) const { SSL_free(connection); }
  };
  struct Pipe;  // what OpenSSL takes for a socket

  TlsClient& client_;
  const std::string session_key_;
  std::string incoming_;
  std::size_t taken_ = 0;  // of incoming_, by OpenSSL
  std::string outgoing_;
  std::size_t sent_ = 0;  // of outgoing_
  const std::unique_ptr<SSL, Free> ssl_;
};

class TlsClient {
 public:
  // kConfig when the trust file (or the system's store, where it is empty) cannot be read.
  static Result<std::unique_ptr<TlsClient>> open(const std::string& trust_file);

  // Ready for the client's handshake; without a certificate of ours where `identity` is null. The
  // TlsClient outlives the layer.
  std::unique_ptr<TlsLayer> layer(const Url& url, const TlsIdentity* identity);

 private:
  friend class TlsLayer;
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };

  TlsClient();
  static int keep_session(SSL* connection, SSL_SESSION* session);

  const std::unique_ptr<SSL_CTX, Free> context_;
  std::unordered_map<std::string, std::unique_ptr<SSL_SESSION, Free>> sessions_;
};

}  // namespace chartbell
