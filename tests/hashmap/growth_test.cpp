// SPDX-License-Identifier: Apache-2.0
//
// When tables grow and what that costs, compared with Go: b_growth.csv (each growth of insert-only tables) and
// g_dist.csv (chains, hash calls and key comparisons with good and bad hashes).
#include "hashmap/growth.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "hashmap/check.h"
#include "tests/hashmap/go_support.h"
#include "tests/hashmap/ledger.h"
#include "tests/support/sanitized.h"

namespace bucketprof::hashmap {
namespace {

struct CountedEqual {
  std::uint64_t* calls = nullptr;
  bool operator()(std::uint64_t a, std::uint64_t b) const {
    ++*calls;
    return a == b;
  }
};

template <class K>
K make_key(std::uint64_t i) {
  if constexpr (std::is_same_v<K, TwoWords>) {
    return TwoWords{i, 0};
  } else {
    return static_cast<K>(i);
  }
}

/// Inserts up to Go's last recorded growth, and compares each growth: the insert that causes it, the sizes, the bytes.
template <class K, class V>
void expect_growth(const Csv& csv, const std::string& type, std::uint64_t array_of_first) {
  SCOPED_TRACE(type);
  std::map<std::uint64_t, std::vector<std::size_t>> hints;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (csv.text(row, "type") == type) hints[csv.number(row, "hint")].push_back(row);
  }
  EXPECT_FALSE(hints.empty());
  for (const auto& [hint, rows] : hints) {
    SCOPED_TRACE(hint);
    Ledger ledger;
    using M = Map<K, V, std::hash<K>, std::equal_to<K>, LedgerAllocator<std::pair<const K, V>>, ScriptedRandom>;
    M map(hint, LedgerAllocator<std::pair<const K, V>>(ledger));
    std::uint64_t inserted = 0;
    for (const std::size_t row : rows) {
      const std::uint64_t trigger = csv.number(row, "trigger_insert");
      for (; inserted + 1 < trigger; ++inserted) {
        const auto array = Access::current(map);
        map.try_emplace(make_key<K>(inserted));
        ASSERT_EQ(Access::current(map), array) << "grew too early, at insert " << inserted + 1;
      }
      ASSERT_EQ(map.size(), csv.number(row, "count_before"));
      ASSERT_EQ(Access::state(map).log2, csv.number(row, "B_before"));
      const std::size_t blocks = ledger.blocks.size();
      map.try_emplace(make_key<K>(inserted++));
      ASSERT_EQ(Access::state(map).log2, csv.number(row, "B_after"));
      // The insert allocates the array first. Go's op_bytes_min is the array's rounded size plus that of an indirect
      // element, if there is one.
      ASSERT_GT(ledger.blocks.size(), blocks);
      const Block& array = ledger.blocks[blocks];
      const bool first = csv.text(row, "event") == "first_bucket";
      ASSERT_EQ(array.info.cause, first ? Cause::kFirstInsert : Cause::kGrowDouble);
      const std::uint64_t element = kStoring<V> == Storing::kIndirect ? 208 : 0;
      const std::uint64_t extra = csv.number(row, "op_bytes_min") - element - round_to_class(array.bytes);
      ASSERT_TRUE(extra == 0 || extra == 24) << "24: Go's own mapextra; here " << extra;
      if (first) {
        ASSERT_EQ(array.bytes, array_of_first);
      }
    }
    EXPECT_EQ(check(map), "");
  }
}

TEST(Growth, HappensWhereGoGrows) {
  const Csv csv("b_growth.csv");
  expect_growth<std::int64_t, std::int64_t>(csv, "map[int64]int64", 144);
  expect_growth<TwoWords, std::int64_t>(csv, "map[string]int64", 208);
  expect_growth<std::int32_t, std::int8_t>(csv, "map[int32]int8", 56);
  expect_growth<std::int64_t, Large>(csv, "map[int64][200]uint8", 144);
  expect_growth<std::int64_t, Nothing>(csv, "map[int64]struct {}", 80);
}

class Distribution {
 public:
  using M = Map<std::uint64_t, std::uint64_t, GoHash, CountedEqual,
                LedgerAllocator<std::pair<const std::uint64_t, std::uint64_t>>, ScriptedRandom>;

