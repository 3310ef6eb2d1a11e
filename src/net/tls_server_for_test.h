// Certificates made on the spot, and a TLS server on loopback that shows them.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/raw_socket_for_test.h"

namespace chartbell {

struct FreeOpenSsl {
  void operator()(X509* x) const { X509_free(x); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using OpenSsl = std::unique_ptr<T, FreeOpenSsl>;

struct Identity {
  OpenSsl<EVP_PKEY> key;
  OpenSsl<X509> certificate;
};

struct CertificateOptions {
  std::string alternative_names;  // "DNS:good.test,IP:127.0.0.1"; an authority where empty
  long valid_from_s = -3600;      // from now
  long valid_to_s = 3600;
};

inline void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Signed by `issuer`, or by itself.
inline Identity make_identity(const CertificateOptions& options, const Identity* issuer = nullptr) {
  Identity made{OpenSsl<EVP_PKEY>(EVP_EC_gen("P-256")), OpenSsl<X509>(X509_new())};
  X509* certificate = made.certificate.get();
  X509* signer = issuer ? issuer->certificate.get() : certificate;
  static long serial = 0;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), options.valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), options.valid_to_s);
  const std::string name = (issuer ? "leaf " : "authority ") + std::to_string(serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  X509_set_pubkey(certificate, made.key.get());
  if (options.alternative_names.empty())
    add_extension(certificate, signer, NID_basic_constraints, "critical,CA:TRUE");
  else
    add_extension(certificate, signer, NID_subject_alt_name, options.alternative_names);
  X509_sign(certificate, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

inline std::string pem_of(const OpenSsl<BIO>& bio) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}
inline std::string to_pem(X509* certificate) {
  const OpenSsl<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return pem_of(bio);
}
inline std::string to_pem(EVP_PKEY* key, const std::string& password = "") {
  const OpenSsl<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, password.empty() ? nullptr : EVP_aes_256_cbc(),
                                password.data(), static_cast<int>(password.size()), nullptr,
                                nullptr);
  return pem_of(bio);
}

// A PEM file with one authority, gone with this object.
class TrustFile {
 public:
  explicit TrustFile(const Identity& authority) {
    std::string pattern = (std::filesystem::temp_directory_path() / "trust-XXXXXX").string();
    ::close(::mkstemp(pattern.data()));
    path_ = pattern;
    const OpenSsl<BIO> file(BIO_new_file(path_.c_str(), "w"));
    PEM_write_bio_X509(file.get(), authority.certificate.get());
  }
  TrustFile(const TrustFile&) = delete;
  TrustFile& operator=(const TrustFile&) = delete;
  ~TrustFile() { std::filesystem::remove(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Answers each request with `answer` and keeps the connection as long as `per_connection` says.
class TlsServer {
 public:
  struct Options {
    std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    int per_connection = 1000;
    int version_max = TLS1_3_VERSION;
    int chain_copies = 0;              // of its certificate, sent behind it
    X509* client_authority = nullptr;  // where set, clients must show a certificate of it
    std::size_t request_bytes = 1;     // so many are read before it answers
    std::size_t record_bytes = 16384;  // of the answer in one record
  };

  TlsServer(Options options, const Identity& identity)
      : options_(std::move(options)),
        context_(SSL_CTX_new(TLS_server_method())),
        server_([this](RawSocket& socket, int) { serve(socket); }) {
    std::signal(SIGPIPE, SIG_IGN);                  // SSL_write knows no MSG_NOSIGNAL
    SSL_CTX_set_security_level(context_.get(), 0);  // else TLS 1.1 cannot be offered
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), options_.version_max);
    SSL_CTX_use_certificate(context_.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key.get());
    if (options_.client_authority) {
      SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                         nullptr);
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), options_.client_authority);
      SSL_CTX_set_session_id_context(context_.get(), reinterpret_cast<const unsigned char*>("t"),
                                     1);
    }
    for (int i = 0; i < options_.chain_copies; ++i)
      SSL_CTX_add1_chain_cert(context_.get(), identity.certificate.get());
  }

  std::uint16_t port() const { return server_.port(); }
  int connections() const { return server_.connections(); }
  int requests() const { return requests_; }
  int resumed() const { return resumed_; }
  // Of the last handshake; read it between requests only.
  const std::string& name_indicated() const { return name_indicated_; }
  // The subject of the client's certificate, empty without one.
  const std::string& client() const { return client_; }

 private:
  void serve(const RawSocket& socket) {
    const OpenSsl<SSL> connection(SSL_new(context_.get()));
    SSL_set_fd(connection.get(), socket.descriptor());
    if (SSL_accept(connection.get()) != 1) return;
    resumed_ += SSL_session_reused(connection.get());
    const char* name = SSL_get_servername(connection.get(), TLSEXT_NAMETYPE_host_name);
    name_indicated_ = name ? name : "";
    const OpenSsl<X509> shown(SSL_get1_peer_certificate(connection.get()));
    char subject[256] = "";
    if (shown) X509_NAME_oneline(X509_get_subject_name(shown.get()), subject, sizeof subject);
    client_ = subject;
    for (int i = 0; i < options_.per_connection; ++i) {
      if (!read_request(connection.get())) return;
      ++requests_;
      answer(connection.get());
    }
  }

  bool read_request(SSL* connection) const {
    char bytes[16384];
    for (std::size_t there = 0; there < options_.request_bytes;) {
      const int length = SSL_read(connection, bytes, sizeof bytes);
      if (length <= 0) return false;
      there += static_cast<std::size_t>(length);
    }
    return true;
  }

  void answer(SSL* connection) const {
    for (std::size_t at = 0; at < options_.answer.size(); at += options_.record_bytes) {
      const auto part = std::string_view(options_.answer).substr(at, options_.record_bytes);
      if (SSL_write(connection, part.data(), static_cast<int>(part.size())) <= 0) return;
    }
  }

  const Options options_;
  const OpenSsl<SSL_CTX> context_;
  std::atomic<int> requests_ = 0;
  std::atomic<int> resumed_ = 0;
  std::string name_indicated_;
  std::string client_;
  RawServer server_;
};

}  // namespace chartbell
