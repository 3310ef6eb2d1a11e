// TlsClient: one OpenSSL context for all connections of a client, and the sessions to resume.
//
// TLS 1.2 or newer; the certificate must chain to the trust store and carry the URL's host.
// Sessions are kept per host, port and identity: a full handshake costs as much as dozens of
// deliveries.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "net/asio.h"
#include "net/tls_identity.h"
#include "net/url.h"

namespace chartbell {

class TlsClient;

// The TLS half of one connection. Destroyed before its socket.
struct TlsLayer {
  TlsLayer(Socket& socket, TlsClient& client, const Url& url, const TlsIdentity* identity);
  ~TlsLayer();
  TlsLayer(const TlsLayer&) = delete;
  TlsLayer& operator=(const TlsLayer&) = delete;

  TlsStream stream;
  TlsClient& client;
  const std::string session_key;
};

class TlsClient {
 public:
  // kConfig when the trust file (or the system's store, where it is empty) cannot be read.
  static Result<std::unique_ptr<TlsClient>> open(const std::string& trust_file);

  // Over a connected socket, ready for the client's handshake; without a certificate of ours where
  // `identity` is null. The TlsClient outlives the layer.
  std::unique_ptr<TlsLayer> layer(Socket& socket, const Url& url, const TlsIdentity* identity);

 private:
  friend struct TlsLayer;
  struct FreeSession {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };

  TlsClient();
  static int keep_session(SSL* connection, SSL_SESSION* session);

  asio::ssl::context context_;
  std::unordered_map<std::string, std::unique_ptr<SSL_SESSION, FreeSession>> sessions_;
};

}  // namespace chartbell
