#include "model/attempt.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(PublicName, DoesNotTellWhyNobodyAnswered) {
  using enum OutcomeClass;
  for (const auto outcome : {kAddressRefused, kNameNotResolved, kNotConnected, kTimedOut})
    EXPECT_EQ(public_name(outcome), "unreachable");
  for (const auto outcome : {kDelivered, kTlsFailed, kBadAnswer, kRejected})
    EXPECT_EQ(public_name(outcome), name(outcome));
}

}  // namespace
}  // namespace chartbell
