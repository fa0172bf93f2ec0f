// SPDX-License-Identifier: Apache-2.0
//
// Frames whose rules only libunwind finds. call_frame_test.cpp compares probe() with read_call_frame() on all others.
#include "profiler/stack/probe.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "profiler/base/sanitizer.h"
#include "tests/profiler/stack/frames.h"

namespace bucketprof::stack {
namespace {

TEST(Probe, FindsOutWhatExpressionsSay) {
  ASSERT_TRUE(prepare_probing());
#if !defined(BUCKETPROF_SANITIZED)  // sanitizers change frames
  const std::uintptr_t address = realigned_frame(100);
  const Rule rule = probe(address);
  EXPECT_EQ(rule.kind, Rule::Kind::kStep);
  EXPECT_EQ(rule.cfa, Rule::Cfa::kThroughFramePointer);
  EXPECT_EQ(rule.saved, Rule::Saved::kAtFramePointer);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(probe(address), rule);
#endif
}

TEST(Probe, IsOpaqueWhereNoTablesAre) {
  ASSERT_TRUE(prepare_probing());
  EXPECT_EQ(probe(0).kind, Rule::Kind::kUnknown);
  EXPECT_EQ(probe(0x1234).kind, Rule::Kind::kOpaque);
  static std::array<char, 64> data{};
  EXPECT_EQ(probe(reinterpret_cast<std::uintptr_t>(data.data() + 32)).kind, Rule::Kind::kOpaque);
  EXPECT_EQ(probe(~std::uintptr_t{0}).kind, Rule::Kind::kOpaque);
  EXPECT_EQ(probe(0x5000'0000'0000'0000).kind, Rule::Kind::kOpaque);
}

}  // namespace
}  // namespace bucketprof::stack
