#include "store/sealer.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "store/dictionary.h"
#include "store/store_for_test.h"

namespace chartbell {
namespace {

constexpr InstitutionId kGreen{1};
constexpr InstitutionId kBlue{2};

class SealerTest : public testing::Test {
 protected:
  SealerTest() {
    green_key_ = sealer_.make_data_key(kGreen);
    sealer_.make_data_key(kBlue);
    sealer_.make_data_key(kNoInstitution);
  }
  static Code code_of(const Result<std::string>& result) {
    return result ? Code::kInvalid : result.error().code;
  }

  SeededRandom random_{1};
  Sealer sealer_{std::string(kAeadKeySize, 'm'), random_};
  std::string green_key_;
};

TEST_F(SealerTest, WhatIsSealedIsOpenedAgain) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(100'000, 'x'),
                                  std::string("\0\xff\n", 3), random_.hex(5000)}) {
    const auto sealed = sealer_.seal(kGreen, "event/1/42", text);
    EXPECT_EQ(sealer_.open(kGreen, "event/1/42", sealed), text);
  }
}

TEST_F(SealerTest, TheTextIsNotInTheSealAndTwoSealsOfItDiffer) {
  const auto one = sealer_.seal(kGreen, "r", "Jane Doe");
  EXPECT_EQ(one.find("Jane"), std::string::npos);
  EXPECT_NE(one, sealer_.seal(kGreen, "r", "Jane Doe"));
}

TEST_F(SealerTest, ASealDoesNotOpenUnderTheNameOfAnotherRecord) {
  const auto sealed = sealer_.seal(kGreen, "event/1/42", "text");
  EXPECT_EQ(code_of(sealer_.open(kGreen, "event/1/43", sealed)), Code::kCorrupt);
  EXPECT_EQ(code_of(sealer_.open(kGreen, "", sealed)), Code::kCorrupt);
}

TEST_F(SealerTest, ASealDoesNotOpenInAnotherInstitution) {
  const auto sealed = sealer_.seal(kGreen, "event/1/42", "text");
  EXPECT_EQ(code_of(sealer_.open(kBlue, "event/1/42", sealed)), Code::kCorrupt);
  EXPECT_EQ(code_of(sealer_.open(kNoInstitution, "event/1/42", sealed)), Code::kCorrupt);
}

TEST_F(SealerTest, EachFlippedByteAndEachCutIsRefused) {
  const auto sealed = sealer_.seal(kGreen, "r", "Jane Doe, 1980-02-03");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(code_of(sealer_.open(kGreen, "r", changed)), Code::kCorrupt) << i;
    EXPECT_EQ(code_of(sealer_.open(kGreen, "r", sealed.substr(0, i))), Code::kCorrupt) << i;
  }
}

TEST_F(SealerTest, AnotherMasterKeyIsTheOperatorsFault) {
  Sealer other(std::string(kAeadKeySize, 'o'), random_);
  const auto refused = other.add_data_key(kGreen, green_key_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConfig);
  EXPECT_FALSE(other.has_data_key(kGreen));
  EXPECT_FALSE(other.add_data_key(kGreen, "short"));
}

TEST_F(SealerTest, ADataKeyServesUnderTheSameMasterKeyAndInstitutionOnly) {
  Sealer again(std::string(kAeadKeySize, 'm'), random_);
  EXPECT_FALSE(again.add_data_key(kBlue, green_key_));
  ASSERT_TRUE(again.add_data_key(kGreen, green_key_));
  EXPECT_EQ(again.open(kGreen, "r", sealer_.seal(kGreen, "r", "text")), "text");
}

TEST_F(SealerTest, DerivedKeysDifferByPurposeAndStayTheSame) {
  EXPECT_EQ(sealer_.derived_key("a").size(), 32U);
  EXPECT_EQ(sealer_.derived_key("a"), sealer_.derived_key("a"));
  EXPECT_NE(sealer_.derived_key("a"), sealer_.derived_key("b"));
}

class KeyFileTest : public testing::Test {
 protected:
  std::string written(const std::string& text, mode_t rights = 0600) {
    const auto path = folder_.file("key");
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), rights), 0);
    return path;
  }
  TemporaryFolder folder_;
  SeededRandom random_{1};
};

TEST_F(KeyFileTest, AMadeKeyFileIsItsOwnersAloneAndReadAgain) {
  const auto path = folder_.file("made");
  const auto made = make_key_file(path, random_);
  ASSERT_TRUE(made);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(read_key_file(path), *made);
}

TEST_F(KeyFileTest, AKeyFileIsNeverMadeOverAnother) {
  const auto path = folder_.file("made");
  const auto made = make_key_file(path, random_);
  const auto again = make_key_file(path, random_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kConfig);
  EXPECT_EQ(read_key_file(path), *made);
}

TEST_F(KeyFileTest, AFileThatOthersMayReadIsRefusedWithTheRemedy) {
  for (const mode_t rights : {0640U, 0604U, 0660U, 0644U}) {
    const auto refused = read_key_file(written(std::string(64, 'a'), rights));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kConfig);
    EXPECT_NE(refused.error().detail.find("chmod 600"), std::string::npos);
  }
}

TEST_F(KeyFileTest, OnlySixtyFourHexDigitsAreAKey) {
  EXPECT_TRUE(read_key_file(written(std::string(64, 'a'))));
  EXPECT_TRUE(read_key_file(written(std::string(64, 'A') + "\r\n")));
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(66, 'a'),
        std::string(64, 'g'), " " + std::string(64, 'a'), std::string(1000, 'a')}) {
    const auto refused = read_key_file(written(text));
    ASSERT_FALSE(refused) << text.size();
    EXPECT_EQ(refused.error().code, Code::kConfig);
    EXPECT_NE(refused.error().detail.find(folder_.file("key")), std::string::npos);
  }
  EXPECT_EQ(read_key_file(folder_.file("absent")).error().code, Code::kConfig);
}

TEST_F(SealerTest, WhatWasSealedWithoutTheDictionaryOpens) {
  const std::string master(kAeadKeySize, 'm');
  const auto key = aead_open(master, green_key_.substr(0, kAeadNonceSize), "data_key/1",
                             green_key_.substr(kAeadNonceSize));
  ASSERT_TRUE(key);
  // A zstd frame of "abc" (RFC 8878 §3.1.1): one raw block.
  const auto frame = *from_hex("28b52ffd2003190000616263");
  const std::string nonce(kAeadNonceSize, 'n');
  const auto sealed = '\1' + nonce + aead_seal(*key, nonce, "event/1/42", frame);
  EXPECT_EQ(sealer_.open(kGreen, "event/1/42", sealed), "abc");
}

TEST(DictionaryTest, ItsBytesNeverChange) {
  EXPECT_EQ(to_hex(sha256(std::string(kDictionaryTables) + std::string(kDictionaryText))),
            "05eedffd4cfe9c7972a7fa6f7b27b9a5ba1812449771a44baa5c5bf312e8fbb4");
}

}  // namespace
}  // namespace chartbell
