// SPDX-License-Identifier: Apache-2.0
//
// Iterators: what they yield and when they end, across growth, erase, clear, move and destruction of the map; what
// happens with keys that cannot be copied; and many readers at once (for ThreadSanitizer).
#include "hashmap/iterator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "hashmap/check.h"
#include "tests/hashmap/go_support.h"
#include "tests/hashmap/ledger.h"
#include "tests/support/sanitized.h"

namespace bucketprof::hashmap {
namespace {

using IntMap = Map<int, int>;
static_assert(std::is_convertible_v<IntMap::iterator, IntMap::const_iterator>);
static_assert(!std::is_convertible_v<IntMap::const_iterator, IntMap::iterator>);
static_assert(std::is_same_v<decltype(std::declval<const IntMap&>().begin()->second), const int&>);

IntMap numbers(int n) {
  IntMap map;
  for (int i = 0; i < n; ++i) map[i] = i;
  return map;
}

TEST(Iterator, YieldsReferences) {
  IntMap map = numbers(100);
  for (auto [key, value] : map) value = key * 2;
  for (auto&& [key, value] : std::as_const(map)) EXPECT_EQ(value, key * 2);
  auto at = map.find(7);
  at->second = 70;
  EXPECT_EQ(map.at(7), 70);
  EXPECT_EQ((*at++).first, 7);
}

TEST(Iterator, FromALookUpGoesOnBehindTheEntry) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  const IntMap map = numbers(1000);
  std::set<int> later;
  std::size_t total = 0;
  for (int i = 0; i < 1000; ++i) {
    std::set<int> seen;
    for (auto at = map.find(i); at != map.end(); ++at) EXPECT_TRUE(seen.insert(at->first).second);
    EXPECT_TRUE(seen.contains(i));
    EXPECT_TRUE(later.insert(static_cast<int>(seen.size())).second) << "each entry has its own place in the order";
    total += seen.size();
  }
  EXPECT_EQ(total, 1000U * 1001 / 2);
}

TEST(Iterator, CopiesWalkOnTheirOwn) {
  IntMap map = numbers(50);
  auto a = map.begin();
  ++a;
  auto b = a;
  EXPECT_EQ(a, b);
  std::vector<int> first;
  std::vector<int> second;
  for (; a != map.end(); ++a) first.push_back(a->first);
  for (; b != map.end(); ++b) second.push_back(b->first);
  EXPECT_EQ(first, second);
  EXPECT_EQ(Access::walks(map).first, 0U);
}

TEST(Iterator, MayOutliveTheMap) {
  IntMap::iterator at;
  {
    IntMap map = numbers(50);
    at = map.begin();
  }
  ++at;
  EXPECT_EQ(at, IntMap::iterator());
}

TEST(Iterator, EndsWhenTheMapIsCleared) {
  IntMap map = numbers(53);  // growing
  auto at = map.begin();
  map.clear();
  ++at;
  EXPECT_EQ(at, map.end());
}

TEST(Iterator, GoesWithTheEntriesOfAMovedMap) {
  IntMap map = numbers(50);
  auto at = map.begin();
  IntMap other(std::move(map));
  std::size_t n = 0;
  for (; at != other.end(); ++at) ++n;
  EXPECT_EQ(n, 50U);
}

TEST(Iterator, ArraysAreGivenBackWithTheLastIterator) {
  Ledger ledger;
  using M = Map<std::string, int, std::hash<std::string>, std::equal_to<std::string>,
                LedgerAllocator<std::pair<const std::string, int>>>;
  M map{LedgerAllocator<std::pair<const std::string, int>>(ledger)};
  for (int i = 0; i < 100; ++i) map[std::to_string(i)] = i;
  auto at = map.begin();
  auto copy = at;
  for (int i = 100; i < 5000; ++i) map[std::to_string(i)] = i;
  const auto arrays = [&] {
    std::size_t n = 0;
    for (const Block& block : ledger.blocks) n += block.live && block.info.part == Part::kBuckets ? 1 : 0;
    return n;
  };
  EXPECT_EQ(arrays(), 2U) << "the current one and the one the iterators began with";
  std::set<std::string> seen;
  for (; at != map.end(); ++at) EXPECT_TRUE(seen.insert(at->first).second);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.contains(std::to_string(i)));
  EXPECT_EQ(arrays(), 2U);
  copy = map.end();
  EXPECT_EQ(arrays(), 1U);
  EXPECT_EQ(check(map), "");
  EXPECT_FALSE(ledger.mismatch);
}

TEST(Iterator, ValuesUpdatedDuringGrowthAreSeen) {
  IntMap map = numbers(52);
  auto at = map.begin();
  for (int i = 52; i < 80; ++i) map[i] = i;
  for (int i = 0; i < 80; ++i) map[i] = -i;
  for (++at; at != map.end(); ++at) EXPECT_EQ(at->second, -at->first);
}

struct IdHash {
  std::size_t operator()(const std::unique_ptr<int>& key) const { return std::hash<int>()(*key); }
};
struct IdEqual {
  bool operator()(const std::unique_ptr<int>& a, const std::unique_ptr<int>& b) const { return *a == *b; }
};
using MoveOnlyMap = Map<std::unique_ptr<int>, int, IdHash, IdEqual>;

