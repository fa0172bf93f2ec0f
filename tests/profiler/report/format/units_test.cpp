// SPDX-License-Identifier: Apache-2.0
//
// Edge cases of numbers and shortened names.
#include "profiler/report/format/units.h"

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

TEST(Units, GrowthHasASign) {
  EXPECT_EQ(signed_in_unit(1536, "bytes"), "+1.5 KiB");
  EXPECT_EQ(signed_in_unit(-1536, "bytes"), "-1.5 KiB");
  EXPECT_EQ(signed_in_unit(0, "bytes"), "0 B");
  EXPECT_EQ(signed_in_unit(1234, "count"), "+1,234");
  EXPECT_EQ(growth_percent(50, 60), "+20.0 %");
  EXPECT_EQ(growth_percent(60, 50), "-16.7 %");
  EXPECT_EQ(growth_percent(60, 0), "-100.0 %");
  EXPECT_EQ(growth_percent(0, 60), "");
  EXPECT_EQ(growth_percent(1, 100), "+9900.0 %");
  EXPECT_EQ(growth_percent(1, std::numeric_limits<std::int64_t>::max()), ">+9999 %");
}

TEST(Units, LongNamesLoseTheirEndOrStart) {
  EXPECT_EQ(elide_end("abcdef", 6), "abcdef");
  EXPECT_EQ(elide_end("abcdefg", 6), "abc...");
  EXPECT_EQ(elide_start("abcdefg", 6), "...efg");
  EXPECT_EQ(elide_end("abcdefg", 2), "..");
  EXPECT_EQ(elide_start("abcdefg", 0), "");
  // Lengths are in characters, not bytes, and no character is cut.
  EXPECT_EQ(elide_end("äöüäöü", 6), "äöüäöü");
  EXPECT_EQ(elide_end("äöüäöüß", 6), "äöü...");
  EXPECT_EQ(elide_start("äöüäöüß", 6), "...öüß");
}

TEST(Units, NamesCannotSteerTheTerminal) {
  EXPECT_EQ(elide_end("a\x1b[31mb\n\tc\x7f", 40), "a?[31mb??c?");
  EXPECT_EQ(elide_start("\r\n", 40), "??");
  EXPECT_EQ(elide_end("a\xc2\x9b"
                      "31m\xc2\xa0",
                      40),
            "a?31m\xc2\xa0");  // U+009B is equivalent to ESC [
}

TEST(Units, BytesThatAreNoCharactersAreCounted) {
  EXPECT_EQ(elide_end("\x80\xff", 2), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(elide_end(std::string(5000, '\x80'), 3), "...");
  EXPECT_EQ(elide_start(std::string(3, '\x80') + "a", 4),
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
            "a");
}

}  // namespace
}  // namespace bucketprof::report
