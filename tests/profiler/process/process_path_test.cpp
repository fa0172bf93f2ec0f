// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/process_path.h"

#include <gtest/gtest.h>

#include <string>

namespace bucketprof::service {
namespace {

TEST(ProcessPath, HasTheProcessId) {
  EXPECT_STREQ(ProcessPath("/a/%p.x", 12).c_str(), "/a/12.x");
  EXPECT_STREQ(ProcessPath("%p", 4194304).c_str(), "4194304");
  EXPECT_STREQ(ProcessPath("/a/%p/%p", 3).c_str(), "/a/3/%p");
  EXPECT_STREQ(ProcessPath("/a", 3).c_str(), "/a");
  EXPECT_STREQ(ProcessPath("", 3).c_str(), "");
}

TEST(ProcessPath, IsCutWhereItIsTooLong) {
  for (const std::size_t length : {4090U, 4093U, 4094U, 4095U, 4096U, 5000U}) {
    const std::string text(length, 'x');
    EXPECT_LT(std::string(ProcessPath(text + "%p.keeper", 12345).c_str()).size(), ProcessPath::kMost) << length;
    EXPECT_EQ(std::string(ProcessPath(text, 1).c_str()), text.substr(0, ProcessPath::kMost - 1)) << length;
  }
}

}  // namespace
}  // namespace bucketprof::service
