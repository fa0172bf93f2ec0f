// SPDX-License-Identifier: Apache-2.0
//
// The real `go tool pprof` on files that we write: totals, filters, diffs, and what it writes when it merges or copies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "profiler/base/file.h"
#include "profiler/model/merge.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/pprof.h"
#include "tests/support/canonical.h"
#include "tests/support/random_profile.h"
#include "tests/support/temp_dir.h"
#include "tests/support/viewers.h"

namespace bucketprof::pprof {
namespace {

using model::Profile;
using testing::HasSubstr;
using testing_support::canonical_samples;
using testing_support::random_profile;
using testing_support::totals;

class GoViewer : public testing::Test {
 protected:
  std::string save(const char* name, const Profile& profile) {
    EXPECT_TRUE(write_file(dir_ / name, encode(profile)));
    return dir_ / name;
  }
  std::string show(const std::vector<std::string>& arguments) {
    return testing_support::go_pprof(arguments, dir_.path());
  }
  /// The profile that pprof writes after reading (and merging) the files.
  Profile rewritten(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-proto", "-output=" + (dir_ / "out").string()});
    (void)show(arguments);
    const auto bytes = read_file(dir_ / "out");
    EXPECT_TRUE(bytes) << bytes.error();
    auto profile = decode(*bytes);
    EXPECT_TRUE(profile) << profile.error();
    return *profile;
  }

 private:
  testing_support::TempDir dir_;
};

/// The last number in "... accounting for 100B, 81% of 123B total".
std::int64_t total_of(const std::string& printed) { return testing_support::number_after(printed, "% of "); }

TEST_F(GoViewer, TotalsOfEachSampleType) {
  const Profile profile = random_profile(11);
  const std::string file = save("a", profile);
  for (std::size_t type = 0; type < model::kSampleTypeCount; ++type) {
    const std::string name(model::kSampleTypes[type].type);
    EXPECT_EQ(total_of(show({"-top", "-unit=bytes", "-sample_index=" + name, file})), totals(profile)[type]) << name;
  }
  EXPECT_EQ(total_of(show({"-top", "-unit=bytes", file})), totals(profile)[model::kInuseSpace]) << "the default type";
}

TEST_F(GoViewer, RawShowsHeaderLabelsAndMappings) {
  const Profile profile = random_profile(12);
  const std::string raw = show({"-raw", save("a", profile)});
  EXPECT_THAT(raw, HasSubstr("PeriodType: space bytes\nPeriod: " + std::to_string(profile.period)));
  EXPECT_THAT(raw, HasSubstr("alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes[dflt] "
                             "alloc_slack/bytes inuse_slack/bytes"));
  EXPECT_THAT(raw, HasSubstr("Comment: bucketprof.version"));
  EXPECT_THAT(raw, HasSubstr("Mappings\n1: 0x"));
  EXPECT_THAT(raw, HasSubstr("/usr/bin/program"));
  EXPECT_THAT(raw, HasSubstr("entry_bytes:["));
}

TEST_F(GoViewer, RewritesItWithoutLosingAnything) {
  for (std::uint64_t seed = 20; seed < 25; ++seed) {
    const Profile profile = random_profile(seed);
    const Profile back = rewritten({save("a", profile)});
    EXPECT_EQ(canonical_samples(back), canonical_samples(profile));
    const Status status = model::validate_ours(back);
    EXPECT_TRUE(status) << status.error();
  }
}

TEST_F(GoViewer, MergesAsWeDo) {
  std::vector<Profile> profiles;
  std::vector<std::string> files;
  for (std::uint64_t seed = 30; seed < 34; ++seed) {
    profiles.push_back(random_profile(seed % 3));
    files.push_back(save(std::to_string(seed).c_str(), profiles.back()));
  }
  const auto ours = model::merge(profiles);
  ASSERT_TRUE(ours) << ours.error();
  const Profile theirs = rewritten(files);
  EXPECT_EQ(canonical_samples(theirs), canonical_samples(*ours));
  EXPECT_EQ(theirs.time_nanos, ours->time_nanos);
  EXPECT_EQ(theirs.period, ours->period);
  EXPECT_EQ(theirs.comments.size(), ours->comments.size());
}

TEST_F(GoViewer, TagFocusSelectsByLabel) {
  const Profile profile = random_profile(13, {200, 12, 6, true});
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    for (const model::Label& label : profile.labels(i)) {
      if (profile.str(label.key) == "part" && profile.str(label.str) == "overflow") {
        expected += profile.values(i)[model::kAllocSpace];
      }
    }
  }
  ASSERT_GT(expected, 0);
  const std::string file = save("a", profile);
  const Profile focused = rewritten({"-tagfocus=part=overflow", file});
  EXPECT_EQ(totals(focused)[model::kAllocSpace], expected);
  EXPECT_THAT(show({"-top", "-tagfocus=part=overflow", file}), HasSubstr("tagfocus=part=overflow"));
}

TEST_F(GoViewer, NumbersAreFilteredByRange) {
  const Profile profile = random_profile(14, {200, 12, 6, true});
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    for (const model::Label& label : profile.labels(i)) {
      if (profile.str(label.key) == "bytes" && label.num >= 500) expected += profile.values(i)[model::kAllocSpace];
    }
  }
  ASSERT_GT(expected, 0);
  EXPECT_EQ(totals(rewritten({"-tagfocus=bytes=500b:", save("a", profile)}))[model::kAllocSpace], expected);
}

TEST_F(GoViewer, TagRootPutsTablesAtTheRoot) {
  const std::string printed = show({"-top", "-tagroot=table", save("a", random_profile(15, {100, 12, 6, true}))});
  for (const char* table : {"routes", "by name", "räume", "std::string"}) {
    EXPECT_THAT(printed, HasSubstr(std::string("  ") + table + "\n"));
  }
}

TEST_F(GoViewer, DiffBaseSubtracts) {
  const Profile base = random_profile(16);
  const Profile more = random_profile(17);
  const std::array both{base, more};
  const std::string base_file = save("base", base);
  const std::string both_file = save("both", *model::merge(both));
  EXPECT_EQ(totals(rewritten({"-diff_base=" + base_file, both_file})), totals(more));
  EXPECT_THAT(show({"-top", "-unit=bytes", "-diff_base=" + base_file, base_file}),
              HasSubstr("Showing nodes accounting for 0, 0% of " + std::to_string(totals(base)[model::kInuseSpace]) +
                        "B total"));
}

}  // namespace
}  // namespace bucketprof::pprof
