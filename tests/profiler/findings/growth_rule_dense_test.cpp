// SPDX-License-Identifier: Apache-2.0
//
// The growth rule of ankerl::unordered_dense, against what its releases 3.0.0 and 4.9.2 allocate for maps of 8-byte
// numbers: buckets and vectors, grown and reserved.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "profiler/findings/growth_rule.h"
#include "tests/support/findings_of.h"

namespace bucketprof::findings {
namespace {

struct DenseRow {
  std::uint64_t entries;
  double grown;         // bytes that a map allocates until it has them
  double reserved;      // the same after reserve(entries)
  std::uint64_t slots;  // that reserve(entries) allocates
};

void check_rows(std::int64_t first_slots, const std::array<DenseRow, 13>& rows) {
  const std::array<SeenArray, 2> seen{{{.slots = 1024, .bytes = 8192, .entry_bytes = 16},
                                       {.slots = first_slots, .bytes = 8 * first_slots, .entry_bytes = 16}}};
  const auto rule = GrowthRule::of(tables::Kind::kAnkerlDense, seen);
  ASSERT_TRUE(rule);
  EXPECT_TRUE(rule->has_vectors());
  EXPECT_TRUE(rule->tells_entries());
  for (const DenseRow& row : rows) {
    const auto entries = static_cast<double>(row.entries);
    EXPECT_EQ(rule->slots_for(row.entries), row.slots) << row.entries;
    EXPECT_EQ(rule->cost(0, row.entries, entries).all(), row.grown) << row.entries;
    EXPECT_EQ(rule->cost(row.entries, row.entries, entries).all(), row.reserved) << row.entries;
  }
}

TEST(GrowthRuleDense, AgreesWithRelease3) {
  check_rows(16, {{{1, 144, 80, 8},
                   {3, 240, 112, 8},
                   {4, 240, 128, 8},
                   {6, 368, 160, 8},
                   {7, 368, 240, 16},
                   {13, 880, 464, 32},
                   {100, 6000, 2624, 128},
                   {819, 49'008, 21'296, 1024},
                   {820, 65'392, 29'504, 2048},
                   {1000, 65'392, 32'384, 2048},
                   {6553, 393'072, 170'384, 8192},
                   {6554, 524'144, 235'936, 16'384},
                   {100'000, 6'291'312, 2'648'576, 131'072}}});
}

TEST(GrowthRuleDense, AgreesWithRelease4) {
  check_rows(4, {{{1, 48, 48, 4},
                  {3, 144, 80, 4},
                  {4, 208, 128, 8},
                  {6, 336, 160, 8},
                  {7, 464, 240, 16},
                  {13, 976, 464, 32},
                  {100, 6096, 2624, 128},
                  {819, 49'104, 21'296, 1024},
                  {820, 65'488, 29'504, 2048},
                  {1000, 65'488, 32'384, 2048},
                  {6553, 393'168, 170'384, 8192},
                  {6554, 524'240, 235'936, 16'384},
                  {100'000, 6'291'408, 2'648'576, 131'072}}});
}

TEST(GrowthRuleDense, NeedsTheSizeOfAnEntry) {
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kAnkerlDense, 8192, 1024));
  const SeenArray odd{.slots = 1000, .bytes = 8000, .entry_bytes = 16};
  EXPECT_FALSE(GrowthRule::of(tables::Kind::kAnkerlDense, {&odd, 1}));
}

}  // namespace
}  // namespace bucketprof::findings
