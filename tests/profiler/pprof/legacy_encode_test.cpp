// SPDX-License-Identifier: Apache-2.0
//
// The legacy text that we write: exact bytes, errors, and the real Perl viewer's totals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "profiler/base/file.h"
#include "profiler/model/builder.h"
#include "profiler/model/schema.h"
#include "profiler/pprof/legacy.h"
#include "tests/support/canonical.h"
#include "tests/support/random_profile.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"
#include "tests/support/viewers.h"

namespace bucketprof::pprof {
namespace {

using model::Builder;
using Values = std::array<std::int64_t, model::kSampleTypeCount>;

model::Profile two_tables() {
  Builder b = Builder::ours(1);
  model::Mapping m;
  m.start = 0x1000;
  m.limit = 0x3000;
  m.offset = 0x400;
  m.file = b.string("/bin/app");
  b.mapping(m);
  const std::array stack{b.location({0, 0x1fff, {}, false}), b.location({0, 0x100f, {}, false})};
  const std::array first{b.label("table", "a")};
  const std::array second{b.label("table", "b")};
  b.sample(stack, first, Values{10, 1000, 1, 100, 0, 0});
  b.sample(stack, second, Values{5, 50, 5, 50, 0, 0});
  b.sample({}, first, Values{1, 8, 0, 0, 0, 0});
  b.sample(std::span(stack).first(1), first, Values{0, 0, 0, 0, 0, 0});
  return std::move(b).finish();
}

TEST(LegacyEncode, LabelsFoldAndAddressesAreReturnAddresses) {
  const auto text = encode_legacy(two_tables());
  ASSERT_TRUE(text) << text.error();
  EXPECT_EQ(*text,
            "heap profile:      6:      150 [    16:     1058] @ heapprofile\n"
            "     0:        0 [     1:        8] @ 0x1\n"
            "     6:      150 [    15:     1050] @ 0x2000 0x1010\n"
            "\n"
            "MAPPED_LIBRARIES:\n"
            "00001000-00003000 r-xp 00000400 00:00 0 /bin/app\n");
}

TEST(LegacyEncode, ErrorsSayWhatCannotBeWritten) {
  model::Profile p = two_tables();
  p.value_pool[0] = -1;
  EXPECT_EQ(encode_legacy(p).error(),
            "legacy text cannot hold negative values; convert the profiles before subtracting");
  p = two_tables();
  p.value_pool[12] = 0;
  EXPECT_EQ(encode_legacy(p).error(), "legacy text cannot hold bytes without objects");
  p = two_tables();
  p.value_pool[0] = INT64_MAX;
  EXPECT_EQ(encode_legacy(p).error(), "the values are too large for legacy text");
  p = two_tables();
  p.strings[p.sample_types[2].type] = "live";
  EXPECT_EQ(encode_legacy(p).error(),
            "legacy text needs the sample type inuse_objects, which the profile does not have");
}

TEST(LegacyEncode, GooglePprofShowsTheSameTotals) {
  const testing_support::TempDir dir;
  for (std::uint64_t seed = 0; seed < testing_support::rounds(3); ++seed) {
    const model::Profile profile = testing_support::random_profile(seed, {30, 12, 6, false});
    const auto text = encode_legacy(profile);
    ASSERT_TRUE(text) << text.error();
    const std::string file = dir / "profile.heap";
    ASSERT_TRUE(write_file(file, *text));
    const auto totals = testing_support::totals(profile);
    const std::array<const char*, 4> choices{"--alloc_objects", "--alloc_space", "--inuse_objects", "--inuse_space"};
    for (std::size_t type = 0; type < choices.size(); ++type) {
      const std::string printed =
          testing_support::google_pprof({choices[type], "--show_bytes", "/bin/true", file}, dir.path());
      EXPECT_EQ(testing_support::number_after(printed, "Total: "), totals[type]) << choices[type] << "\n"
                                                                                 << printed.substr(0, 300);
    }
  }
}

TEST(LegacyEncode, GoPprofReadsItToo) {
  const testing_support::TempDir dir;
  const model::Profile profile = testing_support::random_profile(4, {30, 12, 6, false});
  const std::string file = dir / "profile.heap";
  ASSERT_TRUE(write_file(file, *encode_legacy(profile)));
  const auto totals = testing_support::totals(profile);
  for (std::size_t type = 0; type < 4; ++type) {
    const std::string name(model::kSampleTypes[type].type);
    const std::string printed =
        testing_support::go_pprof({"-top", "-unit=bytes", "-sample_index=" + name, file}, dir.path());
    EXPECT_EQ(testing_support::number_after(printed, "% of "), totals[type]) << name;
  }
}

// A quirk of go tool pprof: if alloc equals inuse in the header, it assumes that there are no alloc columns.
TEST(LegacyEncode, WithNothingFreedGoPprofReadsTwoTypes) {
  const testing_support::TempDir dir;
  Builder b = Builder::ours(1);
  const std::array stack{b.location({model::kNone, 0x100f, {}, false})};
  b.sample(stack, {}, Values{2, 64, 2, 64, 0, 0});
  const std::string file = dir / "profile.heap";
  ASSERT_TRUE(write_file(file, *encode_legacy(std::move(b).finish())));
  const std::string printed = testing_support::go_pprof({"-raw", file}, dir.path());
  EXPECT_THAT(printed, testing::HasSubstr("\nobjects/count space/bytes\n"));
}

}  // namespace
}  // namespace bucketprof::pprof
