// SPDX-License-Identifier: Apache-2.0
//
// Numbers and shortened names at their edges.
#include "profiler/report/units.h"

#include <gtest/gtest.h>

#include <limits>

namespace bucketprof::report {
namespace {

TEST(Units, HumanBytes) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(human_bytes(-1536), "-1.5 KiB");
  EXPECT_EQ(human_bytes(std::int64_t{3} << 30), "3.0 GiB");
  EXPECT_EQ(human_bytes(std::numeric_limits<std::int64_t>::max()), "8.0 EiB");
  EXPECT_EQ(human_bytes(std::numeric_limits<std::int64_t>::min()), "-8.0 EiB");
}

TEST(Units, PercentOfNothingIsNothing) {
  EXPECT_EQ(percent(1, 3), "33 %");
  EXPECT_EQ(percent(0, 3), "0 %");
  EXPECT_EQ(percent(3, 3), "100 %");
  EXPECT_EQ(percent(0, 0), "");
}

TEST(Units, BaseName) {
  EXPECT_EQ(base_name("/opt/shop/server"), "server");
  EXPECT_EQ(base_name("server"), "server");
  EXPECT_EQ(base_name("/opt/"), "");
  EXPECT_EQ(base_name(""), "");
}

TEST(Units, InUnit) {
  EXPECT_EQ(in_unit(2048, "bytes"), "2.0 KiB");
  EXPECT_EQ(in_unit(2048, "count"), "2,048");
  EXPECT_EQ(in_unit(2048, ""), "2,048");
  EXPECT_EQ(in_unit(2048, "nanoseconds"), "2,048 nanoseconds");
}

TEST(Units, LongNamesLoseTheirEndOrStart) {
  EXPECT_EQ(keep_start("abcdef", 6), "abcdef");
  EXPECT_EQ(keep_start("abcdefg", 6), "abc...");
  EXPECT_EQ(keep_end("abcdefg", 6), "...efg");
  EXPECT_EQ(keep_start("abcdefg", 2), "..");
  EXPECT_EQ(keep_end("abcdefg", 0), "");
  // Characters are counted, not bytes, and never cut in two.
  EXPECT_EQ(keep_start("äöüäöü", 6), "äöüäöü");
  EXPECT_EQ(keep_start("äöüäöüß", 6), "äöü...");
  EXPECT_EQ(keep_end("äöüäöüß", 6), "...öüß");
}

TEST(Units, NamesCannotSteerTheTerminal) {
  EXPECT_EQ(keep_start("a\x1b[31mb\n\tc\x7f", 40), "a?[31mb??c?");
  EXPECT_EQ(keep_end("\r\n", 40), "??");
}

}  // namespace
}  // namespace bucketprof::report
