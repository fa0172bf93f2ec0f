// SPDX-License-Identifier: Apache-2.0
//
// The text in reports about memory that classification left out.
#include "profiler/report/format/left_out.h"

#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

TEST(LeftOut, SaysBytesInUseAndAllocated) {
  facts::Facts facts;
  EXPECT_EQ(left_out_text(facts), "");
  facts.other.values[model::kAllocSpace] = 2048;
  EXPECT_EQ(left_out_text(facts), "0 B in use and 2.0 KiB allocated are no known hash table's");
}

}  // namespace
}  // namespace bucketprof::report
