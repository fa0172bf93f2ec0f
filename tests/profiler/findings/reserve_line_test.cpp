// SPDX-License-Identifier: Apache-2.0
//
// What the tables of a line would allocate with other arguments, by hand. Arrays are absl's with entries of 16 bytes:
// 17 x 2^k bytes for 2^k - 1 slots.
#include "profiler/findings/reserve_line.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "profiler/findings/blocks.h"

namespace bucketprof::findings {
namespace {

class ReserveLineTest : public testing::Test {
 protected:
  ReserveLineTest() { table_.rule = GrowthRule::of(tables::Kind::kAbslFlat, 17 * 2048, 2047); }
  GrowthHistory history(bool hinted) {
    GrowthHistory history;
    history.table = &table_;
    history.hinted = hinted;
    history.slots = hinted ? 2047 : 1;
    history.bytes = 1'000'000;
    return history;
  }
  static End end(std::uint64_t limit, double tables) {
    return {.limit = limit, .entries = static_cast<double>(limit), .tables = tables};
  }
  TableBlocks table_;
};

TEST_F(ReserveLineTest, TheArgumentForMostTables) {
  GrowthHistory some = history(true);
  some.ends = {end(100, 20), end(1000, 1)};
  const ReserveLine line = line_of({some});
  EXPECT_EQ(line.most, 1000U);
  EXPECT_EQ(cost(line, 1000), 21 * 17 * 2048);
  EXPECT_EQ(cost(line, 100), 20 * 17 * 128 + 17 * (128 + 256 + 512 + 1024 + 2048));
  EXPECT_EQ(best_reserve(line).reserve, 113U);  // 100 entries, and room for some that were erased
  EXPECT_EQ(best_reserve(line).bytes, cost(line, 113));
  EXPECT_DOUBLE_EQ(mean_entries(line), (20 * 100 + 1000) / 21.0);
}

// Each that does not fit fills up in ways that cannot be told.
TEST_F(ReserveLineTest, RoomForAllWhereEntriesComeAndGo) {
  GrowthHistory some = history(true);
  some.slots = 65535;
  some.life = tables::kReserved | tables::kChurned;
  some.ends = {end(100, 20), end(1000, 1)};
  const ReserveLine line = line_of({some});
  EXPECT_EQ(best_reserve(line).reserve, table_.rule->lasting_reserve(1000));
}

TEST_F(ReserveLineTest, ARoundedPeakMayBeLess) {
  GrowthHistory some = history(true);
  some.ends = {end(1856, 1)};  // 1,793 to 1,856: more than 2,047 slots take
  EXPECT_EQ(cost(line_of({some}), 1792), 17.0 * (2048 + 4096));
  some.ends = {end(1792, 1)};  // 1,729 to 1,792
  EXPECT_EQ(cost(line_of({some}), 1700), cost(line_of({some}), 1700, true));
}

// A copy has as many slots as its source.
TEST_F(ReserveLineTest, CopiesOfWhatWasReserved) {
  table_.rule = GrowthRule::of(tables::Kind::kStdNode, 8 * 10273, 10273);
  GrowthHistory some = history(true);
  some.slots = 10273;
  some.ends = {end(10, 1)};
  some.copies = {{.slots = 10273, .limit = 10, .arrays = 3}};
  const ReserveLine line = line_of({some});
  EXPECT_EQ(cost(line, 10'000), 8.0 * 4 * 10273);
  EXPECT_EQ(cost(line, 10), 8.0 * 4 * 11);
  some.copies[0].limit = 0;
  some.ends = {end(0, 1)};
  EXPECT_EQ(cost(line_of({some}), 0), 0);
}

// An array that the source grew into is repeated whatever was reserved, unless all fits.
TEST_F(ReserveLineTest, CopiesOfWhatGrew) {
  table_.rule = GrowthRule::of(tables::Kind::kStdNode, 8 * 541, 541);
  GrowthHistory some = history(false);
  some.ends = {end(300, 1)};
  some.copies = {{.slots = 541, .limit = 300, .arrays = 1}};
  const ReserveLine line = line_of({some});
  EXPECT_EQ(cost(line, 0), 8.0 * (13 + 29 + 59 + 127 + 257 + 541 + 541));
  EXPECT_EQ(cost(line, 300), 8.0 * (313 + 313));
  some.ends.push_back(end(1000, 1));  // which is not reserved for; the copy is one of the other table
  const std::uint64_t second = table_.rule->next_slots(313);
  const std::uint64_t third = table_.rule->next_slots(second);
  EXPECT_EQ(cost(line_of({some}), 300), static_cast<double>(8 * (3 * 313 + second + third)));
}

}  // namespace
}  // namespace bucketprof::findings
