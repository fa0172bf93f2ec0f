// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/finding_text.h"

#include <gtest/gtest.h>

namespace bucketprof::report {
namespace {

findings::Finding finding() {
  findings::Finding found;
  found.tables = {"users"};
  found.kind = "go_map";
  found.avoidable = 40'106'802;
  return found;
}

TEST(FindingText, NamesItsTables) {
  findings::Finding found = finding();
  EXPECT_EQ(tables_of(found), "users (go_map)");
  found.tables = {"users", "orders"};
  EXPECT_EQ(tables_of(found), "users and 1 other (go_map)");
  found.tables = {"users", "orders", "prices"};
  found.kind.clear();
  EXPECT_EQ(tables_of(found), "users and 2 others");
  found.tables.clear();
  EXPECT_EQ(tables_of(found), "");
}

TEST(FindingText, NamesATable) {
  EXPECT_EQ(table_of("users", "go_map"), "users (go_map)");
  EXPECT_EQ(table_of("users", ""), "users");
}

TEST(FindingText, NamesItsPlace) {
  EXPECT_EQ(place_of({"int shop::load<int>(std::string const&)", "/src/users.cpp", 12}),
            "/src/users.cpp:12 shop::load");
  EXPECT_EQ(place_of({"server+0x1234", "", 0}), "server+0x1234");
}

TEST(FindingText, SaysWhatItSavesAndHowSureThatIs) {
  findings::Finding found = finding();
  EXPECT_EQ(savings_of(found), "38.2 MiB of what the run allocates");
  found.avoidable_inuse = 2048;
  EXPECT_EQ(savings_of(found), "38.2 MiB of what the run allocates, 2.0 KiB in use at the moment");
  found.confidence = findings::Confidence::kMedium;
  found.error = 10 << 20;
  found.of_inuse = true;
  EXPECT_EQ(savings_of(found), "38.2 MiB +- 10.0 MiB (confidence medium) of what is in use at the moment");
}

}  // namespace
}  // namespace bucketprof::report
