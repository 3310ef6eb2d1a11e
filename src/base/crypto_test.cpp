#include "base/crypto.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "support/property.h"

namespace chartbell {
namespace {

std::string bytes(std::string_view hex) {
  return from_hex(hex).value();
}

struct HmacVector {
  std::string key;
  std::string text;
  std::string mac;
};

// RFC 4231 §4.2 to §4.8; the fifth is cut to 128 bits there.
const HmacVector kRfc4231[] = {
    {std::string(20, '\x0b'), "Hi There",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {std::string(20, '\xaa'), std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {bytes("0102030405060708090a0b0c0d0e0f10111213141516171819"), std::string(50, '\xcd'),
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"},
    {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. "
     "The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};

TEST(Hmac, VectorsOfRfc4231) {
  for (const auto& vector : kRfc4231) {
    const auto mac = to_hex(Hmac(vector.key).sign({vector.text}));
    EXPECT_EQ(mac.substr(0, vector.mac.size()), vector.mac) << vector.text;
  }
}

TEST(Hmac, OneContextSignsManyMessages) {
  Hmac hmac(kRfc4231[1].key);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(to_hex(hmac.sign({kRfc4231[1].text})), kRfc4231[1].mac);
    EXPECT_NE(to_hex(hmac.sign({"another"})), kRfc4231[1].mac);
  }
}

TEST(Hmac, ThePartsAreOneMessage) {
  Hmac hmac("key");
  EXPECT_EQ(hmac.sign({"a", "", "bc"}), hmac.sign({"abc"}));
  EXPECT_EQ(hmac.sign({}), hmac.sign({""}));
}

TEST(Hmac, AnEmptyKeyIsAKey) {
  EXPECT_EQ(to_hex(Hmac("").sign({""})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// FIPS 180-4 examples.
TEST(Sha3, KnownDigests) {  // FIPS 202's example values
  EXPECT_EQ(to_hex(sha3_512("")),
            "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
            "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26");
  EXPECT_EQ(to_hex(sha3_512("abc")).substr(0, 32), "b751850b1a57168a5693cd924b6b096e");
}

TEST(Sha256, KnownDigests) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(EqualInConstantTime, IsEquality) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
}

struct AeadVector {
  std::string key;
  std::string nonce;
  std::string associated;
  std::string text;
  std::string sealed;
};

// "The Galois/Counter Mode of Operation", McGrew and Viega, test cases 13, 14 and 16: the ones that
// NIST SP 800-38D's validation uses for 256-bit keys.
const AeadVector kGcm[] = {
    {std::string(32, '\0'), std::string(12, '\0'), "", "",
     bytes("530f8afbc74536b9a963b4f1c4cb738b")},
    {std::string(32, '\0'), std::string(12, '\0'), "", std::string(16, '\0'),
     bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")},
    {bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
     bytes("cafebabefacedbaddecaf888"), bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
     bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
           "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
     bytes("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
           "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
           "76fc6ece0f4e1768cddf8853bb2d551b")}};

TEST(Aead, VectorsOfGcm) {
  for (const auto& vector : kGcm) {
    EXPECT_EQ(to_hex(aead_seal(vector.key, vector.nonce, vector.associated, vector.text)),
              to_hex(vector.sealed));
    const auto opened = aead_open(vector.key, vector.nonce, vector.associated, vector.sealed);
    ASSERT_TRUE(opened) << opened.error().detail;
    EXPECT_EQ(*opened, vector.text);
  }
}

bool refused(const AeadVector& tried) {
  const auto opened = aead_open(tried.key, tried.nonce, tried.associated, tried.sealed);
  return !opened && opened.error().code == Code::kCorrupt;
}

// Every single bit of one member turned, one after the other.
void expect_every_bit_matters(std::string AeadVector::* member) {
  AeadVector tried = kGcm[2];
  std::string& target = tried.*member;
  for (std::size_t bit = 0; bit < target.size() * 8; ++bit) {
    const char mask = static_cast<char>(1 << (bit % 8));
    target[bit / 8] = static_cast<char>(target[bit / 8] ^ mask);
    EXPECT_TRUE(refused(tried)) << "bit " << bit;
    target[bit / 8] = static_cast<char>(target[bit / 8] ^ mask);
  }
  EXPECT_FALSE(refused(tried));
}

TEST(Aead, EveryBitOfTheSealedTextIsGuarded) {
  expect_every_bit_matters(&AeadVector::sealed);
}
TEST(Aead, EveryBitOfTheAssociatedDataIsGuarded) {
  expect_every_bit_matters(&AeadVector::associated);
}
TEST(Aead, EveryBitOfTheNonceIsGuarded) {
  expect_every_bit_matters(&AeadVector::nonce);
}
TEST(Aead, EveryBitOfTheKeyIsGuarded) {
  expect_every_bit_matters(&AeadVector::key);
}

TEST(Aead, TextsCutShortOrGrownAreRefused) {
  AeadVector tried = kGcm[2];
  for (std::size_t length = 0; length < kGcm[2].sealed.size(); ++length) {
    tried.sealed = kGcm[2].sealed.substr(0, length);
    EXPECT_TRUE(refused(tried)) << length;
  }
  tried.sealed = kGcm[2].sealed + '\0';
  EXPECT_TRUE(refused(tried));
}

TEST(Aead, WhatIsSealedOpens) {
  check_property([] {
    const auto text = *any_bytes();
    const auto associated = *any_bytes();
    const std::string key(kAeadKeySize, 'k');
    const std::string nonce(kAeadNonceSize, 'n');
    const auto sealed = aead_seal(key, nonce, associated, text);
    RC_ASSERT(sealed.size() == text.size() + kAeadTagSize);
    const auto opened = aead_open(key, nonce, associated, sealed);
    RC_ASSERT(opened.has_value());
    RC_ASSERT(*opened == text);
  });
}

}  // namespace
}  // namespace chartbell
