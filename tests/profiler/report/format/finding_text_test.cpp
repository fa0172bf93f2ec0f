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

// The findings' own tests compare sentences and advice, too, with those of their profiles.
TEST(FindingText, SaysWhatIsWrong) {
  findings::Finding found = finding();
  const auto sentence = [&found](const findings::Problem& problem) {
    found.problem = problem;
    return sentence_of(found);
  };
  EXPECT_EQ(sentence(findings::OverPreallocated{.tables = 1, .hint = 1'000'000, .held = 40}),
            "1 table, whose array takes 1,000,000 entries, never held more than 40");
  EXPECT_EQ(sentence(findings::OverPreallocated{.tables = 7, .hint = 10, .held = 10, .mean = 2.4, .filled = true}),
            "7 tables, whose arrays take up to 10 entries, held 10 at most, but 2 on average");
  EXPECT_EQ(sentence(findings::GrownInSteps{
                .tables = 2, .hint = 100, .growths = 3, .moved = 4000, .held = 5000, .held_is_known = false}),
            "2 tables, whose first arrays take up to 100 entries, grew 3 times on the way to at most 5,000 entries and "
            "moved 4,000 entries doing so");
  EXPECT_EQ(sentence(findings::Emptied{.tables = 2, .most = 1e300, .left = 0}),
            "2 tables held up to 4,611,686,018,427,387,904 entries, 0 each are left, and the array is kept");
}

// Nobody counted what arrays held that were looked at when they were freed.
TEST(FindingText, DoesNotClaimMoreThanWasSeen) {
  findings::Finding found = finding();
  found.basis = findings::Basis::kSeen;
  const auto sentence = [&found](const findings::Problem& problem) {
    found.problem = problem;
    return sentence_of(found);
  };
  EXPECT_EQ(sentence(findings::OverPreallocated{.tables = 1, .hint = 1'000'000, .held = 40}),
            "1 table, whose array takes 1,000,000 entries, held 40 when it was freed or at the end");
  EXPECT_EQ(
      sentence(findings::OverPreallocated{.tables = 7, .hint = 10, .held = 10, .mean = 2.4, .filled = true}),
      "7 tables, whose arrays take up to 10 entries, held 10 at most, but 2 on average, when they were freed or at "
      "the end");
  EXPECT_EQ(sentence(findings::NeverUsed{.unused = 1, .tables = 1, .hint = 100}),
            "1 table, whose array takes 100 entries, had none when it was freed or at the end");
  EXPECT_EQ(sentence(findings::NeverUsed{.unused = 9, .tables = 10, .hint = 100}),
            "9 of 10 tables, whose arrays take up to 100 entries, had none when they were freed or at the end");
  EXPECT_EQ(sentence(findings::GrownInSteps{.tables = 1, .growths = 5, .moved = 70, .held = 90}),
            "1 table grew 5 times on the way to at least 90 entries and moved 70 entries doing so");
  EXPECT_EQ(sentence(findings::Emptied{.tables = 1, .most = 90, .left = 2}),
            "1 table held at least 90 entries, 2 are left, and the array is kept");
  EXPECT_EQ(savings_of(found), "seen: 38.2 MiB of what the run allocates");
  found.basis = findings::Basis::kBounded;
  EXPECT_EQ(savings_of(found), "bounded: 38.2 MiB of what the run allocates");
}

TEST(FindingText, SaysWhatToDo) {
  using findings::FindingId;
  EXPECT_EQ(advice_of(std::nullopt), "");
  EXPECT_EQ(advice_of(findings::Advice{.id = FindingId::kOverPreallocated, .reserve = 52, .hint = 1000}),
            "reserve(52) here");
  EXPECT_EQ(advice_of(findings::Advice{.id = FindingId::kOverPreallocated, .reserve = {}, .hint = 1000}),
            "do not reserve here: tables without one allocate less");
  EXPECT_EQ(advice_of(findings::Advice{.id = FindingId::kGrownInSteps, .reserve = 52}),
            "reserve(52) before the first insert");
  EXPECT_EQ(advice_of(findings::Advice{.id = FindingId::kGrownInSteps, .reserve = 52, .hint = 10}), "reserve(52) here");
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
