// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/table_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace bucketprof::stack {
namespace {

using Bytes = std::vector<std::uint8_t>;

TableReader over(const Bytes& bytes) { return TableReader(std::as_bytes(std::span(bytes))); }

TEST(TableReader, ReadsNumbersOfFixedSize) {
  const Bytes bytes{1, 2, 3, 0xff, 0xff, 0xff, 0xff};
  TableReader reader = over(bytes);
  EXPECT_EQ(reader.number<std::uint8_t>(), 1);
  EXPECT_EQ(reader.number<std::uint16_t>(), 0x302);
  EXPECT_EQ(reader.address(), reinterpret_cast<Address>(bytes.data() + 3));
  EXPECT_EQ(reader.number<std::int32_t>(), -1);
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.done());
}

// DWARF 5, figures 7.8 and 7.9.
TEST(TableReader, ReadsNumbersOfVaryingSize) {
  const Bytes unsigned_ones{2, 127, 0x80, 1, 0x81, 1, 0x82, 1, 0xb9, 0x64};
  TableReader reader = over(unsigned_ones);
  for (const std::uint64_t expected : {2, 127, 128, 129, 130, 12857}) EXPECT_EQ(reader.unsigned_number(), expected);
  EXPECT_TRUE(reader.ok() && reader.done());
  const Bytes signed_ones{2, 0x7e, 0xff, 0, 0x81, 0x7f, 0x80, 1, 0x80, 0x7f, 0x81, 1, 0xff, 0x7e};
  TableReader other = over(signed_ones);
  for (const std::int64_t expected : {2, -2, 127, -127, 128, -128, 129, -129})
    EXPECT_EQ(other.signed_number(), expected);
  EXPECT_TRUE(other.ok() && other.done());
}

TEST(TableReader, TakesNoMoreThanThereIs) {
  const Bytes three{1, 2, 3};
  TableReader reader = over(three);
  EXPECT_EQ(reader.take(2).size(), 2U);
  EXPECT_EQ(reader.rest().size(), 1U);
  EXPECT_EQ(reader.number<std::uint16_t>(), 0);
  EXPECT_FALSE(reader.ok());
  EXPECT_TRUE(over(three).take(4).empty());
}

TEST(TableReader, ReadsNoNumberThatIsTooLongOrCutOff) {
  const Bytes longest{0xff, 0xff, 0xff, 0xff, 0x7f};
  TableReader reader = over(longest);
  EXPECT_EQ(reader.unsigned_number(), (std::uint64_t{1} << 35) - 1);
  EXPECT_TRUE(reader.ok());
  const Bytes too_long{0xff, 0xff, 0xff, 0xff, 0xff, 0};
  TableReader longer = over(too_long);
  (void)longer.unsigned_number();
  EXPECT_FALSE(longer.ok());
  const Bytes cut{0xff, 0xff};
  TableReader shorter = over(cut);
  (void)shorter.signed_number();
  EXPECT_FALSE(shorter.ok());
}

}  // namespace
}  // namespace bucketprof::stack
