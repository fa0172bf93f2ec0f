// SPDX-License-Identifier: Apache-2.0
//
// What the map allocates, block by block: compared with the allocation sites of Go's runtime, and with the facts (part,
// cause, slots, hint, entry bytes, entries) that the map passes to the allocator for each block.
#include "hashmap/storage.h"

#include <gtest/gtest.h>

#include <string>

#include "hashmap/check.h"
#include "tests/hashmap/go_support.h"
#include "tests/hashmap/ledger.h"
#include "tests/support/sanitized.h"

namespace bucketprof::hashmap {
namespace {

template <class K, class V, class Hash = std::hash<K>>
using LedgerMap = Map<K, V, Hash, std::equal_to<K>, LedgerAllocator<std::pair<const K, V>>, ScriptedRandom>;

template <class K, class V, class Hash = std::hash<K>>
LedgerMap<K, V, Hash> make(Ledger& ledger, std::size_t hint = 0, const Hash& hash = {}) {
  return LedgerMap<K, V, Hash>(hint, hash, std::equal_to<K>(), LedgerAllocator<std::pair<const K, V>>(ledger));
}

/// Blocks and bytes allocated in total and live. Sites holds one for each Go function that allocates and each size.
struct Site {
  std::uint64_t objects = 0, bytes = 0, live_objects = 0, live_bytes = 0;
  bool operator==(const Site&) const = default;
};
void PrintTo(const Site& s, std::ostream* out) {
  *out << s.objects << " objects " << s.bytes << " bytes, in use " << s.live_objects << " objects " << s.live_bytes;
}
using Sites = std::map<std::pair<std::string, std::size_t>, Site>;

std::string go_site(const PartInfo& info) {
  switch (info.cause) {
    case Cause::kHint:
      return "makeBucketArray<makemap";
    case Cause::kFirstInsert:
      return "first";
    case Cause::kGrowDouble:
    case Cause::kGrowSameSize:
      return "makeBucketArray<hashGrow";
    default:
      return "overflow";
  }
}

Sites ours(const Ledger& ledger) {
  Sites sites;
  for (const Block& block : ledger.blocks) {
    Site& site = sites[{go_site(block.info), block.bytes}];
    ++site.objects;
    site.bytes += block.bytes;
    if (!block.live) continue;
    ++site.live_objects;
    site.live_bytes += block.bytes;
  }
  return sites;
}

/// The recorded sites of each run, without what only Go allocates: map headers, mapextra, lists of overflow buckets.
std::map<std::string, Sites> recorded() {
  const Csv csv("f_sites_det.csv");
  std::map<std::string, Sites> runs;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::string label = csv.text(row, "label");
    const std::string site = csv.text(row, "site(leaf<caller<..)");
    const std::size_t size = csv.number(row, "object_size_requested");
    const std::size_t bucket = label.starts_with("det_empty") ? 80 : 144;
    Sites& sites = runs[label];
    std::string name;
    if (site.starts_with("makeBucketArray<makemap")) {
      name = "makeBucketArray<makemap";
    } else if (site.starts_with("makeBucketArray<hashGrow")) {
      name = "makeBucketArray<hashGrow";
    } else if (site == "mapassign" && size == bucket) {
      name = "first";
    } else if (site.starts_with("(*hmap).newoverflow") && size == bucket) {
      name = "overflow";
    } else {
      continue;
    }
    Site& sum = sites[{name, size}];
    sum.objects += csv.number(row, "alloc_objects");
    sum.bytes += csv.number(row, "alloc_objects") * size;
    sum.live_objects += csv.number(row, "inuse_objects");
    sum.live_bytes += csv.number(row, "inuse_objects") * size;
  }
  return runs;
}

template <class V>
Sites run(std::size_t hint, std::uint64_t inserts, std::uint64_t s) {
  Ledger ledger;
  GoHash hash;
  hash.s = s;
  auto map = make<std::uint64_t, V, GoHash>(ledger, hint, hash);
  for (std::uint64_t key = 1; key <= inserts; ++key) map.try_emplace(key);
  return ours(ledger);
}

TEST(Storage, AllocatesTheBlocksOfGo) {
  const auto runs = recorded();
  EXPECT_EQ(runs.size(), 76U);
  for (const auto& [label, sites] : runs) {
    SCOPED_TRACE(label);
    const std::uint64_t inserts = std::stoull(label.substr(label.rfind('m') + 1));
    if (label.starts_with("det_empty")) {
      EXPECT_EQ(run<Nothing>(0, inserts, 2), sites);
    } else if (label.starts_with("det_ptr")) {
      EXPECT_EQ(run<std::unique_ptr<int>>(0, inserts, 2), sites);
    } else {
      EXPECT_EQ(run<std::uint64_t>(std::stoull(label.substr(5)), inserts, 1), sites);
    }
  }
}

/// Makes a map with each recorded hint: it allocates nothing, or one array of exactly the recorded bytes.
template <class K, class V>
void expect_hints(const Csv& csv, const std::string& type) {
  SCOPED_TRACE(type);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (csv.text(row, "type") != type) continue;
    const std::uint64_t from = csv.number(row, "hint_lo");
    const std::uint64_t to = csv.number(row, "hint_hi");
    // Hints from one end to the other make equal arrays. Sanitized, the ends are enough, and so is a part of a GiB.
    if (testing_support::kSanitized && from > 100'000) continue;
    const std::uint64_t step = testing_support::kSanitized && to > from ? to - from : 1;
    for (std::uint64_t hint = from; hint <= to; hint += step) {
      Ledger ledger;
      const auto map = make<K, V>(ledger, hint);
      const State state = Access::state(map);
      ASSERT_EQ(state.log2, csv.number(row, "B"));
      ASSERT_EQ(state.spares_left, csv.number(row, "prealloc_overflow"));
      ASSERT_EQ(state.has_buckets, csv.number(row, "buckets_nil") == 0);
      ASSERT_EQ(ledger.blocks.size(), state.has_buckets ? 1U : 0U);
      if (!state.has_buckets) continue;
      const Block& block = ledger.blocks[0];
      ASSERT_EQ(block.bytes, csv.number(row, "array_bytes_requested"));
      ASSERT_EQ(block.info.slots, 8 * csv.number(row, "alloc_buckets"));
      ASSERT_EQ(block.info.part, Part::kBuckets);
      ASSERT_EQ(block.info.cause, Cause::kHint);
      ASSERT_EQ(block.info.hint, hint);
      if (hint <= 4096) {
        ASSERT_EQ(check(map), "");
      }
    }
  }
}

TEST(Storage, EveryRecordedHintAllocatesWhatGoAllocates) {
  const Csv csv("a_hint.csv");
  expect_hints<std::int64_t, std::int64_t>(csv, "map[int64]int64");
  expect_hints<TwoWords, std::int64_t>(csv, "map[string]int64");
  expect_hints<std::int32_t, std::int8_t>(csv, "map[int32]int8");
  expect_hints<std::int64_t, Large>(csv, "map[int64][200]uint8");
  expect_hints<std::int64_t, Nothing>(csv, "map[int64]struct {}");
}

TEST(Storage, NothingIsAllocatedBeforeTheFirstWrite) {
  Ledger ledger;
  auto map = make<int, int>(ledger);
  map.reserve(8);
  EXPECT_FALSE(map.contains(1));
  EXPECT_EQ(map.erase(1), 0U);
  EXPECT_EQ(map.begin(), map.end());
  map.clear();
  EXPECT_TRUE(ledger.blocks.empty());
  map[1] = 2;
  ASSERT_EQ(ledger.blocks.size(), 1U);
  EXPECT_EQ(ledger.blocks[0].info.cause, Cause::kFirstInsert);
  EXPECT_EQ(ledger.blocks[0].info.slots, 8U);
  EXPECT_EQ(ledger.blocks[0].info.entry_bytes, 8U);
  EXPECT_EQ(ledger.blocks[0].info.entries, 0U);
}

TEST(Storage, EachBlockComesWithItsFacts) {
  Ledger ledger;
  {
    auto map = make<std::uint64_t, Large>(ledger);
    for (std::uint64_t key = 0; key < 2000; ++key) map.try_emplace(key);
    map.reserve(10000);
    std::map<std::pair<Part, Cause>, std::size_t> seen;
    std::uint64_t nodes = 0;
    for (const Block& block : ledger.blocks) {
      const PartInfo& info = block.info;
      ++seen[{info.part, info.cause}];
      EXPECT_EQ(info.hint, 0U);
      EXPECT_LE(info.entries, 2000U);
      if (info.part == Part::kNodes) {
        EXPECT_EQ(info.entries, nodes++);
        EXPECT_EQ(block.bytes, 200U);
        EXPECT_EQ(info.entry_bytes, 200U);
        EXPECT_EQ(info.slots, 1U);
      } else {
        EXPECT_EQ(info.entry_bytes, 8U) << "only the key lies in the bucket";
        EXPECT_EQ(block.bytes, info.slots / 8 * 144);
      }
    }
    EXPECT_EQ((seen[{Part::kNodes, Cause::kNode}]), 2000U);
    EXPECT_EQ((seen[{Part::kBuckets, Cause::kFirstInsert}]), 1U);
    EXPECT_EQ((seen[{Part::kBuckets, Cause::kGrowDouble}]), 9U);
    EXPECT_EQ((seen[{Part::kBuckets, Cause::kRehash}]), 1U);
    EXPECT_GT((seen[{Part::kOverflow, Cause::kOverflow}]), 0U);
    EXPECT_EQ(seen.size(), 5U);
    EXPECT_EQ(ledger.entries, 2000U);
    map.erase(7);
    EXPECT_EQ(ledger.entries, 1999U);
    map.clear();
    EXPECT_EQ(ledger.entries, 0U);
    EXPECT_EQ(ledger.live.size(), 1U) << "clear keeps the array alone";
    map.try_emplace(1);
    map.reserve(20000);
    EXPECT_EQ(ledger.blocks.back().info.cause, Cause::kRehash);
  }
  EXPECT_TRUE(ledger.live.empty());
  EXPECT_FALSE(ledger.mismatch);
  EXPECT_EQ(ledger.entries, 0U);
}

TEST(Storage, SameSizeGrowthSaysSo) {
  Ledger ledger;
  auto map = make<std::uint64_t, std::uint64_t, GoHash>(ledger);
  for (std::uint64_t key = 1; key <= 20000; ++key) {
    map[key] = key;
    if (key > 50) map.erase(key - 50);
  }
  std::size_t same = 0;
  for (const Block& block : ledger.blocks) same += block.info.cause == Cause::kGrowSameSize ? 1 : 0;
  EXPECT_GT(same, 10U);
  EXPECT_EQ(check(map), "");
}

TEST(Storage, IndirectKeysAndEmptyEntries) {
  using BigKey = std::array<std::uint8_t, 129>;
  struct HashBig {
    std::size_t operator()(const BigKey& key) const { return key[0] * 256U + key[1]; }
  };
  Ledger ledger;
  {
    auto map = make<BigKey, Nothing, HashBig>(ledger);
    for (unsigned i = 0; i < 1000; ++i) {
      BigKey key{};
      key[0] = static_cast<std::uint8_t>(i);
      key[1] = static_cast<std::uint8_t>(i / 256);
      map.try_emplace(key);
      map.try_emplace(key);
    }
    EXPECT_EQ(check(map), "");
    std::size_t nodes = 0;
    for (const Block& block : ledger.blocks) {
      if (block.info.part == Part::kNodes) {
        ++nodes;
        EXPECT_EQ(block.info.entry_bytes, 129U);
      } else {
        EXPECT_EQ(block.info.entry_bytes, 0U);
      }
    }
    EXPECT_EQ(nodes, 1000U);
  }
  EXPECT_TRUE(ledger.live.empty());
  EXPECT_FALSE(ledger.mismatch);
}

}  // namespace
}  // namespace bucketprof::hashmap
