#include "base/password.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

constexpr PasswordCost kCheap{.memory_kib = 64, .passes = 1};

TEST(PasswordTest, AHashSaysHowItWasMade) {
  const auto hash = *password_hash("correct horse battery", PasswordCost());
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
}

TEST(PasswordTest, ItFitsItsPasswordAndNoOther) {
  const auto hash = *password_hash("correct horse battery", kCheap);
  EXPECT_TRUE(password_fits(hash, "correct horse battery"));
  EXPECT_FALSE(password_fits(hash, "correct horse batterz"));
  EXPECT_FALSE(password_fits(hash, "correct horse battery "));
  EXPECT_FALSE(password_fits(hash, ""));
}

TEST(PasswordTest, TwoHashesOfOnePasswordDiffer) {
  EXPECT_NE(*password_hash("the same", kCheap), *password_hash("the same", kCheap));
}

TEST(PasswordTest, WhatIsNoHashFitsNothing) {
  for (const char* text : {"", "x", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$$"})
    EXPECT_FALSE(password_fits(text, "")) << text;
}

TEST(PasswordTest, AHashOfAnotherCostIsToBeMadeAnew) {
  const auto hash = *password_hash("correct horse battery", kCheap);
  EXPECT_FALSE(needs_rehash(hash, kCheap));
  EXPECT_TRUE(needs_rehash(hash, {.memory_kib = 128, .passes = 1}));
  EXPECT_TRUE(needs_rehash(hash, {.memory_kib = 64, .passes = 2}));
  EXPECT_TRUE(needs_rehash("no hash", kCheap));
}

}  // namespace
}  // namespace chartbell
