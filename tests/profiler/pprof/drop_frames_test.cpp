// SPDX-License-Identifier: Apache-2.0
//
// The drop_frames of our profiles, applied by the real viewer: which names it keeps as leaf frames above `app::caller`.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "profiler/base/file.h"
#include "profiler/model/builder.h"
#include "profiler/model/schema.h"
#include "profiler/pprof/pprof.h"
#include "tests/support/our_frames.h"
#include "tests/support/temp_dir.h"
#include "tests/support/viewers.h"

namespace bucketprof::pprof {
namespace {

/// Gives pprof a stack of each name above app::caller. Returns the function names that are left after it has pruned.
std::set<std::string> kept(std::span<const std::string_view> names) {
  const testing_support::TempDir dir;
  model::Builder b = model::Builder::ours(1);
  const auto location = [&b](std::uint64_t address, std::string_view name) {
    return b.location({model::kNone, address, {{b.function({b.string(name), b.string("_Z1x"), 0, 0}), 1}}, false});
  };
  const model::LocationId caller = location(1, "app::caller");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::array stack{location(2 + i, names[i]), caller};
    b.sample(stack, {}, std::array<std::int64_t, model::kSampleTypeCount>{1, 8, 1, 8, 0, 0});
  }
  EXPECT_TRUE(write_file(dir / "in", encode(std::move(b).finish())));
  (void)testing_support::go_pprof({"-proto", "-output=" + (dir / "out").string(), (dir / "in").string()}, dir.path());
  const auto bytes = read_file(dir / "out");
  EXPECT_TRUE(bytes) << bytes.error();
  const auto profile = decode(*bytes);
  EXPECT_TRUE(profile) << profile.error();
  std::set<std::string> left;
  for (std::size_t i = 0; i < profile->samples.size(); ++i) {
    for (const model::LocationId id : profile->stack(i)) {
      left.emplace(profile->str(profile->functions[profile->locations[id].lines[0].function].name));
    }
  }
  EXPECT_EQ(left.erase("app::caller"), 1u);
  return left;
}

TEST(DropFrames, WhatLeadsIntoTheRecorderGoes) {
  EXPECT_EQ(kept(testing_support::kDroppedFrames), std::set<std::string>{});
}

TEST(DropFrames, EverythingElseStays) {
  const auto& names = testing_support::kOtherFrames;
  EXPECT_EQ(kept(names), (std::set<std::string>(names.begin(), names.end())));
}

}  // namespace
}  // namespace bucketprof::pprof
