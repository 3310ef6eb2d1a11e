#include "net/tls.h"

#include <algorithm>
#include <cstring>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "net/address_policy.h"
#include "net/tls_material.h"

namespace chartbell {
namespace {

constexpr std::size_t kSessionsMax = 1024;
constexpr std::size_t kReadAtOnce = 4096;
// What a connection keeps for its next records.
constexpr std::size_t kSpaceKept = 8192;

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

void empty(std::string& bytes) {
  bytes.clear();
  if (bytes.capacity() > kSpaceKept) bytes.shrink_to_fit();
}

}  // namespace

struct TlsLayer::Pipe {
  static TlsLayer& of(BIO* bio) { return *static_cast<TlsLayer*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* bytes, int length) {
    of(bio).outgoing_.append(bytes, static_cast<std::size_t>(length));
    return length;
  }

  static int read(BIO* bio, char* bytes, int length) {
    auto& layer = of(bio);
    const auto there = layer.incoming_.size() - layer.taken_;
    const auto taken = std::min(there, static_cast<std::size_t>(length));
    BIO_clear_retry_flags(bio);
    if (taken == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    std::memcpy(bytes, layer.incoming_.data() + layer.taken_, taken);
    layer.taken_ += taken;
    if (taken == there) {
      layer.taken_ = 0;
      empty(layer.incoming_);
    }
    return static_cast<int>(taken);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      auto* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "chartbell");
      CHECK(fresh != nullptr);
      BIO_meth_set_write(fresh, write);
      BIO_meth_set_read(fresh, read);
      BIO_meth_set_ctrl(fresh, control);
      return fresh;
    }();
    return made;
  }
};

TlsLayer::TlsLayer(TlsClient& client, const Url& url, const TlsIdentity* identity)
    : client_(client),
      session_key_(url.authority() + (identity ? ' ' + identity->fingerprint() : "")),
      ssl_(SSL_new(client.context_.get())) {
  SSL* connection = ssl_.get();
  BIO* pipe = BIO_new(Pipe::method());
  CHECK(connection != nullptr && pipe != nullptr);
  BIO_set_data(pipe, this);
  BIO_set_init(pipe, 1);
  SSL_set_bio(connection, pipe, pipe);
  SSL_set_connect_state(connection);
  CHECK(SSL_set_ex_data(connection, layer_slot(), this) == 1);
  expect_host(connection, url.host);
  if (identity) show(connection, identity->material());
  const auto session = client.sessions_.find(session_key_);
  if (session != client.sessions_.end()) SSL_set_session(connection, session->second.get());
}

TlsLayer::~TlsLayer() {
  // Without this OpenSSL takes the missing close_notify for a reason not to resume the session.
  SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

TlsLayer::Handshake TlsLayer::shake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return Handshake::kDone;
  return SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ ? Handshake::kGoing
                                                                  : Handshake::kFailed;
}

bool TlsLayer::write(std::string_view text) {
  ERR_clear_error();
  std::size_t written = 0;
  return SSL_write_ex(ssl_.get(), text.data(), text.size(), &written) == 1 &&
         written == text.size();
}

TlsLayer::Reading TlsLayer::read(beast::flat_buffer& text) {
  ERR_clear_error();
  while (true) {
    std::size_t bytes = 0;
    if (SSL_read_ex(ssl_.get(), text.prepare(kReadAtOnce).data(), kReadAtOnce, &bytes) == 1) {
      text.commit(bytes);
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), 0);
    if (error == SSL_ERROR_WANT_READ) return Reading::kOpen;
    return error == SSL_ERROR_ZERO_RETURN ? Reading::kClosed : Reading::kFailed;
  }
}

void TlsLayer::sent(std::size_t bytes) {
  sent_ += bytes;
  if (sent_ < outgoing_.size()) return;
  sent_ = 0;
  empty(outgoing_);
}

TlsClient::TlsClient() : context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX* context = context_.get();
  CHECK(context != nullptr);
  CHECK(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
}

Result<std::unique_ptr<TlsClient>> TlsClient::open(const std::string& trust_file) {
  std::unique_ptr<TlsClient> client(new TlsClient());
  ERR_clear_error();
  const int loaded = trust_file.empty()
                         ? SSL_CTX_set_default_verify_paths(client->context_.get())
                         : SSL_CTX_load_verify_file(client->context_.get(), trust_file.c_str());
  if (loaded == 1) return client;
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return failure(Code::kConfig, "trusted authorities: cannot read " +
                                    (trust_file.empty() ? "the system's store" : trust_file) +
                                    ": " + (reason == nullptr ? "no certificate in it" : reason));
}

std::unique_ptr<TlsLayer> TlsClient::layer(const Url& url, const TlsIdentity* identity) {
  return std::make_unique<TlsLayer>(*this, url, identity);
}

int TlsClient::keep_session(SSL* connection, SSL_SESSION* session) {
  auto* layer = static_cast<TlsLayer*>(SSL_get_ex_data(connection, layer_slot()));
  auto& sessions = layer->client_.sessions_;
  if (sessions.size() >= kSessionsMax && !sessions.contains(layer->session_key_))
    sessions.erase(sessions.begin());
  sessions[layer->session_key_].reset(session);
  return 1;  // the reference is ours now
}

}  // namespace chartbell
