#include "api/password_rules.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

std::string fault_of(std::string_view password, std::string_view name = "ada") {
  const auto checked = check_new_password(password, name);
  return checked ? "" : checked.error().detail;
}

TEST(PasswordRulesTest, LengthCountsAndWhatItIsMadeOfDoesNot) {
  EXPECT_EQ(fault_of("plain words are enough"), "");
  EXPECT_EQ(fault_of("all small only"), "");
  EXPECT_EQ(fault_of("81427395028461"), "");
  EXPECT_EQ(fault_of("elevenchars"), "password: must have 12 characters or more");
  EXPECT_EQ(fault_of("twelve chars"), "");
  std::string longest;
  for (int i = 0; i < 128; ++i) longest += static_cast<char>('a' + i * 7 % 26);
  EXPECT_EQ(fault_of(longest), "");
  EXPECT_EQ(fault_of(longest + "x"), "password: must have 128 characters or fewer");
}

TEST(PasswordRulesTest, CharactersCountAndNotBytes) {
  EXPECT_NE(fault_of("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9\xc3\xa8"), "");
  EXPECT_EQ(fault_of("\xe6\xad\xaf\xe7\xa7\x91\xe5\x8c\xbb\xe7\x94\x9f\xe3\x81\xaf\xe4\xbb\x8a"
                     "\xe6\x97\xa5\xe3\x82\x82\xe5\x85\x83\xe6\xb0\x97\xe3\x81\xa0\xe3\x82\x88"),
            "");
}

TEST(PasswordRulesTest, WhatCannotBeTypedIsRefused) {
  EXPECT_EQ(fault_of("not utf-8 \xff here"), "password: is not UTF-8");
  EXPECT_NE(fault_of("control \x01 character"), "");
}

TEST(PasswordRulesTest, WhatIsTriedFirstIsRefused) {
  for (const auto* text : {"password1234", "PassWord1234", "qwertyuiop123", "123456789012",
                           "aaaaaaaaaaaaa", "abcabcabcabc", "1212121212121"})
    EXPECT_EQ(fault_of(text), "password: is one of those that are tried first") << text;
}

TEST(PasswordRulesTest, OnesOwnNameIsRefused) {
  EXPECT_EQ(fault_of("the wheels of ADA turn"), "password: must not have your name in it");
  EXPECT_EQ(fault_of("the wheels of ADA turn", "bob"), "");
  EXPECT_EQ(fault_of("a short name may stand", "st"), "");
}

}  // namespace
}  // namespace chartbell
