#include "net/tls_identity.h"

#include <openssl/err.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "net/tls_material.h"

namespace chartbell {
namespace {

using Bio = std::unique_ptr<BIO, FreeTlsMaterial>;

constexpr std::size_t kPemBytesMax = std::size_t{128} * 1024;
constexpr int kChainMax = 16;

std::unexpected<Error> invalid(std::string what) {
  ERR_clear_error();
  return failure(Code::kInvalid, std::move(what));
}

// Nobody is here to ask for one; without this OpenSSL asks at the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

Bio reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// The next certificate, or null: at the end, or because what follows is none.
std::unique_ptr<X509, FreeTlsMaterial> next_certificate(const Bio& bio) {
  return std::unique_ptr<X509, FreeTlsMaterial>(
      PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
}

Result<void> read_certificates(std::string_view text, TlsIdentity::Material& out) {
  const Bio bio = reader(text);
  out.certificate = next_certificate(bio);
  if (!out.certificate)
    return invalid("the client certificate is no PEM certificate (-----BEGIN CERTIFICATE-----)");
  out.chain.reset(sk_X509_new_null());
  while (auto link = next_certificate(bio)) {
    if (sk_X509_num(out.chain.get()) + 1 >= kChainMax)
      return invalid("the client certificate has a chain of more than 16");
    sk_X509_push(out.chain.get(), link.release());
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
    return invalid("the chain behind the client certificate is damaged");
  ERR_clear_error();
  return {};
}

std::string digest_of(const TlsIdentity::Material& material) {
  unsigned char* der = nullptr;
  std::string all;
  const auto add = [&](X509* certificate) {
    const int length = i2d_X509(certificate, &der);
    if (length > 0) all.append(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    der = nullptr;
  };
  add(material.certificate.get());
  for (int i = 0; i < sk_X509_num(material.chain.get()); ++i)
    add(sk_X509_value(material.chain.get(), i));
  return to_hex(sha256(all));
}

}  // namespace

TlsIdentity::TlsIdentity(std::unique_ptr<Material> material, std::string fingerprint)
    : material_(std::move(material)), fingerprint_(std::move(fingerprint)) {}

TlsIdentity::~TlsIdentity() = default;

Result<TlsIdentityPtr> TlsIdentity::parse(std::string_view certificate_chain,
                                          std::string_view private_key) {
  if (certificate_chain.size() > kPemBytesMax || private_key.size() > kPemBytesMax)
    return invalid("a client certificate and its key have at most 128 KiB each");
  ERR_clear_error();
  auto material = std::make_unique<Material>();
  TRY_DO(read_certificates(certificate_chain, *material));
  material->key.reset(
      PEM_read_bio_PrivateKey(reader(private_key).get(), nullptr, no_password, nullptr));
  if (!material->key)
    return invalid("the key of the client certificate is no PEM private key, or is encrypted");
  if (X509_check_private_key(material->certificate.get(), material->key.get()) != 1)
    return invalid("the key does not belong to the client certificate");
  std::string fingerprint = digest_of(*material);
  return TlsIdentityPtr(new TlsIdentity(std::move(material), std::move(fingerprint)));
}

}  // namespace chartbell