TEST(Iterator, GrowthEndsItWhenKeysCannotBeCopied) {
  MoveOnlyMap map;
  for (int i = 0; i < 52; ++i) map.try_emplace(std::make_unique<int>(i), i);
  auto at = map.begin();
  for (int i = 52; i < 70; ++i) map.try_emplace(std::make_unique<int>(i), i);
  ++at;
  EXPECT_EQ(at, map.end());
  EXPECT_EQ(check(map), "");
}

TEST(Iterator, ErasingDoesNotEndItEvenInTheMiddleOfGrowth) {
  MoveOnlyMap map;
  for (int i = 0; i < 53; ++i) map.try_emplace(std::make_unique<int>(i), i);
  ASSERT_TRUE(Access::state(map).growing);
  std::size_t n = 0;
  for (auto at = map.begin(); at != map.end(); ++n) at = map.erase(at);
  EXPECT_EQ(n, 53U);
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(check(map), "");
}

struct CopyFails {
  std::string text;
  bool operator==(const CopyFails&) const = default;
  explicit CopyFails(int i) : text(std::to_string(i)) {}
  CopyFails(const CopyFails& other) : text(other.text) {
    if (fail) throw std::runtime_error("no copies today");
  }
  CopyFails(CopyFails&&) = default;
  inline static bool fail = false;
};
struct TextHash {
  std::size_t operator()(const CopyFails& key) const { return std::hash<std::string>()(key.text); }
};

TEST(Iterator, AKeyThatFailsToBeCopiedEndsItAndNothingElse) {
  Map<CopyFails, int, TextHash> map;
  for (int i = 0; i < 104; ++i) map.try_emplace(CopyFails(i), i);
  auto at = map.begin();
  CopyFails::fail = true;
  for (int i = 104; i < 200; ++i) map.try_emplace(CopyFails(i), i);
  CopyFails::fail = false;
  ++at;
  EXPECT_EQ(at, map.end());
  EXPECT_EQ(map.size(), 200U);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(map.at(CopyFails(i)), i);
  EXPECT_EQ(check(map), "");
}

TEST(Iterator, NanIsAnEntryOfItsOwnAndYieldedOnce) {
  Map<double, int> map;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < 50; ++i) map.try_emplace(nan, i);
  auto at = map.begin();
  std::set<int> seen{at->second};
  for (int i = 50; i < 120; ++i) map.try_emplace(nan, i);
  for (++at; at != map.end(); ++at) EXPECT_TRUE(seen.insert(at->second).second);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(seen.contains(i));
  EXPECT_EQ(map.size(), 120U);
  EXPECT_FALSE(map.contains(nan));
  EXPECT_EQ(map.erase(nan), 0U);
  EXPECT_EQ(check(map), "");
  for (auto it = map.begin(); it != map.end();) it = map.erase(it);
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(check(map), "");
}

TEST(Iterator, FirstCellOfAHalfFullBucket) {
  // As in Go: with n keys in one bucket, a loop starts at the first with probability (9-n)/8, at each other with 1/8.
  constexpr int kRuns = 40000;
  for (const int n : {1, 3, 8}) {
    IntMap map = numbers(n);
    std::vector<int> first(static_cast<std::size_t>(n));
    for (int run = 0; run < kRuns; ++run) ++first[static_cast<std::size_t>(map.begin()->first)];
    for (int i = 0; i < n; ++i) {
      const double expected = i == 0 ? (9.0 - n) / 8 : 1.0 / 8;
      const double sigma = std::sqrt(expected * (1 - expected) / kRuns);
      EXPECT_NEAR(first[static_cast<std::size_t>(i)] / static_cast<double>(kRuns), expected, 5 * sigma + 1e-9) << n;
    }
  }
}

TEST(Iterator, ManyReadersAtOnce) {
  for (const int n : {53, 300, 1000}) {  // 53: in the middle of growth, so that readers look into the old array, too
    IntMap map = numbers(n);
    auto old = map.begin();  // keeps an old array, which the readers release
    for (int i = n; i < 2 * n + 1; ++i) map[i] = i;
    std::vector<IntMap::iterator> walks(4, old);
    old = map.end();
    std::vector<std::thread> readers;
    std::atomic<int> wrong = 0;
    for (IntMap::iterator& walk : walks) {
      readers.emplace_back([&map, &walk, &wrong, n] {
        const IntMap& shared = map;
        for (; walk != shared.end(); ++walk) wrong += walk->second == walk->first ? 0 : 1;
        for (int round = 0; round < 10; ++round) {
          int seen = 0;
          for (auto [key, value] : shared) seen += key == value ? 1 : 0;
          wrong += seen == 2 * n + 1 ? 0 : 1;
          for (int i = 0; i < 3 * n; ++i) wrong += shared.contains(i) == (i <= 2 * n) ? 0 : 1;
          auto at = shared.find(round);
          ++at;
        }
      });
    }
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(check(map), "");
    EXPECT_EQ(Access::walks(map).first, 0U);
  }
}

}  // namespace
}  // namespace bucketprof::hashmap
