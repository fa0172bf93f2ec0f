// SPDX-License-Identifier: Apache-2.0
//
// The tagged allocator as a standard allocator: table ids across copies and moves, entries counted in construct() and
// destroy(), and that nothing is recorded when something throws.
#include "profiler/alloc/allocator.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "profiler/record/recorder.h"

namespace bucketprof::alloc {
namespace {

using Entry = std::pair<const int, int>;
using IntAllocator = Allocator<Entry>;
using Traits = std::allocator_traits<IntAllocator>;

/// Recorded blocks of one table name: allocated so far, and in use now.
struct Recorded {
  std::uint64_t allocs = 0;
  std::uint64_t inuse = 0;
  std::uint64_t inuse_bytes = 0;
};
Recorded recorded(std::uint32_t name) {
  record::Recorder& recorder = record::recorder();
  const record::Snapshot snapshot = recorder.snapshot(At::kNow);
  Recorded sum;
  for (const record::Row& row : snapshot.rows.span()) {
    const record::SiteKey& site = recorder.sites()[row.site].key;
    if (site.name != name) continue;
    sum.allocs += row.allocs;
    sum.inuse += row.inuse;
    sum.inuse_bytes += row.inuse * site.bytes;
  }
  return sum;
}

class AllocatorTest : public ::testing::Test {
 protected:
  void SetUp() override { record::recorder().start({}); }
  void TearDown() override { record::recorder().stop(); }
};

TEST_F(AllocatorTest, FulfilsTheRequirements) {
  static_assert(std::is_same_v<Traits::value_type, Entry>);
  static_assert(std::is_same_v<Traits::rebind_alloc<long>, Allocator<long, Entry>>);
  static_assert(Traits::is_always_equal::value);
  static_assert(Traits::propagate_on_container_move_assignment::value);
  static_assert(Traits::propagate_on_container_swap::value);
  static_assert(!Traits::propagate_on_container_copy_assignment::value);
  static_assert(std::is_nothrow_copy_constructible_v<IntAllocator> &&
                std::is_nothrow_move_constructible_v<IntAllocator>);
  static_assert(std::is_nothrow_swappable_v<IntAllocator>);
  const IntAllocator a(named("requirements"));
  const Allocator<long, Entry> b(a);
  EXPECT_TRUE(a == b);
  EXPECT_TRUE(b == a);
  EXPECT_FALSE(a != IntAllocator());
}

TEST_F(AllocatorTest, CopiesShareTheTableAndMovesTakeItAlong) {
  IntAllocator a(named("ids"));
  const TableId id = a.table_id();
  const std::uint32_t name = name_index(id);
  EXPECT_NE(name, 0U);
  IntAllocator copy(a);
  EXPECT_EQ(copy.table_id(), id);
  const Allocator<char, Entry> rebound(a);
  EXPECT_EQ(rebound.table_id(), id);
  EXPECT_EQ(IntAllocator(rebound).table_id(), id);

  const IntAllocator moved(std::move(a));
  EXPECT_EQ(moved.table_id(), id);
  EXPECT_NE(a.table_id(), id);  // NOLINT(bugprone-use-after-move): what a moved-from one is, is the point
  EXPECT_EQ(name_index(a.table_id()), name);

  const TableId fresh = a.table_id();
  IntAllocator assigned;
  assigned = std::move(a);
  EXPECT_EQ(assigned.table_id(), fresh);
  EXPECT_NE(a.table_id(), fresh);  // NOLINT(bugprone-use-after-move)
  IntAllocator& self = assigned;
  assigned = std::move(self);
  EXPECT_EQ(assigned.table_id(), fresh);

  const IntAllocator selected = Traits::select_on_container_copy_construction(assigned);
  EXPECT_NE(selected.table_id(), fresh);
  EXPECT_EQ(name_index(selected.table_id()), name);

  using std::swap;
  const TableId other = copy.table_id();
  swap(copy, assigned);
  EXPECT_EQ(copy.table_id(), fresh);
  EXPECT_EQ(assigned.table_id(), other);
}

struct Thrower {
  explicit Thrower(bool throws) {
    if (throws) throw std::runtime_error("on purpose");
  }
  int value = 0;
};

TEST_F(AllocatorTest, AConstructorThatThrowsCountsNothing) {
  Allocator<Thrower> a(named("thrower"));
  Thrower* place = a.allocate(1);
  EXPECT_THROW(a.construct(place, true), std::runtime_error);
  EXPECT_EQ(find_handle(a.table_id()), nullptr);
  a.construct(place, false);
  ASSERT_NE(find_handle(a.table_id()), nullptr);
  EXPECT_EQ(find_handle(a.table_id())->entries.load(), 1U);
  a.destroy(place);
  EXPECT_EQ(find_handle(a.table_id()), nullptr);  // the last entry is gone, and it never had a bucket block
  a.deallocate(place, 1);
  EXPECT_EQ(recorded(name_index(a.table_id())).allocs, 1U);
  EXPECT_EQ(recorded(name_index(a.table_id())).inuse, 0U);
}

TEST_F(AllocatorTest, AnAllocationThatThrowsRecordsNothing) {
  IntAllocator a(named("no_memory"));
  EXPECT_THROW(static_cast<void>(a.allocate(static_cast<std::size_t>(-1) / sizeof(Entry))), std::bad_alloc);
  EXPECT_THROW(static_cast<void>(a.allocate(static_cast<std::size_t>(-1) / 4)), std::bad_alloc);
  EXPECT_THROW(static_cast<void>(a.allocate_part(static_cast<std::size_t>(-1) / 4, {})), std::bad_alloc);
  EXPECT_EQ(recorded(name_index(a.table_id())).allocs, 0U);
  EXPECT_EQ(find_handle(a.table_id()), nullptr);
}

/// Every third construction throws.
struct Third {
  Third() {
    if (++made % 3 == 0) throw std::runtime_error("on purpose");
  }
  int value = 0;
  static inline int made = 0;
};

TEST_F(AllocatorTest, ATableWhoseElementsThrowEndsWithNothing) {
  using ThirdAllocator = Allocator<std::pair<const int, Third>, std::pair<const int, Third>, Kind::kStdNode>;
  const ThirdAllocator a(named("throwing_elements"));
  {
    std::unordered_map<int, Third, std::hash<int>, std::equal_to<>, ThirdAllocator> table(a);
    int thrown = 0;
    for (int i = 0; i < 3000; ++i) {
      try {
        table.try_emplace(i);
      } catch (const std::runtime_error&) {
        ++thrown;
      }
    }
    EXPECT_EQ(thrown, 1000);
    ASSERT_NE(find_handle(a.table_id()), nullptr);
    EXPECT_EQ(find_handle(a.table_id())->entries.load(), table.size());
    const Recorded now = recorded(name_index(a.table_id()));
    EXPECT_EQ(now.inuse, table.size() + 1);  // nodes and the bucket block
  }
  EXPECT_EQ(recorded(name_index(a.table_id())).inuse, 0U);
  EXPECT_EQ(find_handle(a.table_id()), nullptr);
}

TEST_F(AllocatorTest, HandlesOddSizesAndAlignments) {
  struct alignas(256) Wide {
    char bytes[256];
  };
  Allocator<Wide> wide(named("wide"));
  const std::uint32_t name = name_index(wide.table_id());
  Wide* place = wide.allocate(3);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(place) % 256, 0U);
  EXPECT_EQ(recorded(name).inuse_bytes, 768U);
  Wide* nothing = wide.allocate(0);
  EXPECT_EQ(recorded(name).inuse, 2U);
  EXPECT_EQ(recorded(name).inuse_bytes, 768U);
  wide.deallocate(nothing, 0);
  wide.deallocate(place, 3);
  EXPECT_EQ(recorded(name).allocs, 2U);
  EXPECT_EQ(recorded(name).inuse, 0U);
}

TEST_F(AllocatorTest, ServesContainersThatAreNoHashTables) {
  Allocator<int> ints(named("vector"));
  Allocator<std::pair<const int, int>> pairs(named("tree"));
  {
    std::vector<int, Allocator<int>> vector(ints);
    std::map<int, int, std::less<>, Allocator<std::pair<const int, int>>> tree(pairs);
    for (int i = 0; i < 1000; ++i) {
      vector.push_back(i);
      tree.emplace(i, i);
    }
    EXPECT_EQ(recorded(name_index(ints.table_id())).inuse, 1U);
    EXPECT_EQ(recorded(name_index(ints.table_id())).inuse_bytes, vector.capacity() * sizeof(int));
    EXPECT_EQ(recorded(name_index(pairs.table_id())).inuse, 1000U);
    EXPECT_EQ(find_handle(pairs.table_id())->entries.load(), 1000U);
  }
  EXPECT_EQ(recorded(name_index(ints.table_id())).inuse, 0U);
  EXPECT_EQ(recorded(name_index(pairs.table_id())).inuse, 0U);
}

TEST_F(AllocatorTest, BlocksBornWhileStoppedAreIgnoredAtTheirEnd) {
  record::recorder().stop();
  IntAllocator a(named("stopped"));
  Entry* unseen = a.allocate(1);
  record::recorder().start({});
  Entry* seen = a.allocate(1);
  a.deallocate(unseen, 1);
  EXPECT_EQ(recorded(name_index(a.table_id())).inuse, 1U);
  record::recorder().stop();
  a.deallocate(seen, 1);  // this free is recorded although recording is stopped
  EXPECT_EQ(recorded(name_index(a.table_id())).allocs, 1U);
  EXPECT_EQ(recorded(name_index(a.table_id())).inuse, 0U);
}

using StdAllocator = Allocator<Entry, Entry, Kind::kStdNode>;
using StdTable = std::unordered_map<int, int, std::hash<int>, std::equal_to<>, StdAllocator>;

void fill(StdTable& table, int n) {
  for (int i = 0; i < n; ++i) table.emplace(i, i);
}
std::uint64_t entries_of(const StdTable& table) {
  const TableHandle* handle = find_handle(table.get_allocator().table_id());
  return handle == nullptr ? 0 : handle->entries.load();
}

TEST_F(AllocatorTest, EntriesFollowTheTableOverMovesSwapsAndCopies) {
  StdTable a(StdAllocator(named("follow_a")));
  StdTable b(StdAllocator(named("follow_b")));
  fill(a, 100);
  fill(b, 30);
  EXPECT_EQ(entries_of(a), 100U);
  a.swap(b);
  EXPECT_EQ(entries_of(a), 30U);
  EXPECT_EQ(entries_of(b), 100U);
  b.erase(7);
  EXPECT_EQ(entries_of(b), 99U);

  StdTable moved(std::move(b));
  EXPECT_EQ(entries_of(moved), 99U);
  EXPECT_EQ(entries_of(b), 0U);  // NOLINT(bugprone-use-after-move): a moved-from table lives on
  fill(b, 5);
  EXPECT_EQ(entries_of(b), 5U);
  EXPECT_EQ(entries_of(moved), 99U);

  a = std::move(moved);
  EXPECT_EQ(entries_of(a), 99U);
  StdTable copy(a);
  EXPECT_EQ(entries_of(copy), 99U);
  EXPECT_EQ(entries_of(a), 99U);
  copy = b;
  EXPECT_EQ(entries_of(copy), 5U);
  copy.clear();
  EXPECT_EQ(entries_of(copy), 0U);
  fill(copy, 3);
  EXPECT_EQ(entries_of(copy), 3U);
}

TEST_F(AllocatorTest, FirstBlocksAndRehashesAreToldApart) {
  const StdAllocator a(named("causes"));
  StdTable grown(a);
  fill(grown, 100);
  StdTable hinted(StdAllocator(named("causes")));
  hinted.reserve(1000);
  fill(hinted, 1000);

  record::Recorder& recorder = record::recorder();
  const record::Snapshot snapshot = recorder.snapshot(At::kNow);
  std::map<hashmap::Cause, std::uint64_t> blocks;
  std::uint64_t hint = 0;
  for (const record::Row& row : snapshot.rows.span()) {
    const record::SiteKey& site = recorder.sites()[row.site].key;
    if (site.name != name_index(a.table_id()) || site.part != hashmap::Part::kBuckets) continue;
    blocks[site.cause] += row.allocs;
    hint = std::max(hint, site.hint);
  }
  EXPECT_EQ(blocks[hashmap::Cause::kFirstInsert], 1U);
  EXPECT_EQ(blocks[hashmap::Cause::kRehash], 3U);  // 13 -> 29 -> 59 -> 127
  EXPECT_EQ(blocks[hashmap::Cause::kHint], 1U);
  EXPECT_EQ(hint, hinted.bucket_count());
}

}  // namespace
}  // namespace bucketprof::alloc
