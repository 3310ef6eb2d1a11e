#include "detect/merge.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

Digest digest(int version) {
  Digest out{};
  out[0] = static_cast<unsigned char>(version);
  return out;
}

KnownResource known(std::int64_t key, Presence presence, int version = 1) {
  return {
      .key = key, .id = ResourceId{key + 1000}, .presence = presence, .digest = digest(version)};
}

FreshResource fresh(std::int64_t key) {
  return {.key = key, .location = {}, .document = Document("{}")};
}

// Of each finding: its kind, key, whether it has a known and a fresh side.
using Found = std::tuple<FindingKind, std::int64_t, bool, bool>;

std::vector<Found> found(const std::vector<KnownResource>& stored,
                         const std::vector<FreshResource>& there,
                         const std::vector<Digest>& digests) {
  std::vector<Found> out;
  for (const auto& finding : merge(stored, there, digests)) {
    const auto& key = finding.fresh != nullptr ? finding.fresh->key : finding.known->key;
    out.emplace_back(finding.kind, std::get<std::int64_t>(key), finding.known != nullptr,
                     finding.fresh != nullptr);
  }
  return out;
}

using enum FindingKind;

TEST(Merge, NothingIsFoundInNothing) {
  EXPECT_TRUE(found({}, {}, {}).empty());
}

TEST(Merge, RowsThatAreAsTheyWereAreNotFound) {
  EXPECT_TRUE(found({known(1, Presence::kLive)}, {fresh(1)}, {digest(1)}).empty());
}

TEST(Merge, ARowWithoutStateIsNew) {
  EXPECT_EQ(found({}, {fresh(1)}, {digest(1)}), (std::vector<Found>{{kNew, 1, false, true}}));
}

TEST(Merge, ARowThatWasOnlyReferredToIsNewAndKeepsItsId) {
  EXPECT_EQ(found({known(1, Presence::kReferenced)}, {fresh(1)}, {digest(1)}),
            (std::vector<Found>{{kNew, 1, true, true}}));
}

TEST(Merge, AnotherDigestIsAChange) {
  const std::vector stored = {known(1, Presence::kLive, 1)};
  const std::vector there = {fresh(1)};
  const std::vector digests = {digest(2)};
  const auto findings = merge(stored, there, digests);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, kChanged);
  EXPECT_EQ(findings[0].known, &stored[0]);
  EXPECT_EQ(findings[0].fresh, &there[0]);
  EXPECT_EQ(findings[0].digest, digest(2));
}

TEST(Merge, ARowThatWasGoneIsBackEvenWithTheSameDigest) {
  EXPECT_EQ(found({known(1, Presence::kGone, 1)}, {fresh(1)}, {digest(1)}),
            (std::vector<Found>{{kBack, 1, true, true}}));
}

TEST(Merge, OnlyWhatWasAliveCanBeMissing) {
  EXPECT_EQ(
      found({known(1, Presence::kLive), known(2, Presence::kGone), known(3, Presence::kReferenced)},
            {}, {}),
      (std::vector<Found>{{kMissing, 1, true, false}}));
}

TEST(Merge, BothSidesAreWalkedToTheirEnds) {
  EXPECT_EQ(found({known(2, Presence::kLive), known(4, Presence::kLive), known(9, Presence::kLive)},
                  {fresh(1), fresh(4), fresh(5)}, {digest(1), digest(1), digest(1)}),
            (std::vector<Found>{{kNew, 1, false, true},
                                {kMissing, 2, true, false},
                                {kNew, 5, false, true},
                                {kMissing, 9, true, false}}));
}

TEST(Merge, TextKeysGoBehindIntegers) {
  const std::vector<KnownResource> stored = {
      {.key = std::int64_t{5}, .id = {}, .presence = Presence::kLive},
      {.key = "B", .id = {}, .presence = Presence::kLive},
      {.key = "a", .id = {}, .presence = Presence::kLive}};
  const std::vector<FreshResource> there = {{.key = "B", .location = {}, .document = {}}};
  const std::vector<Digest> digests = {Digest{}};
  const auto findings = merge(stored, there, digests);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].known, &stored[0]);
  EXPECT_EQ(findings[1].known, &stored[2]);
}

// The same by looking each key up.
std::vector<Found> naive(const std::map<std::int64_t, std::pair<Presence, int>>& stored,
                         const std::map<std::int64_t, int>& there) {
  std::map<std::int64_t, Found> out;
  for (const auto& [key, state] : stored) {
    const auto now = there.find(key);
    if (now == there.end()) {
      if (state.first == Presence::kLive) out[key] = {kMissing, key, true, false};
    } else if (state.first == Presence::kReferenced) {
      out[key] = {kNew, key, true, true};
    } else if (state.first == Presence::kGone) {
      out[key] = {kBack, key, true, true};
    } else if (state.second != now->second) {
      out[key] = {kChanged, key, true, true};
    }
  }
  for (const auto& [key, version] : there)
    if (!stored.contains(key)) out[key] = {kNew, key, false, true};
  std::vector<Found> sorted;
  for (const auto& [key, finding] : out) sorted.push_back(finding);
  return sorted;
}

TEST(Merge, IsTheSameAsLookingEveryKeyUp) {
  check_property(
      [] {
        std::map<std::int64_t, std::pair<Presence, int>> stored;
        std::map<std::int64_t, int> there;
        const auto key = rc::gen::inRange<std::int64_t>(-20, 20);
        for (const auto k : *rc::gen::container<std::vector<std::int64_t>>(key))
          stored[k] = {static_cast<Presence>(*rc::gen::inRange(0, 3)), *rc::gen::inRange(0, 2)};
        for (const auto k : *rc::gen::container<std::vector<std::int64_t>>(key))
          there[k] = *rc::gen::inRange(0, 2);
        std::vector<KnownResource> stored_rows;
        std::vector<FreshResource> fresh_rows;
        std::vector<Digest> digests;
        for (const auto& [k, state] : stored)
          stored_rows.push_back(known(k, state.first, state.second));
        for (const auto& [k, version] : there) {
          fresh_rows.push_back(fresh(k));
          digests.push_back(digest(version));
        }
        RC_ASSERT(found(stored_rows, fresh_rows, digests) == naive(stored, there));
      },
      2000);
}

}  // namespace
}  // namespace chartbell
