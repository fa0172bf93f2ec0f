// SPDX-License-Identifier: Apache-2.0
//
// What all findings have in common: order, thresholds, confidence, keys. No profile, however absurd, breaks them.
#include "profiler/findings/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/base/statistics.h"
#include "tests/support/findings_of.h"
#include "tests/support/random_profile.h"
#include "tests/support/sanitized.h"

namespace bucketprof::findings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::absl_array;
using testing_support::at;
using testing_support::findings_of;
using testing_support::go_array;
using testing_support::Random;
using testing_support::TableProfile;

TEST(Findings, TheMostAvoidableBytesFirstThenByKey) {
  TableProfile tables;
  tables.blocks(absl_array("hint", 2047, 5, 1792, "few"), at(1), 10, 5);
  tables.blocks(absl_array("hint", 2047, 5, 1792, "z"), at(2), 20, 5);
  tables.blocks(absl_array("hint", 2047, 5, 1792, "a"), at(3), 20, 5);
  tables.blocks(absl_array("hint", 2047, 0, 1792, "most"), at(4), 30, 0);
  std::vector<std::string> keys;
  for (const Finding& finding : findings_of(std::move(tables))) keys.push_back(finding.key);
  EXPECT_THAT(keys, ElementsAre("never_used:most:fill", "over_preallocated:a:fill", "over_preallocated:z:fill",
                                "over_preallocated:few:fill"));
}

TEST(Findings, KeysNameTheFunctionWithoutArgumentsAndTheLineNotAtAll) {
  const auto key = [](std::int64_t line, const char* function) {
    TableProfile tables;
    tables.blocks(absl_array("hint", 2047, 5, 1792), at(line, function), 10, 5);
    return findings_of(std::move(tables)).at(0).key;
  };
  EXPECT_EQ(key(1, "shop::Cart::load(std::vector<int> const&)"), "over_preallocated:t:shop::Cart::load");
  EXPECT_EQ(key(99, "shop::Cart::load(std::vector<int> const&)"), "over_preallocated:t:shop::Cart::load");
  EXPECT_EQ(key(1, "void shop::load<int>()"), "over_preallocated:t:shop::load");
}

TEST(Findings, BytesBelowTheThresholdAreNotWorthASentence) {
  const auto with = [](double min_bytes) {
    TableProfile tables;
    tables.blocks(absl_array("hint", 2047, 5, 1792), at(1), 10, 5);  // 346800 avoidable
    Thresholds thresholds;
    EXPECT_TRUE(set_threshold(thresholds, "min_bytes", min_bytes));
    return findings_of(std::move(tables), thresholds).size();
  };
  EXPECT_EQ(with(346800), 1U);
  EXPECT_EQ(with(346801), 0U);
}

TEST(Findings, AShareOfTheBytesOfTheTablesThemselves) {
  const auto with = [](double min_share) {
    TableProfile tables;
    tables.blocks(absl_array("hint", 2047, 790, 1792), at(1), 100, 780);  // 1023 slots suffice: half
    Thresholds thresholds;
    EXPECT_TRUE(set_threshold(thresholds, "min_share", min_share));
    return findings_of(std::move(tables), thresholds).size();
  };
  EXPECT_EQ(with(0.5), 1U);
  EXPECT_EQ(with(0.501), 0U);
}

// 346800 bytes are half a percent of 69 MB.
TEST(Findings, AShareOfTheBytesOfAllTables) {
  const auto with = [](std::int64_t others) {
    TableProfile tables;
    tables.blocks(absl_array("hint", 2047, 5, 1792), at(1), 10, 5);
    tables.blocks(absl_array("hint", 2047, 1792, 1792, "healthy"), at(2), others, 1792);
    return findings_of(std::move(tables)).size();
  };
  EXPECT_EQ(with(1900), 1U);
  EXPECT_EQ(with(2000), 0U);
}

class FindingContextTest : public testing::Test {
 protected:
  static Saving saving(double avoidable, double error, bool of_inuse = false) {
    return {.avoidable = avoidable,
            .of = 1e12,  // very many samples
            .of_inuse = of_inuse,
            .variance = std::pow(error / kNormal95, 2)};
  }
  Finding finish(double avoidable, double error, std::int64_t interval, bool of_inuse = false) {
    const FindingContext context{.profile = profile_,
                                 .frames = frames_,
                                 .thresholds = thresholds_,
                                 .interval = interval,
                                 .alloc_space = 1e6,
                                 .inuse_space = 1000};
    Finding finding;
    context.finish(finding, frames_.caller(0), 0, saving(avoidable, error, of_inuse));
    return finding;
  }
  model::Profile profile_ = std::move(TableProfile().blocks(absl_array("hint", 15, 1), at(3), 1, 1)).finish();
  recognize::Frames frames_{profile_};
  Thresholds thresholds_;
};

