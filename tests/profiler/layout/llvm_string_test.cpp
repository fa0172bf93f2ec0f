// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/llvm_string.h"

#include <gtest/gtest.h>

#include "tests/profiler/layout/made_blocks.h"

namespace bucketprof::layout {
namespace {

TEST(LayoutLlvmString, SeesWhatWasMade) {
  Random random(1);
  for (const std::uint64_t slots : {128, 1024, 65536}) {
    const Made made = made_llvm_string(random, slots);
    EXPECT_EQ(look_at_made(made.bytes), made.look) << slots;
    EXPECT_TRUE(may_be_array(made.bytes.size()));
  }
}

TEST(LayoutLlvmString, SeesNothingWithoutTheMarkOfTheEndOrWithWhatIsNoAddress) {
  Random random(2);
  const Made made = made_llvm_string(random, 256);
  for (const auto& [word, value] :
       {std::pair<std::size_t, std::uint64_t>{256, 0}, {256, 3}, {0, 4}, {7, 8}, {255, ~0ULL}}) {
    Bytes bytes = made.bytes;
    put_number<std::uint64_t>(bytes, word * 8, value);
    EXPECT_EQ(look_at_made(bytes), Look{}) << word << " " << value;
  }
}

TEST(LayoutLlvmString, SeesEmptyArraysAndNoneThatIsTooFull) {
  Bytes bytes(std::size_t{257} * 12);
  put_number<std::uint64_t>(bytes, std::size_t{256} * 8, 2);
  EXPECT_EQ(look_at_made(bytes), (Look{.layout = Layout::kLlvmString, .slot_bytes = 12, .slots = 256}));
  for (std::size_t i = 0; i < 193; ++i) put_number<std::uint64_t>(bytes, i * 8, 0x7f0000001000);
  EXPECT_EQ(look_at_made(bytes).full, 193U);  // when it is replaced
  put_number<std::uint64_t>(bytes, 200 * 8, 0x7f0000001000);
  EXPECT_EQ(look_at_made(bytes), Look{});
}

}  // namespace
}  // namespace bucketprof::layout
