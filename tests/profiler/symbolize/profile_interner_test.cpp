// SPDX-License-Identifier: Apache-2.0
//
// Known strings and functions are found again, new ones are added once.
#include "profiler/symbolize/profile_interner.h"

#include <gtest/gtest.h>

namespace bucketprof::symbolize {
namespace {

TEST(ProfileInterner, SharesWhatTheProfileHas) {
  model::Profile profile;
  profile.strings = {"", "known"};
  profile.functions = {{1, 1, 0, 7}};
  ProfileInterner interner(profile);
  EXPECT_EQ(interner.string(""), 0U);
  EXPECT_EQ(interner.string("known"), 1U);
  EXPECT_EQ(interner.function({1, 1, 0, 7}), 0U);
  EXPECT_EQ(interner.string("new"), 2U);
  EXPECT_EQ(interner.string("new"), 2U);
  EXPECT_EQ(interner.function({2, 1, 0, 7}), 1U);
  EXPECT_EQ(interner.function({2, 1, 0, 8}), 2U);
  EXPECT_EQ(interner.function({2, 1, 0, 7}), 1U);
  EXPECT_EQ(profile.strings.size(), 3U);
  EXPECT_EQ(profile.functions.size(), 3U);
}

TEST(ProfileInterner, HoldsManyStrings) {
  model::Profile profile;
  ProfileInterner interner(profile);
  for (int i = 0; i < 10000; ++i) EXPECT_EQ(interner.string(std::to_string(i)), static_cast<model::StringId>(i + 1));
  for (int i = 0; i < 10000; ++i) EXPECT_EQ(interner.string(std::to_string(i)), static_cast<model::StringId>(i + 1));
}

}  // namespace
}  // namespace bucketprof::symbolize