// In a sampled profile, the error includes one percent for the inaccuracy of the formulas themselves.
TEST_F(FindingContextTest, ConfidenceIsTheErrorBesideTheBytes) {
  EXPECT_EQ(finish(1000, 0, 1).confidence, Confidence::kExact);
  EXPECT_EQ(finish(1000, 0, 1).error, 0);
  EXPECT_EQ(finish(1000, 700, 1).confidence, Confidence::kExact);
  EXPECT_EQ(finish(1000, 700, 1).error, 0);
  EXPECT_EQ(finish(1000, 0, 512).confidence, Confidence::kHigh);
  EXPECT_EQ(finish(1000, 0, 512).error, 10);
  EXPECT_EQ(finish(1000, 89.5, 512).confidence, Confidence::kHigh);
  EXPECT_EQ(finish(1000, 89.5, 512).error, 100);
  EXPECT_EQ(finish(1000, 90.5, 512).confidence, Confidence::kMedium);
  EXPECT_EQ(finish(1000, 489.5, 512).confidence, Confidence::kMedium);
  EXPECT_EQ(finish(1000, 490.5, 512).confidence, Confidence::kLow);
}

// As for blocks whose sizes and sums disagree.
TEST_F(FindingContextTest, AvoidableIsNotMoreThanThereIs) {
  EXPECT_EQ(finish(2e6, 0, 1).avoidable, 1'000'000);
  EXPECT_EQ(finish(2e6, 0, 1, true).avoidable, 1000);
  EXPECT_EQ(finish(2e6, 0, 1, true).avoidable_inuse, 1000);
  EXPECT_EQ(finish(500, 0, 1, true).avoidable_inuse, 500);
}

TEST_F(FindingContextTest, AnErrorAsLargeAsTheBytesIsNoFinding) {
  const FindingContext context{.profile = profile_, .frames = frames_, .thresholds = thresholds_, .interval = 512};
  EXPECT_TRUE(saving(100'000, 99'999).is_certain());
  EXPECT_FALSE(saving(100'000, 100'001).is_certain());
  EXPECT_FALSE(saving(std::nan(""), 0).is_certain());
  Saving worth = saving(100'000, 99'999);
  worth.of = worth.avoidable;
  EXPECT_TRUE(context.is_worth_reporting(worth));
  EXPECT_FALSE(context.is_worth_reporting(saving(std::nan(""), 0)));
}

// Of n sampled blocks the 95 % limit is that of a Poisson distribution: n + 1.96 sqrt(n) + 2, about.
TEST_F(FindingContextTest, FewSamplesTellLess) {
  const auto of_samples = [](double n) { return Saving{.avoidable = n, .of = n, .variance = n}; };
  EXPECT_FALSE(of_samples(4).is_certain());  // 4 + 5.9
  EXPECT_FALSE(of_samples(7).is_certain());  // 7 + 7.2
  EXPECT_TRUE(of_samples(8).is_certain());   // 8 + 7.5
}

TEST(Findings, SampledProfilesSayHowSureTheyAre) {
  TableProfile tables(524288);
  tables.blocks(absl_array("hint", 2047, 5, 1792), at(10), 3000, 5);  // 6.4 % of them are sampled: about 193
  const auto found = findings_of(std::move(tables));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].avoidable, 3000 * (34816 - 136));
  // The number of tables is 3000 +- (1.96 * sqrt(3000 * 14.6) + 2 * 14.6), which is 14.6 %. The formulas add 1 %.
  EXPECT_NEAR(static_cast<double>(found[0].error), 0.156 * 3000 * 34816, 0.002 * 3000 * 34816);
  EXPECT_EQ(found[0].confidence, Confidence::kMedium);
}

TEST(Findings, AProfileWithoutPartsAndCausesHasNone) {
  TableProfile tables;
  auto bare = absl_array("", 2047, 0, 1792);
  bare.part = "";
  tables.add(bare, at(1), {1000, 34816000, 1000, 34816000, 34816000, 34816000});
  EXPECT_THAT(findings_of(std::move(tables)), IsEmpty());
}

