#include "store/search_words.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace chartbell {
namespace {

class PatientWordsTest : public testing::Test {
 protected:
  bool meant(const std::vector<std::int64_t>& asked) const {
    return !asked.empty() && std::ranges::includes(has_, asked);
  }

  SearchWords words_{"key"};
  InstitutionId green_{1};
  std::vector<std::int64_t> has_ = words_.of_patient(
      green_, Document(R"({"email":"Ada@Example.org","first_name":"Ada","middle_name":"Maria",)"
                       R"("last_name":"Lovelace","name":"Ada Lovelace","bio":{"phone_number":)"
                       R"("(212) 555-0101","cell_phone_number":"+1 917 555 0102 ext 7",)"
                       R"("home_phone_number":"","date_of_birth":"1815-12-10"}})"));
};

TEST_F(PatientWordsTest, APatientIsFoundByWholeWords) {
  EXPECT_TRUE(meant(words_.of_name(green_, "lovelace")));
  EXPECT_TRUE(meant(words_.of_name(green_, "LOVELACE, ada")));
  EXPECT_TRUE(meant(words_.of_name(green_, "Ada Maria Lovelace")));
  EXPECT_FALSE(meant(words_.of_name(green_, "love")));
  EXPECT_FALSE(meant(words_.of_name(green_, "Ada Byron")));
  EXPECT_FALSE(meant(words_.of_name(green_, "")));
  EXPECT_TRUE(meant(words_.of_email(green_, " ada@example.ORG")));
  EXPECT_FALSE(meant(words_.of_email(green_, "ada@example.com")));
  EXPECT_TRUE(meant(words_.of_date_of_birth(green_, "1815-12-10")));
  EXPECT_FALSE(meant(words_.of_date_of_birth(green_, "1815-12-11")));
}

TEST_F(PatientWordsTest, NumbersAreComparedByTheirFirstTenDigits) {
  EXPECT_TRUE(meant(words_.of_phone_number(green_, "2125550101")));
  EXPECT_TRUE(meant(words_.of_phone_number(green_, "212-555-0101 x99")));
  EXPECT_TRUE(meant(words_.of_phone_number(green_, "+1 (212) 555-0101")));
  EXPECT_TRUE(meant(words_.of_phone_number(green_, "1917555010")));
  EXPECT_FALSE(meant(words_.of_phone_number(green_, "5550101")));
  EXPECT_FALSE(meant(words_.of_phone_number(green_, "no digits")));
}

TEST_F(PatientWordsTest, KindsInstitutionsAndKeysDoNotShareWords) {
  EXPECT_FALSE(meant(words_.of_name({2}, "lovelace")));
  EXPECT_FALSE(meant(SearchWords("other").of_name(green_, "lovelace")));
  EXPECT_NE(words_.of_name(green_, "2125550101"), words_.of_phone_number(green_, "2125550101"));
}

}  // namespace
}  // namespace chartbell
