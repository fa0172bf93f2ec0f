// SPDX-License-Identifier: Apache-2.0
//
// Which blocks are looked at: as long as looks see arrays all of a site's, else nearly none.
#include "profiler/record/looking.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace bucketprof::record {
namespace {

constexpr std::uint64_t kArrayBytes = 2000;
bool sees_arrays = true;

constexpr layout::Look kArray{.layout = layout::Layout::kAbsl, .slot_bytes = 8, .slots = 127, .full = 3};
constexpr Looker kLooker{
    .may_be_array = [](std::uint64_t bytes) noexcept { return bytes == kArrayBytes; },
    .at_freed = [](const void*, std::uint64_t) noexcept { return sees_arrays ? kArray : layout::Look(); },
    .at_live = [](std::uintptr_t, std::uint64_t) noexcept { return sees_arrays ? kArray : layout::Look(); },
};

class LookingTest : public testing::Test {
 protected:
  LookingTest() {
    looking_.use(kLooker);
    sees_arrays = true;
  }
  Site& site(std::uint64_t bytes) { return *sites_.intern({.type_name = {}, .bytes = bytes, .stack = 1}); }
  int wanted(Site& site, int blocks) {
    int wanted = 0;
    for (int i = 0; i < blocks; ++i) {
      if (!looking_.wants(site)) continue;
      ++wanted;
      (void)looking_.at_freed(&site, site);
    }
    return wanted;
  }
  Arena arena_;
  Sites sites_{arena_};
  Looking looking_;
};

TEST_F(LookingTest, WithoutALookerWantsNone) {
  Looking looking;
  EXPECT_FALSE(looking.wants(site(kArrayBytes)));
}

TEST_F(LookingTest, OnlySizesOfArraysAreWanted) {
  EXPECT_EQ(wanted(site(kArrayBytes + 8), 100), 0);
  EXPECT_EQ(wanted(site(kArrayBytes), 100), 100);
  EXPECT_EQ(looking_.counts().freed, 100U);
  EXPECT_EQ(looking_.counts().arrays, 100U);
}

TEST_F(LookingTest, ASiteOfOtherThingsIsLeftAlone) {
  sees_arrays = false;
  constexpr int kBlocks = 64'000;
  const int looked = wanted(site(kArrayBytes), kBlocks);
  EXPECT_GE(looked, static_cast<int>(Looking::kTries));
  EXPECT_LE(looked, static_cast<int>(Looking::kTries + kBlocks / Looking::kSeldom + 1));
  EXPECT_EQ(looking_.counts().arrays, 0U);
}

TEST_F(LookingTest, ASiteThatHasArraysAgainIsLookedAtAgain) {
  sees_arrays = false;
  (void)wanted(site(kArrayBytes), 1000);
  sees_arrays = true;
  (void)wanted(site(kArrayBytes), Looking::kSeldom);
  EXPECT_EQ(wanted(site(kArrayBytes), 100), 100);
}

TEST_F(LookingTest, ASizeOfOtherThingsIsSeldomTriedAtNewSites) {
  sees_arrays = false;
  const auto at_new_sites = [this](std::uint32_t first, int blocks) {
    int looked = 0;
    for (std::uint32_t stack = first; stack < first + 1000; ++stack)
      looked += wanted(*sites_.intern({.type_name = {}, .bytes = kArrayBytes, .stack = stack}), blocks);
    return looked;
  };
  constexpr int kBlocks = 4;
  const int looked = at_new_sites(1, kBlocks);
  EXPECT_GE(looked, static_cast<int>(Looking::kTriesOfSize));
  EXPECT_LE(looked, static_cast<int>(Looking::kTriesOfSize) + kBlocks + 1000 * kBlocks / 4);
  sees_arrays = true;
  EXPECT_GE(at_new_sites(2000, kBlocks), 900 * kBlocks) << "as soon as there is an array";
}

TEST_F(LookingTest, CountsWhatWasDone) {
  (void)looking_.at_live(0, site(kArrayBytes));
  looking_.skip(7);
  EXPECT_EQ(looking_.counts().live, 1U);
  EXPECT_EQ(looking_.counts().skipped, 7U);
  EXPECT_EQ(looking_.counts().freed, 0U);
}

}  // namespace
}  // namespace bucketprof::record
