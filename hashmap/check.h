// SPDX-License-Identifier: Apache-2.0
//
// The invariants of a map between two operations, and a function that checks them.
//
//   1  A map without an array has no entry, no old array, no overflow bucket and no spare.
//   2  An array has array_buckets() buckets. Growth never shrinks it, and kSameSizeGrow is set if it keeps the size.
//   3  No write is under way.
//   4  In a chain that is not evacuated all cells are empty or live. After a kEmptyRest all are kEmptyRest, and the
//      cell before the first of them is live (a chain does not end with kEmptyOne).
//   5  An evacuated bucket has only kEvacuated* cells. All old buckets below the evacuation index are evacuated, and
//      that index lies inside the old array.
//   6  A bucket of the current array is blank and has no chain until its old bucket is evacuated.
//   7  An entry is in the chain and has the tophash that its hash determines, and a look-up finds it in that cell: so
//      no key occurs twice. (Keys that do not equal themselves are exempt.)
//   8  The count is the number of live cells.
//   9  The load factor is within its limit.
//  10  Spares are used in order: each used one is in exactly one chain, those from next_spare on are blank.
//  11  Below 2^16 buckets the overflow counter is the number of overflow buckets of the current array.
//  12  The list of live iterators is linked correctly.
//
// O(n) or worse, for tests. Thread-compatible: as safe as iterating the map.
#pragma once

#include <string>
#include <vector>

#include "hashmap/inspect.h"

namespace bucketprof::hashmap {

namespace detail {

/// The part of check() that needs no look at the buckets.
template <class M>
[[nodiscard]] std::string check_header(const M& map) {
  using Node = Access::Node<M>;
  const State s = Access::state(map);
  const auto old = Access::old(map);
  if (!s.has_buckets) {
    return s.count == 0 && !s.growing && s.overflow == 0 && s.next_spare < 0 ? "" : "1: something without an array";
  }
  if (Access::current(map).total != array_buckets(s.log2, sizeof(Node))) return "2: wrong number of buckets";
  if (s.growing && (old.log2 > s.log2 || old.total != array_buckets(old.log2, sizeof(Node))))
    return "2: wrong old array";
  if (((s.flags & Flags::kSameSizeGrow) != 0) != (s.growing && old.log2 == s.log2)) return "2: wrong kind of growth";
  if ((s.flags & Flags::kWriting) != 0) return "3: a write is under way";
  if (s.growing && s.evacuated >= old.mains()) return "5: evacuation index outside the old array";
  if (over_load(s.count, s.log2)) return "9: over the load limit";
  if (!Access::walks(map).second) return "12: list of walks broken";
  return "";
}

}  // namespace detail

/// Describes the first invariant that `map` violates; empty if there is none.
template <class M>
[[nodiscard]] std::string check(const M& map) {
  using Node = Access::Node<M>;
  const State s = Access::state(map);
  const auto current = Access::current(map);
  const auto old = Access::old(map);
  std::string broken = detail::check_header(map);
  if (!broken.empty() || !s.has_buckets) return broken;

  const auto fail = [&broken](const char* what) {
    if (broken.empty()) broken = what;
  };
  std::uint64_t live = 0;
  std::uint64_t overflow = 0;
  std::vector<bool> used(current.total);
  std::uint8_t before = kMinTop;  // tophash of the previous cell of the chain
  Access::for_each_bucket(map, [&](const BucketView<Node>& view) {
    if (!broken.empty()) return;
    if (view.evacuated) {
      if (!view.old) return fail("5: a current bucket is evacuated");
      for (const std::uint8_t tophash : view.node->tophashes) {
        if (tophash < kEvacuatedX || tophash > kEvacuatedEmpty) fail("5: a cell was not evacuated");
      }
      return;
    }
    if (view.old && view.index < s.evacuated) return fail("5: an old bucket was passed over");
    if (view.depth == 0) before = kMinTop;
    if (!view.old && view.depth != 0) {
      ++overflow;
      if (view.inside) {
        const auto spare = static_cast<std::size_t>(view.node - current.at(0));
        if (spare < current.mains() || used[spare]) fail("10: a bucket is in two chains");
        used[spare] = true;
      }
    }
    if (!view.old && s.growing && !old.at(view.index & old.mask())->evacuated()) {
      if (view.node->word() != 0 || view.node->next() != nullptr) fail("6: a bucket is used before its turn");
    }
    for (unsigned i = 0; i < kCells; ++i) {
      const std::uint8_t tophash = view.node->tophashes[i];
      if (tophash > kEmptyOne && tophash < kMinTop) fail("4: an evacuated cell in a live chain");
      if (tophash != kEmptyRest && before == kEmptyRest) fail("4: something after the rest");
      if (tophash == kEmptyRest && before == kEmptyOne) fail("4: the rest begins too late");
      before = tophash;
      if (tophash < kMinTop) continue;
      ++live;
      const auto& key = view.node->key(i);
      if constexpr (!kReflexive<typename M::key_type>) {
        if (key != key) continue;
      }
      const std::uint64_t hash = Access::hash_of(map, key);
      if (tophash != tophash_of(hash)) fail("7: wrong tophash");
      if (view.index != (hash & (view.old ? old.mask() : current.mask()))) fail("7: in the wrong chain");
      const auto found = Access::find_cell(map, key);
      if (found.node != view.node || found.i != i) fail("7: not found, or there twice");
    }
    if (view.node->next() == nullptr && before == kEmptyOne) fail("4: the chain ends with an empty cell");
  });
  if (!broken.empty()) return broken;
  if (live != s.count) return "8: wrong count";
  const std::size_t next = s.next_spare < 0 ? current.total : static_cast<std::size_t>(s.next_spare);
  for (std::size_t i = current.mains(); i < current.total; ++i) {
    if (used[i] != (i < next)) return "10: spares handed out in the wrong order";
    if (i >= next && (current.at(i)->word() != 0 || current.at(i)->next() != nullptr))
      return "10: a free spare is not blank";
  }
  if (s.log2 < 16 && overflow != s.overflow) return "11: wrong overflow count";
  return "";
}

}  // namespace bucketprof::hashmap