  Distribution(const Csv& csv, std::size_t row)
      : map_(csv.number(row, "hint"), GoHash{csv.text(row, "hash"), csv.number(row, "S"), &hashes_},
             CountedEqual{&comparisons_}, M::allocator_type(ledger_)) {
    const std::uint64_t n = csv.number(row, "n");
    const auto expect = [&](std::uint64_t ours, const char* column) {
      EXPECT_EQ(ours, csv.number(row, column)) << column << " in row " << row;
    };
    for (std::uint64_t key = 1; key <= n; ++key) map_.insert_or_assign(key, key);
    expect(hashes_, "hash_calls_insert");
    expect(comparisons_, "eq_calls_insert");
    comparisons_ = 0;
    for (std::uint64_t key = 1; key <= n; ++key) EXPECT_TRUE(map_.contains(key));
    expect(comparisons_, "eq_calls_lookup_hit");
    comparisons_ = 0;
    for (std::uint64_t key = n + 1; key <= 2 * n; ++key) EXPECT_FALSE(map_.contains(key));
    expect(comparisons_, "eq_calls_lookup_miss");
    structure(expect);
    growths(expect);
    EXPECT_EQ(Access::state(map_).growing ? "true" : "false", csv.text(row, "growing"));
    const double ratio = static_cast<double>(ledger_.live_bytes()) / static_cast<double>(16 * n);
    EXPECT_EQ(fmt::format("{:.4f}", ratio), csv.text(row, "bytes_per_16B_entry_ratio"));
  }

 private:
  template <class Expect>
  void structure(Expect expect) {
    const State s = Access::state(map_);
    expect(s.log2, "B");
    expect(s.overflow, "noverflow");
    std::map<std::size_t, std::uint64_t> length;  // main bucket -> its number of overflow buckets
    std::uint64_t overflow = 0;
    std::uint64_t outside = 0;
    Access::for_each_bucket(map_, [&](const auto& view) {
      if (view.old) return;
      length[view.index] = view.depth;
      if (view.depth == 0) return;
      ++overflow;
      outside += view.inside ? 0 : 1;
    });
    expect(overflow, "overflow_buckets");
    expect(outside, "heap_overflow");
    const auto array = Access::current(map_);
    const std::uint64_t spares = array.total - array.mains();
    expect(spares, "prealloc");
    expect(spares - s.spares_left, "prealloc_used");
    std::uint64_t longest = 0;
    std::array<std::uint64_t, 6> chains{};
    for (const auto& [bucket, overflows] : length) {
      longest = std::max(longest, overflows);
      ++chains[std::min<std::uint64_t>(overflows, 5)];
    }
    expect(longest, "longest_chain_overflows");
    const char* columns[] = {"chain0", "chain1", "chain2", "chain3", "chain4", "chain5plus"};
    for (std::size_t i = 0; i < chains.size(); ++i) expect(chains[i], columns[i]);
  }

  template <class Expect>
  void growths(Expect expect) {
    std::uint64_t doublings = 0;
    std::uint64_t same = 0;
    for (const Block& block : ledger_.blocks) {
      doublings += block.info.cause == Cause::kGrowDouble ? 1 : 0;
      same += block.info.cause == Cause::kGrowSameSize ? 1 : 0;
    }
    expect(doublings, "doublings");
    expect(same, "same_size_growths");
  }

  std::uint64_t hashes_ = 0;
  std::uint64_t comparisons_ = 0;
  Ledger ledger_;
  M map_;
};

TEST(Growth, CostsWhatGoPays) {
  const Csv csv("g_dist.csv");
  std::size_t compared = 0;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (csv.text(row, "hash") == "go") continue;  // Go's own random hash
    // If all keys collide, the work is quadratic: under a sanitizer, only small tables are tested.
    const bool is_slow = csv.text(row, "hash") == "const" && csv.number(row, "n") > 1000;
    if (testing_support::kSanitized && is_slow) continue;
    const Distribution compare(csv, row);
    ++compared;
  }
  EXPECT_GT(compared, 50U);
}

}  // namespace
}  // namespace bucketprof::hashmap
