// SPDX-License-Identifier: Apache-2.0
//
// What the map allocates, block by block: against the allocation sites of Go's runtime, and the facts (part, cause,
// slots, hint, entry bytes, entries) that come with each block.
#include "hashmap/storage.h"

#include <gtest/gtest.h>

#include <string>

#include "go_support.h"
#include "hashmap/check.h"
#include "ledger.h"

namespace bucketprof::hashmap {
namespace {

template <class K, class V, class Hash = std::hash<K>>
using LedgerMap = Map<K, V, Hash, std::equal_to<K>, LedgerAllocator<std::pair<const K, V>>, ScriptedRandom>;

template <class K, class V, class Hash = std::hash<K>>
LedgerMap<K, V, Hash> make(Ledger& ledger, std::size_t hint = 0, const Hash& hash = {}) {
  return LedgerMap<K, V, Hash>(hint, hash, std::equal_to<K>(), LedgerAllocator<std::pair<const K, V>>(ledger));
}

/// Blocks and bytes ever and in use, by the function of Go that asks for them and the size asked for.
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
    case Cause::kHint: return "makeBucketArray<makemap";
    case Cause::kFirstInsert: return "first";
    case Cause::kGrowDouble:
    case Cause::kGrowSameSize: return "makeBucketArray<hashGrow";
    default: return "overflow";
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

/// Go's rows for one run without what is Go's alone: headers, mapextra, and the side lists of overflow pointers.
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

}  // namespace
}  // namespace bucketprof::hashmap
