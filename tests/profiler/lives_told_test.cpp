// SPDX-License-Identifier: Apache-2.0
//
// The labels life and start of arrays, of real tables that do one thing after another.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "profiler/containers_absl.h"
#include "profiler/containers_boost.h"
#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/profiler.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

using Key = std::uint64_t;

/// The lives of a table's arrays, those that were replaced apart.
struct Shown {
  std::set<std::string> last;
  std::set<std::string> replaced;
  std::set<std::string> starts;
};

Shown shown(const std::string& name) {
  const model::Profile profile = snapshot(At::kNow);
  Shown found;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) != name || label_text(profile, i, model::kLabelPart) != "buckets")
      continue;
    const std::string life = label_text(profile, i, model::kLabelLife);
    (life.starts_with("replaced") ? found.replaced : found.last).insert(life);
    found.starts.insert(label_text(profile, i, model::kLabelStart));
  }
  return found;
}

template <class Table>
void fill(Table& table, Key from, Key to) {
  for (Key key = from; key < to; ++key) table.insert({key, key});
}

template <class Table>
class LivesTold : public testing::Test {
 protected:
  void SetUp() override { start(Options{.interval = kExact}); }
  void TearDown() override { stop(); }
  /// A name of the test's own, as all tests are of one process.
  static std::string name() {
    const testing::TestInfo* const info = testing::UnitTest::GetInstance()->current_test_info();
    return std::string(info->test_suite_name()) + " " + info->name();
  }
};

using Tables = testing::Types<profiled::unordered_map<Key, Key>, profiled::flat_hash_map<Key, Key>,
                              profiled::node_hash_map<Key, Key>, profiled::unordered_flat_map<Key, Key>,
                              profiled::boost_closed::unordered_map<Key, Key>, profiled::Map<Key, Key>>;
TYPED_TEST_SUITE(LivesTold, Tables);

TYPED_TEST(LivesTold, GrowthAloneIsPlain) {
  TypeParam table{named(this->name())};
  fill(table, 0, 1000);
  const Shown found = shown(this->name());
  EXPECT_EQ(found.last, std::set<std::string>{"plain"});
  EXPECT_EQ(found.replaced, std::set<std::string>{"replaced"});
  EXPECT_EQ(found.starts.size(), 1U);
}

TYPED_TEST(LivesTold, WhatWasReserved) {
  TypeParam table{named(this->name())};
  table.reserve(1000);
  EXPECT_EQ(shown(this->name()).last, std::set<std::string>{"reserved"});
  fill(table, 0, 20'000);
  const Shown found = shown(this->name());
  EXPECT_EQ(found.last, std::set<std::string>{"reserved"});
  EXPECT_EQ(found.replaced, std::set<std::string>{"replaced reserved"});
}

TYPED_TEST(LivesTold, EntriesThatComeAndGo) {
  TypeParam table{named(this->name())};
  fill(table, 0, 1000);
  for (Key key = 0; key < 500; ++key) {
    table.erase(key);
    table.insert({key + 1000, key});
  }
  EXPECT_EQ(shown(this->name()).last, std::set<std::string>{"churned"});
}

TYPED_TEST(LivesTold, ErasingAloneIsPlain) {
  TypeParam table{named(this->name())};
  fill(table, 0, 1000);
  for (Key key = 0; key < 900; ++key) table.erase(key);
  EXPECT_EQ(shown(this->name()).last, std::set<std::string>{"plain"});
}

TYPED_TEST(LivesTold, FilledAgain) {
  TypeParam table{named(this->name())};
  fill(table, 0, 100);  // of which absl's clear() keeps the array
  table.clear();
  fill(table, 0, 100);
  EXPECT_EQ(shown(this->name()).last, std::set<std::string>{"refilled"});
}

TYPED_TEST(LivesTold, ReserveInUse) {
  TypeParam table{named(this->name())};
  fill(table, 0, 10);
  table.reserve(1000);
  EXPECT_EQ(shown(this->name()).last, std::set<std::string>{"enlarged"});
}

TYPED_TEST(LivesTold, CopiesKnowWhereTheirSourceBegan) {
  TypeParam table{named(this->name())};
  fill(table, 0, 1000);
  const std::set<std::string> starts = shown(this->name()).starts;
  const TypeParam copy = table;
  const Shown found = shown(this->name());
  EXPECT_EQ(found.last, (std::set<std::string>{"plain", "copied"}));
  EXPECT_EQ(found.starts, starts);
}

TYPED_TEST(LivesTold, TablesThatBeganAtTwoLines) {
  TypeParam first{named(this->name())};
  TypeParam second{named(this->name())};
  fill(first, 0, 100);
  second.insert({0, 0});
  fill(second, 1, 100);
  EXPECT_EQ(shown(this->name()).starts.size(), 2U);
}

TYPED_TEST(LivesTold, AMovedTableGoesOn) {
  TypeParam table{named(this->name())};
  fill(table, 0, 100);
  TypeParam moved = std::move(table);
  fill(moved, 100, 1000);
  const Shown found = shown(this->name());
  EXPECT_EQ(found.last, std::set<std::string>{"plain"});
  EXPECT_EQ(found.starts.size(), 1U);
}

TEST(LivesToldOf, ATableThatBeginsAgain) {
  start(Options{.interval = kExact});
  profiled::node_hash_map<Key, Key> table{named("begins again")};
  fill(table, 0, 1000);
  table.clear();  // frees such an array
  fill(table, 0, 1000);
  const Shown found = shown("begins again");
  stop();
  EXPECT_EQ(found.last, (std::set<std::string>{"plain", "restarted"}));
}

TEST(LivesToldOf, ATableThatShrinks) {
  start(Options{.interval = kExact});
  profiled::unordered_map<Key, Key> table{named("shrinks")};
  table.reserve(10'000);
  fill(table, 0, 10);
  table.rehash(0);
  const Shown found = shown("shrinks");
  stop();
  EXPECT_EQ(found.last, std::set<std::string>{"reserved shrunk"});
}

}  // namespace
}  // namespace bucketprof::tests
