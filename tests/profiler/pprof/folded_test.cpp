// SPDX-License-Identifier: Apache-2.0
//
// Folded stacks: exact text, and totals that agree with the profile.
#include "profiler/pprof/folded.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "profiler/model/builder.h"
#include "profiler/model/schema.h"
#include "tests/support/canonical.h"
#include "tests/support/random_profile.h"

namespace bucketprof::pprof {
namespace {

using model::Builder;
using Values = std::array<std::int64_t, model::kSampleTypeCount>;

TEST(Folded, RootFirstInlinedFramesAndPlacesWithoutNames) {
  Builder b = Builder::ours(1);
  model::Mapping m;
  m.start = 0x1000;
  m.limit = 0x3000;
  m.offset = 0x400;
  m.file = b.string("/usr/lib/lib;odd.so");
  b.mapping(m);
  const auto function = [&b](const char* name) { return b.function({b.string(name), 0, 0, 0}); };
  const model::LocationId inlined = b.location({0, 0x1001, {{function("leaf"), 1}, {function("caller"), 2}}, false});
  const model::LocationId odd = b.location({0, 0x1002, {{function("a;b\nc"), 1}}, false});
  const model::LocationId nameless = b.location({0, 0x1010, {}, false});
  const model::LocationId nowhere = b.location({model::kNone, 0xabc, {}, false});
  const std::array first{inlined, odd};
  const std::array second{nameless, nowhere};
  b.sample(first, std::array{b.label("table", "x")}, Values{1, 10});
  b.sample(first, std::array{b.label("table", "y")}, Values{2, 20});
  b.sample(second, {}, Values{4, 0});
  b.sample({}, {}, Values{7, 70});
  const model::Profile p = std::move(b).finish();
  EXPECT_EQ(encode_folded(p, model::kAllocObjects), "0xabc;lib:odd.so+0x410 4\n? 7\na:b c;caller;leaf 3\n");
  EXPECT_EQ(encode_folded(p, model::kAllocSpace), "? 70\na:b c;caller;leaf 30\n");
  EXPECT_EQ(encode_folded(p, model::kInuseSpace), "");
}

TEST(Folded, TotalsAreTheProfiles) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const model::Profile p = testing_support::random_profile(seed);
    for (std::size_t type = 0; type < model::kSampleTypeCount; ++type) {
      const std::string text = encode_folded(p, type);
      std::int64_t sum = 0;
      for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        sum += std::stoll(text.substr(text.rfind(' ', text.find('\n', at))));
      }
      EXPECT_EQ(sum, testing_support::totals(p)[type]);
    }
  }
}

}  // namespace
}  // namespace bucketprof::pprof
