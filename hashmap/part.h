// SPDX-License-Identifier: Apache-2.0
//
// The facts that a table passes to its allocator with each allocation: which part of the table the block is, why it is
// needed now, and how many entries it can hold. An allocator without this interface still works; the facts are then
// dropped. Header only, standard library only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace bucketprof::hashmap {

/// The part of a table that a block is. The order does not change; profiles store the names, not the numbers.
enum class Part : std::uint8_t { kOther, kBuckets, kOverflow, kNodes };

/// Why a block is allocated.
enum class Cause : std::uint8_t {
  kUnknown,
  kHint,          // a size requested before the first entry (constructor, or reserve on an empty table)
  kFirstInsert,   // the first bucket, allocated with the first entry
  kGrowDouble,    // load factor above its limit: twice the buckets
  kGrowSameSize,  // a new array of the same size: too many overflow buckets, or erased entries used up the room
  kOverflow,      // a bucket's slots are full
  kRehash,        // reserve() on a table that already has storage, or a rehash of another kind of table
  kNode,          // a separate block for one entry
  kCopy,          // the first array of a table that is a copy
  kShrink,        // a smaller array than the one that it replaces
  kTombstones,    // erased entries used up the room: a larger array, although fewer entries than fit were there
};

/// Whether a bucket array of this cause is the first of its table.
[[nodiscard]] constexpr bool begins_table(Cause cause) {
  return cause == Cause::kHint || cause == Cause::kFirstInsert || cause == Cause::kCopy;
}
/// Whether a bucket array of this cause replaces another one.
[[nodiscard]] constexpr bool replaces_array(Cause cause) {
  return cause == Cause::kGrowDouble || cause == Cause::kGrowSameSize || cause == Cause::kRehash ||
         cause == Cause::kShrink || cause == Cause::kTombstones;
}

/// Whether blocks of this part may have a number of slots: arrays, and vectors of entries beside them.
[[nodiscard]] constexpr bool has_slots(Part part) { return part == Part::kBuckets || part == Part::kOther; }

/// Facts about one block at the moment of its allocation.
struct PartInfo {
  Part part = Part::kOther;
  Cause cause = Cause::kUnknown;
  std::uint32_t entry_bytes = 0;  ///< stored bytes per entry in this block, without padding; 0: no entry data
  std::uint64_t slots = 0;        ///< entries the block can hold; 0: unknown
  /// Requested number of entries if the cause is kHint. Of other bucket arrays the number that they take, if their
  /// table has an unusual load factor; else 0.
  std::uint64_t hint = 0;
  std::uint64_t entries = 0;  ///< entries in the table
};

/// Bytes that a value of type T contributes to an entry: an empty type stores nothing.
template <class T>
inline constexpr std::uint32_t kStoredBytes = std::is_empty_v<T> ? 0 : static_cast<std::uint32_t>(sizeof(T));

template <class A>
concept PartAwareAllocator = requires(A& a, const PartInfo& info) {
  a.allocate_part(std::size_t{1}, info);
};

template <class A>
concept EntryAwareAllocator = requires(A& a) {
  a.note_entries(std::uint64_t{0});
};

/// Allocates n objects, with `info` if the allocator accepts it. Throws what the allocator throws.
template <class A>
[[nodiscard, gnu::always_inline]] inline auto allocate_part(A& alloc, std::size_t n, const PartInfo& info) {
  if constexpr (PartAwareAllocator<A>) {
    return alloc.allocate_part(n, info);
  } else {
    return std::allocator_traits<A>::allocate(alloc, n);
  }
}

/// Passes the table's new entry count to an allocator that accepts it. Call after every change of the count. Such an
/// allocator gets its counter when it allocates a bucket array, so the rebound copy that did must be assigned back.
template <class A>
[[gnu::always_inline]] inline void note_entries(A& alloc, std::uint64_t entries) noexcept {
  if constexpr (EntryAwareAllocator<A>) alloc.note_entries(entries);
}

}  // namespace bucketprof::hashmap
