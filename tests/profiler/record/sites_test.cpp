// SPDX-License-Identifier: Apache-2.0
//
// The site table: keys that differ in any field have different sites.
#include "profiler/record/sites.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "profiler/base/arena.h"

namespace bucketprof::record {
namespace {

TEST(Sites, EveryFieldTellsApart) {
  Arena arena;
  Sites sites(arena);
  static constexpr std::string_view kType = "int -> int";
  static constexpr std::string_view kOther = "long -> int";
  const SiteKey base{.type_name = kType,
                     .bytes = 100,
                     .stack = 1,
                     .name = 2,
                     .entry_bytes = 8,
                     .kind = tables::Kind::kGoMap,
                     .part = hashmap::Part::kBuckets,
                     .cause = hashmap::Cause::kHint,
                     .interval = 1,
                     .slots = 8,
                     .hint = 3};
  const std::vector<std::function<void(SiteKey&)>> changes{
      [](SiteKey& k) { k.stack = 2; },
      [](SiteKey& k) { k.name = 1; },
      [](SiteKey& k) { k.type_name = kOther; },
      [](SiteKey& k) { k.bytes = 101; },
      [](SiteKey& k) { k.slots = 9; },
      [](SiteKey& k) { k.hint = 4; },
      [](SiteKey& k) { k.interval = 2; },
      [](SiteKey& k) { k.entry_bytes = 9; },
      [](SiteKey& k) { k.kind = tables::Kind::kStdNode; },
      [](SiteKey& k) { k.part = hashmap::Part::kOverflow; },
      [](SiteKey& k) { k.cause = hashmap::Cause::kRehash; },
      [](SiteKey& k) { k.scope_id.thread = 1; },
      [](SiteKey& k) { k.scope_id.era = 1; },
  };
  const std::uint32_t first = sites.intern(base)->number;
  EXPECT_EQ(first, 1U);
  std::uint32_t expected = first;
  for (const auto& change : changes) {
    SiteKey key = base;
    change(key);
    EXPECT_EQ(sites.intern(key)->number, ++expected);
    EXPECT_EQ(sites.intern(key), &sites[expected]);
  }
  EXPECT_EQ(sites.intern(base)->number, first);
  EXPECT_EQ(sites.size(), changes.size() + 1);
  EXPECT_EQ(sites[first].key.bytes, 100U);
  EXPECT_EQ(sites[first].key.type_name, kType);
  EXPECT_EQ(sites[first].shared_frees.load(), 0U);
  EXPECT_EQ(sites[first].kept, 0U);
}

TEST(Sites, KeepTheTypeNameOfALibraryThatIsGone) {
  Arena arena;
  Sites sites(arena);
  std::string library = "int -> First";
  SiteKey key;
  key.type_name = library;
  const Site* const first = sites.intern(key);
  EXPECT_EQ(first->type_name_at.load(), library.data());
  library = "int -> Other";  // as if another library were loaded at the same address
  key.type_name = library;
  const Site* const other = sites.intern(key);
  EXPECT_NE(first, other);
  EXPECT_EQ(first->key.type_name, "int -> First");
  EXPECT_EQ(other->key.type_name, "int -> Other");
  const std::string elsewhere = "int -> First";
  key.type_name = elsewhere;
  EXPECT_EQ(sites.intern(key), first);
  EXPECT_EQ(first->type_name_at.load(), elsewhere.data());
}

TEST(Sites, WithoutRoomThereIsNone) {
  Arena arena;
  arena.set_limit(600'000);
  Sites sites(arena);
  std::uint32_t kept = 0;
  for (std::uint64_t bytes = 0; bytes < 20'000; ++bytes) {
    SiteKey key;
    key.bytes = bytes;
    kept += sites.intern(key) != nullptr ? 1 : 0;
  }
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, 20'000U);
  EXPECT_EQ(sites.size(), kept);
  EXPECT_LE(arena.mapped(), 600'000U);
}

}  // namespace
}  // namespace bucketprof::record
