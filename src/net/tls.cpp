#include "net/tls.h"

#include "base/check.h"
#include "net/address_policy.h"
#include "net/tls_material.h"

namespace chartbell {
namespace {

constexpr std::size_t kSessionsMax = 1024;

// Where an SSL object keeps its TlsLayer.
int layer_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

// RFC 6066 §3: names are indicated, addresses are not.
void expect_host(SSL* connection, const std::string& host) {
  X509_VERIFY_PARAM* expected = SSL_get0_param(connection);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (parse_address(host)) {
    CHECK(X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1);
    return;
  }
  CHECK(X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1);
  CHECK(SSL_set_tlsext_host_name(connection, host.c_str()) == 1);
}

void show(SSL* connection, const TlsIdentity::Material& material) {
  CHECK(SSL_use_certificate(connection, material.certificate.get()) == 1);
  CHECK(SSL_use_PrivateKey(connection, material.key.get()) == 1);
  CHECK(SSL_set1_chain(connection, material.chain.get()) == 1);
}

}  // namespace

TlsLayer::TlsLayer(Socket& socket, TlsClient& owner, const Url& url, const TlsIdentity* identity)
    : stream(socket, owner.context_),
      client(owner),
      session_key(url.authority() + (identity ? ' ' + identity->fingerprint() : "")) {
  SSL* connection = stream.native_handle();
  CHECK(SSL_set_ex_data(connection, layer_slot(), this) == 1);
  expect_host(connection, url.host);
  if (identity) show(connection, identity->material());
  const auto session = client.sessions_.find(session_key);
  if (session != client.sessions_.end()) SSL_set_session(connection, session->second.get());
}

TlsLayer::~TlsLayer() {
  // Without this OpenSSL takes the missing close_notify for a reason not to resume the session.
  SSL_set_shutdown(stream.native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

TlsClient::TlsClient() : context_(asio::ssl::context::tls_client) {
  SSL_CTX* context = context_.native_handle();
  CHECK(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
}

Result<std::unique_ptr<TlsClient>> TlsClient::open(const std::string& trust_file) {
  std::unique_ptr<TlsClient> client(new TlsClient());
  ErrorCode error;
  if (trust_file.empty())
    client->context_.set_default_verify_paths(error);
  else
    client->context_.load_verify_file(trust_file, error);
  if (error)
    return failure(Code::kConfig, "trusted authorities: cannot read " +
                                      (trust_file.empty() ? "the system's store" : trust_file) +
                                      ": " + error.message());
  return client;
}

std::unique_ptr<TlsLayer> TlsClient::layer(Socket& socket, const Url& url,
                                           const TlsIdentity* identity) {
  return std::make_unique<TlsLayer>(socket, *this, url, identity);
}

int TlsClient::keep_session(SSL* connection, SSL_SESSION* session) {
  auto* layer = static_cast<TlsLayer*>(SSL_get_ex_data(connection, layer_slot()));
  auto& sessions = layer->client.sessions_;
  if (sessions.size() >= kSessionsMax && !sessions.contains(layer->session_key))
    sessions.erase(sessions.begin());
  sessions[layer->session_key].reset(session);
  return 1;  // the reference is ours now
}

}  // namespace chartbell
