// SPDX-License-Identifier: Apache-2.0
//
// Sampled mode is unbiased: over many seeds, for block sizes far below, near and far above the interval, the mean of
// the profile's estimates lies within three standard errors of the truth, and their spread is the one that the formula
// in record/sampler.h gives.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "profiler/alloc/allocator.h"
#include "profiler/containers_map.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "profiler/profiler.h"
#include "tests/support/sanitized.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

constexpr std::uint64_t kInterval = 16 * 1024;
constexpr int kSeeds = testing_support::kSanitized ? 100 : 400;

struct Case {
  std::size_t bytes;
  int blocks;  // enough that the estimate is close to normal
};
constexpr Case kCases[] = {{64, 40000},          {1024, 4000},     {16 * 1024, 400},
                           {17 * 1024 + 3, 400}, {64 * 1024, 200}, {1 << 20, 50}};

// Records blocks of one size as if a table allocated its storage; nothing is really allocated.
void record_blocks(const Case& c, std::string_view name) {
  const alloc::TableInfo table{
      .id = alloc::draw_table_id(named(name).index), .kind = Kind::kUnknown, .type_name = "unnamed"};
  const hashmap::PartInfo part{.part = hashmap::Part::kOther};
  static std::uintptr_t next = 0x10000;
  std::vector<std::uintptr_t> half;
  for (int i = 0; i < c.blocks; ++i) {
    next += 16;
    alloc::record_alloc(reinterpret_cast<void*>(next), c.bytes, table, part);
    if (i % 2 == 0) half.push_back(next);
  }
  for (const std::uintptr_t block : half) alloc::record_free(reinterpret_cast<void*>(block));
}

TEST(Sampling, EstimatesAreUnbiasedAndSpreadAsStated) {
  for (const Case& c : kCases) {
    std::vector<std::string> names;
    for (int seed = 0; seed < kSeeds; ++seed) {
      names.push_back("sampling " + std::to_string(c.bytes) + " " + std::to_string(seed));
      start({.interval = kInterval, .seed = static_cast<std::uint64_t>(seed) + 1});
      record_blocks(c, names.back());
    }
    stop();
    const model::Profile profile = snapshot(At::kNow);
    const Status valid = model::validate_ours(profile);
    ASSERT_TRUE(valid.ok()) << valid.error();

    const double p = 1.0 - std::exp(-static_cast<double>(c.bytes) / static_cast<double>(kInterval));
    // Binomial sampling, then rounding to a whole number, which adds at most 1/4 to the variance.
    const auto variance = [p](double blocks) { return blocks * (1.0 - p) / p + 0.25; };
    for (const auto& [type, true_blocks] :
         {std::pair{model::kAllocObjects, double(c.blocks)}, std::pair{model::kInuseObjects, double(c.blocks) / 2}}) {
      double sum = 0;
      double squares = 0;
      for (const std::string& name : names) {
        const Values values = totals(profile, name);
        const double estimate = static_cast<double>(values[type]);
        sum += estimate;
        squares += (estimate - true_blocks) * (estimate - true_blocks);
        ASSERT_EQ(values[model::kAllocSpace], values[model::kAllocObjects] * static_cast<std::int64_t>(c.bytes));
      }
      const double error = sum / kSeeds - true_blocks;
      EXPECT_LE(std::abs(error), 3 * std::sqrt(variance(true_blocks) / kSeeds)) << c.bytes << " bytes, type " << type;
      // The sample variance of n repetitions has a relative standard deviation of sqrt(2/n). Four of these are allowed.
      const double ratio = squares / kSeeds / variance(true_blocks);
      if (p < 0.99) {
        EXPECT_NEAR(ratio, 1.0, 4 * std::sqrt(2.0 / kSeeds) + 0.25 / variance(true_blocks))
            << c.bytes << " bytes, type " << type;
      } else {
        EXPECT_LE(ratio, 1.0 + 4 * std::sqrt(2.0 / kSeeds)) << c.bytes << " bytes, type " << type;
      }
    }
  }
}

// An array is never credited more entries than it has room for, even if the array that replaced it was not sampled.
TEST(Sampling, NoArrayHoldsMoreThanItHasRoomFor) {
  start({.interval = 4 * 1024, .seed = 3});
  const alloc::TableName name = named("sampled arrays");
  for (int i = 0; i < 3000; ++i) {
    profiled::Map<std::uint64_t, std::uint64_t> table{name};
    for (std::uint64_t key = 0; key < 30; ++key) table[key] = key;
  }
  stop();
  const model::Profile profile = snapshot(At::kNow);
  std::int64_t blocks = 0;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) != "sampled arrays") continue;
    if (label_text(profile, i, model::kLabelPart) != "buckets") continue;
    blocks += profile.values(i)[model::kAllocObjects];
    const std::int64_t slots = label_number(profile, i, model::kLabelSlots);
    EXPECT_LE(label_number(profile, i, model::kLabelPeak), slots == 8 ? 8 : slots * 13 / 16) << slots;
  }
  EXPECT_GT(blocks, 1000);
}

}  // namespace
}  // namespace bucketprof::tests
