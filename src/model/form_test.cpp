#include "model/form.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

constexpr std::string_view kPlain = "d2594a76862247209d4c35a92e0902f8";
constexpr std::string_view kDashed = "d2594a76-8622-4720-9d4c-35a92e0902f8";

TEST(FormRequestName, IsReadInBothFormsOfTheWire) {
  EXPECT_EQ(dashed(kPlain), kDashed);
  EXPECT_EQ(form_request_name(kPlain), kPlain);
  EXPECT_EQ(form_request_name(kDashed), kPlain);
}

TEST(FormRequestName, IsNothingElse) {
  for (const std::string_view wrong :
       {"", "d2594a76", "d2594a7686-2247209d4c35a92e0902f8", "D2594A76862247209D4C35A92E0902F8",
        "d2594a76862247209d4c35a92e0902fg", "d2594a76-8622-4720-9d4c-35a92e0902f8-"})
    EXPECT_EQ(form_request_name(wrong), std::nullopt) << wrong;
}

TEST(FormStatus, HasANameForEach) {
  for (const auto status : {FormRequestStatus::kOpen, FormRequestStatus::kExpired})
    EXPECT_EQ(form_request_status(name(status)), status);
  for (const auto status : {FormResponseStatus::kPending, FormResponseStatus::kFailed})
    EXPECT_EQ(form_response_status(name(status)), status);
  EXPECT_EQ(form_request_status("pending"), std::nullopt);
}

}  // namespace
}  // namespace chartbell
