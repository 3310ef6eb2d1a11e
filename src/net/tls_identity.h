// TlsIdentity: who we are to a receiver that asks for a certificate (mutual TLS).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace chartbell {

// Immutable, from any thread. Parsed once and shared by every request under it.
class TlsIdentity {
 public:
  // Both PEM: the certificate with those between it and its authority behind it, sixteen at most,
  // and its private key, not encrypted. kInvalid, saying which of both is wrong and how, never what
  // it holds.
  static Result<std::shared_ptr<const TlsIdentity>> parse(std::string_view certificate_chain,
                                                          std::string_view private_key);
  ~TlsIdentity();

  // Of the certificate and its chain, in hexadecimal; differs where they do.
  const std::string& fingerprint() const { return fingerprint_; }

  // The library's objects, for net's own sources.
  struct Material;
  const Material& material() const { return *material_; }

 private:
  TlsIdentity(std::unique_ptr<Material> material, std::string fingerprint);

  const std::unique_ptr<Material> material_;
  const std::string fingerprint_;
};
using TlsIdentityPtr = std::shared_ptr<const TlsIdentity>;

}  // namespace chartbell
