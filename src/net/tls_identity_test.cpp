#include "net/tls_identity.h"

#include <gmock/gmock.h>

#include "net/client_for_test.h"
#include "net/tls_server_for_test.h"

namespace chartbell {
namespace {

using testing::HasSubstr;
using testing::Not;

TlsIdentityPtr identity_of(const Identity& made, const std::string& chain = "") {
  const auto identity =
      TlsIdentity::parse(to_pem(made.certificate.get()) + chain, to_pem(made.key.get()));
  EXPECT_TRUE(identity) << identity.error().detail;
  return identity ? *identity : nullptr;
}

class MutualTls : public testing::Test {
 protected:
  ClientOptions options() const {
    ClientOptions options = development_options();
    options.trust_file = trust_.path();
    return options;
  }
  Identity client_certificate() const {
    return make_identity({.alternative_names = "DNS:client.test"}, &clients_);
  }
  Identity server_certificate() const {
    return make_identity({.alternative_names = "DNS:good.test"}, &authority_);
  }
  TlsServer::Options asking(int version = TLS1_3_VERSION) const {
    return {.version_max = version, .client_authority = clients_.certificate.get()};
  }
  static Url url(const TlsServer& server) { return url_to(server.port(), "good.test", "https"); }

  const ScriptedResolver::Names names_ = {{"good.test", {"127.0.0.1"}}};
  const Identity authority_ = make_identity({});
  const Identity clients_ = make_identity({});
  const TrustFile trust_{authority_};
};

TEST_F(MutualTls, WhoAsksIsShownTheIdentity) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsServer server(asking(version), server_certificate());
    ClientForTest client(options(), names_);
    const auto identity = identity_of(client_certificate());
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(client.send(url(server), post(), kPatience, identity).failed, std::nullopt);
    EXPECT_THAT(server.client(), HasSubstr("leaf"));
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST_F(MutualTls, WithoutAnIdentityOrWithAStrangersTheExchangeFails) {
  const Identity strangers = make_identity({});
  const auto stranger = identity_of(make_identity({.alternative_names = "DNS:a.test"}, &strangers));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const auto& identity : {TlsIdentityPtr(), stranger}) {
      const TlsServer server(asking(version), server_certificate());
      ClientForTest client(options(), names_);
      EXPECT_EQ(client.send(url(server), post(), kPatience, identity).failed,
                OutcomeClass::kTlsFailed);
      EXPECT_EQ(server.requests(), 0);
    }
}

TEST_F(MutualTls, WhoDoesNotAskIsShownNothing) {
  const TlsServer server({}, server_certificate());
  ClientForTest client(options(), names_);
  EXPECT_EQ(client.send(url(server), post(), kPatience, identity_of(client_certificate())).failed,
            std::nullopt);
  EXPECT_EQ(server.client(), "");
}

TEST_F(MutualTls, AChainIsShownWithItsCertificate) {
  const Identity between = make_identity({}, &clients_);
  const Identity leaf = make_identity({.alternative_names = "DNS:client.test"}, &between);
  const TlsServer server(asking(), server_certificate());
  const auto whole = identity_of(leaf, to_pem(between.certificate.get()));
  {
    ClientForTest client(options(), names_);
    EXPECT_EQ(client.send(url(server), post(), kPatience, whole).failed, std::nullopt);
  }
  ClientForTest client(options(), names_);
  EXPECT_EQ(client.send(url(server), post(), kPatience, identity_of(leaf)).failed,
            OutcomeClass::kTlsFailed);
}

TEST_F(MutualTls, NeitherConnectionsNorSessionsAreSharedBetweenIdentities) {
  TlsServer::Options once = asking();
  once.per_connection = 1;
  const TlsServer server(once, server_certificate());
  ClientForTest client(options(), names_);
  const auto one = identity_of(client_certificate());
  const auto other = identity_of(client_certificate());
  EXPECT_NE(one->fingerprint(), other->fingerprint());
  std::string shown;
  for (const auto& identity : {one, other}) {
    EXPECT_EQ(client.send(url(server), post(), kPatience, identity).failed, std::nullopt);
    EXPECT_NE(std::exchange(shown, server.client()), server.client());
  }
  EXPECT_EQ(server.resumed(), 0);
  EXPECT_EQ(client.send(url(server), post(), kPatience, one).failed, std::nullopt);
  EXPECT_EQ(server.resumed(), 1);
  EXPECT_EQ(server.connections(), 3);
}

TEST(TlsIdentityTest, TheSameTextsAreTheSameIdentity) {
  const Identity made = make_identity({.alternative_names = "DNS:client.test"});
  EXPECT_EQ(identity_of(made)->fingerprint(), identity_of(made)->fingerprint());
  EXPECT_NE(identity_of(made)->fingerprint(),
            identity_of(made, to_pem(made.certificate.get()))->fingerprint());
}

TEST(TlsIdentityTest, WhatIsWrongIsSaidWithoutWhatItHolds) {
  const Identity made = make_identity({.alternative_names = "DNS:client.test"});
  const Identity other = make_identity({.alternative_names = "DNS:client.test"});
  const std::string certificate = to_pem(made.certificate.get());
  const std::string key = to_pem(made.key.get());
  std::string long_chain;
  for (int i = 0; i < 17; ++i) long_chain += certificate;
  struct Wrong {
    std::string certificate, key, hint;
  };
  const Wrong kWrong[] = {
      {"", key, "no PEM certificate"},
      {"nonsense", key, "no PEM certificate"},
      {key, key, "no PEM certificate"},
      {certificate.substr(0, certificate.size() / 2), key, "no PEM certificate"},
      {certificate + certificate.substr(0, certificate.size() / 2), key, "damaged"},
      {long_chain, key, "more than 16"},
      {std::string(200'000, 'x'), key, "128 KiB"},
      {certificate, "", "no PEM private key"},
      {certificate, certificate, "no PEM private key"},
      {certificate, to_pem(made.key.get(), "secret"), "encrypted"},
      {certificate, to_pem(other.key.get()), "does not belong"},
  };
  for (const Wrong& wrong : kWrong) {
    const auto identity = TlsIdentity::parse(wrong.certificate, wrong.key);
    ASSERT_FALSE(identity) << wrong.hint;
    EXPECT_EQ(identity.error().code, Code::kInvalid);
    EXPECT_THAT(identity.error().detail, HasSubstr(wrong.hint));
    EXPECT_THAT(identity.error().detail, Not(HasSubstr("MI")));
  }
}

}  // namespace
}  // namespace chartbell
