// SPDX-License-Identifier: Apache-2.0
//
// The index alone, on one known chain of inlined calls. symbolize_test.cpp compares thousands of addresses.
#include "profiler/symbolize/dwarf_index.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/profiler/symbolize/programs.h"

namespace bucketprof::symbolize {
namespace {

class DwarfIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    fd_ = ::open(program("pie").c_str(), O_RDONLY | O_CLOEXEC);
    dwarf_ = dwarf_begin(fd_, DWARF_C_READ);
    ASSERT_NE(dwarf_, nullptr);
  }
  void TearDown() override {
    dwarf_end(dwarf_);
    ::close(fd_);
  }
  int fd_ = -1;
  Dwarf* dwarf_ = nullptr;
};

TEST_F(DwarfIndexTest, AChainOfInlinedCalls) {
  DwarfIndex index(dwarf_);
  bool found = false;
  for (const std::uint64_t address : code_addresses(program("pie"), 1)) {
    const auto frames = index.frames(address);
    if (frames.size() != 3 || frames[2].function == nullptr ||
        frames[2].function->name != "outer::(anonymous namespace)::static_like") {
      continue;
    }
    EXPECT_EQ(frames[0].function->name, "outer::(anonymous namespace)::innermost");
    EXPECT_EQ(frames[1].function->name, "outer::(anonymous namespace)::Helper::middle");
    EXPECT_EQ(frames[1].function->system_name, "middle");
    for (const DwarfFrame& frame : frames) {
      EXPECT_THAT(std::string(frame.file), testing::EndsWith("/inlines.cpp"));
      EXPECT_EQ(frame.file.front(), '/');
      EXPECT_GT(frame.line, frame.function->line - 1);
    }
    found = true;
  }
  EXPECT_TRUE(found);
}

TEST_F(DwarfIndexTest, LambdasAreToldApartByTheirLine) {
  DwarfIndex index(dwarf_);
  std::set<std::string> lambdas;
  for (const std::uint64_t address : code_addresses(program("pie"), 1)) {
    for (const DwarfFrame& frame : index.frames(address)) {
      if (frame.function != nullptr && frame.function->name.find("{lambda") != std::string::npos)
        lambdas.insert(frame.function->name);
    }
  }
  EXPECT_GE(lambdas.size(), 2U);
  for (const std::string& name : lambdas) {
    EXPECT_THAT(name, testing::StartsWith("outer::total::"));
    EXPECT_THAT(name, testing::HasSubstr("::{lambda:"));
  }
}

TEST_F(DwarfIndexTest, UnknownAddressesHaveNoFrames) {
  DwarfIndex index(dwarf_);
  EXPECT_TRUE(index.frames(0).empty());
  EXPECT_TRUE(index.frames(1).empty());
  EXPECT_TRUE(index.frames(~std::uint64_t{0}).empty());
}

}  // namespace
}  // namespace bucketprof::symbolize
