// SPDX-License-Identifier: Apache-2.0
//
// Call frame instructions written by hand. call_frame_test.cpp tests those that compilers emit.
#include "profiler/stack/frame_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace bucketprof::stack {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Address kStart = 0x4000;

/// The row at `offset` bytes into a function that begins with CFA = rsp + 8 and the return address at CFA - 8.
std::optional<Row> at(std::uint64_t offset, const Bytes& instructions, std::uint64_t code_unit = 1) {
  const Bytes first{0x0c, 7, 8, 0x90, 1};
  const Common common{.code_unit = code_unit, .data_unit = -8, .instructions = std::as_bytes(std::span(first))};
  return row_at(common, std::as_bytes(std::span(instructions)), kStart, kStart + offset);
}

Row row(std::int64_t cfa_offset, std::optional<std::int64_t> frame_pointer = std::nullopt) {
  return {.cfa_register = kStackPointerNumber,
          .cfa_offset = cfa_offset,
          .frame_pointer = frame_pointer,
          .return_address = -8};
}

TEST(FrameProgram, HoldsFromOneAdvanceToTheNext) {
  const Bytes steps{0x41, 0x0e, 16, 0x02, 200, 0x0e, 24, 0x03, 0, 2, 0x0e, 32, 0x04, 0, 0, 1, 0, 0x0e, 40};
  EXPECT_EQ(at(0, steps), row(8));
  EXPECT_EQ(at(1, steps), row(16));
  EXPECT_EQ(at(200, steps), row(16));
  EXPECT_EQ(at(201, steps), row(24));
  EXPECT_EQ(at(201 + 511, steps), row(24));
  EXPECT_EQ(at(201 + 512, steps), row(32));
  EXPECT_EQ(at(201 + 512 + 0xffff, steps), row(32));
  EXPECT_EQ(at(201 + 512 + 0x10000, steps), row(40));
  EXPECT_EQ(at(3, steps, 4), row(8));
  EXPECT_EQ(at(4, steps, 4), row(16));
}

TEST(FrameProgram, KnowsWhereRegistersAreSaved) {
  EXPECT_EQ(at(0, {0x86, 2}), row(8, -16));
  EXPECT_EQ(at(0, {0x05, 6, 3}), row(8, -24));
  EXPECT_EQ(at(0, {0x86, 2, 0xc6}), row(8));
  EXPECT_EQ(at(0, {0x86, 2, 0x06, 6}), row(8));
  EXPECT_EQ(at(0, {0x86, 2, 0x08, 6}), row(8));
  EXPECT_EQ(at(0, {0x83, 2, 0x05, 12, 3, 0xc3, 0x06, 12, 0x08, 3}), row(8));  // other registers
  EXPECT_EQ(at(0, {0x90, 2, 0xd0}), row(8));                                  // the return address, restored
}

TEST(FrameProgram, RemembersStates) {
  const Bytes steps{0x0a, 0x0e, 16, 0x86, 2, 0x0a, 0x0d, 6, 0x41, 0x0b, 0x41, 0x0b};
  Row framed = row(16, -16);
  framed.cfa_register = kFramePointerNumber;
  EXPECT_EQ(at(0, steps), framed);
  EXPECT_EQ(at(1, steps), row(16, -16));
  EXPECT_EQ(at(2, steps), row(8));
  EXPECT_EQ(at(0, {0x0b}), std::nullopt);
  EXPECT_EQ(at(0, Bytes(8, 0x0a)), row(8));
  EXPECT_EQ(at(0, Bytes(9, 0x0a)), std::nullopt);
}

TEST(FrameProgram, SkipsWhatMovesNothing) { EXPECT_EQ(at(0, {0, 0x2e, 0x90, 1, 0}), row(8)); }

TEST(FrameProgram, StopsAtWhatIsUnusualButNotBehindThePlace) {
  for (int code = 0; code < 0x40; ++code) {
    constexpr std::array kUsual{0x00, 0x02, 0x03, 0x04, 0x05, 0x06, 0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x2e};
    if (std::ranges::find(kUsual, code) != kUsual.end()) continue;
    const auto unusual = static_cast<std::uint8_t>(code);
    EXPECT_EQ(at(1, {0x41, unusual, 0, 0, 0, 0}), std::nullopt) << code;
    EXPECT_EQ(at(0, {0x41, unusual, 0, 0, 0, 0}), row(8)) << code;
  }
}

TEST(FrameProgram, LeavesOutFramesWhoseCallersStackIsSavedAnywhere) {
  for (const Bytes& saved : std::vector<Bytes>{{0x87, 4}, {0x05, 7, 4}, {0x08, 7}})
    EXPECT_EQ(at(0, saved), std::nullopt);
}

TEST(FrameProgram, IsNoneIfAnythingIsCutOff) {
  for (const Bytes& whole : std::vector<Bytes>{{0x02, 1},
                                               {0x03, 1, 0},
                                               {0x04, 1, 0, 0, 0},
                                               {0x05, 6, 2},
                                               {0x06, 6},
                                               {0x08, 6},
                                               {0x0c, 7, 8},
                                               {0x0d, 7},
                                               {0x0e, 8},
                                               {0x2e, 1},
                                               {0x86, 2}}) {
    EXPECT_TRUE(at(8, whole).has_value());
    EXPECT_EQ(at(8, Bytes(whole.begin(), whole.end() - 1)), std::nullopt) << int{whole[0]};
  }
}

}  // namespace
}  // namespace bucketprof::stack