void expect_sane(const model::Profile& profile, std::uint64_t seed, std::size_t& findings) {
  Thresholds all;  // lowest, so that everything is reported
  for (const std::string_view name : threshold_names()) {
    if (name == "emptied_fill" || name == "tiny_entries") continue;
    EXPECT_TRUE(set_threshold(all, name, 0));
  }
  const analyze::Analysis analysis = analyze::analyze(profile, all);
  double alloc = 0;
  double inuse = 0;
  const facts::SampleReader reader(profile);
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const auto& of = reader.read(i).amounts.values;
    alloc += std::max(0.0, static_cast<double>(of[model::kAllocSpace]));
    inuse += std::max(0.0, static_cast<double>(of[model::kInuseSpace]));
  }
  findings += analysis.findings.size();
  for (const Finding& finding : analysis.findings) {
    const auto avoidable = static_cast<double>(finding.avoidable);
    EXPECT_GE(finding.avoidable, 0) << seed << " " << finding.key;
    EXPECT_LE(avoidable, 1 + (1 + 1e-9) * (finding.of_inuse ? inuse : alloc)) << seed << " " << finding.key;
    EXPECT_GE(finding.avoidable_inuse, 0) << seed << " " << finding.key;
    EXPECT_LE(finding.avoidable_inuse, finding.avoidable) << seed << " " << finding.key;
    EXPECT_LE(static_cast<double>(finding.avoidable_inuse), 1 + (1 + 1e-9) * inuse) << seed << " " << finding.key;
    EXPECT_GE(finding.error, 0) << seed << " " << finding.key;
    for (const Evidence& one : finding.evidence) EXPECT_TRUE(std::isfinite(one.value)) << seed << " " << one.name;
  }
}

TEST(Findings, RandomProfilesGiveSaneOnes) {
  std::size_t findings = 0;
  for (std::uint64_t seed = 0; seed < testing_support::rounds(300); ++seed) {
    expect_sane(testing_support::random_profile(seed), seed, findings);
    expect_sane(testing_support::random_foreign_profile(seed), seed, findings);
  }
  EXPECT_EQ(findings, 0U);  // their blocks have sizes that no container allocates
}

/// A profile with our labels and arbitrary numbers. About half of the samples follow a growth rule.
model::Profile garbage(std::uint64_t seed) {
  Random random(seed);
  const auto number = [&random]() -> std::int64_t {
    using Limits = std::numeric_limits<std::int64_t>;
    constexpr std::array<std::int64_t, 10> kEdges{0, 1, -1, 8, 127, 2176, 1 << 20, 1000, Limits::min(), Limits::max()};
    if (random.one_in(2)) return kEdges[random.below(kEdges.size())];
    return static_cast<std::int64_t>(random.next() >> random.below(64));
  };
  const auto any_of = [&random](std::initializer_list<const char*> names) {
    return std::string(*(names.begin() + random.below(names.size())));
  };
  TableProfile tables(random.one_in(2) ? 1 : number());
  for (std::uint64_t i = 1 + random.below(30); i > 0; --i) {
    const std::array rules{absl_array("hint", 2047, 0), go_array("hint", 2272, 0), go_array("hint", 8, 0),
                           testing_support::BlockSample{.kind = "std_node", .bytes = 104, .slots = 13},
                           testing_support::BlockSample{.kind = "boost_flat", .bytes = 512, .slots = 29}};
    auto block = rules[random.below(rules.size())];
    if (random.one_in(3)) block.bytes = number();
    if (random.one_in(3)) block.slots = number();
    if (random.one_in(3)) block.entry_bytes = number();
    if (random.one_in(2)) block.peak = number();
    block.hint = random.one_in(2) ? number() : 1000;
    block.table = any_of({"a", "b"});
    block.part = any_of({"buckets", "buckets", "buckets", "overflow", "nodes", "odd"});
    block.cause =
        any_of({"hint", "first_insert", "grow_double", "grow_same_size", "overflow", "rehash", "node", "odd"});
    TableProfile::Values values{};
    for (std::int64_t& value : values) value = number();
    tables.add(block, at(static_cast<std::int64_t>(random.below(3))), values);
  }
  return std::move(tables).finish();
}

TEST(Findings, GarbageGivesSaneOnes) {
  std::size_t findings = 0;
  for (std::uint64_t seed = 0; seed < testing_support::rounds(3000); ++seed) expect_sane(garbage(seed), seed, findings);
  EXPECT_GT(findings, testing_support::rounds(1000));
}

}  // namespace
}  // namespace bucketprof::findings
