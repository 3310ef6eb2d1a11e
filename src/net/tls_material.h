// TlsIdentity::Material: the identity as OpenSSL takes it.
#pragma once

#include <memory>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "net/tls_identity.h"

namespace chartbell {

struct FreeTlsMaterial {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};

struct TlsIdentity::Material {
  std::unique_ptr<X509, FreeTlsMaterial> certificate;
  std::unique_ptr<STACK_OF(X509), FreeTlsMaterial> chain;  // behind it
  std::unique_ptr<EVP_PKEY, FreeTlsMaterial> key;
};

}  // namespace chartbell
