// SPDX-License-Identifier: Apache-2.0
//
// The memory of a table: its header, bucket arrays, overflow buckets and entry blocks, and when each is freed.
// Every allocation of the map is made here, in one of three out-of-line functions whose names appear in profiles:
// make_bucket_array, new_overflow and make_node.
// Thread-compatible; in addition, iterators of concurrent readers may call join, look_aside and leave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "hashmap/bucket.h"
#include "hashmap/flags.h"
#include "hashmap/hash.h"
#include "hashmap/part.h"
#include "hashmap/sizes.h"
#include "hashmap/walks.h"

namespace bucketprof::hashmap {

/// A bucket array: 2^log2 main buckets, then the spare overflow buckets.
template <class Bucket>
struct Array {
  typename Bucket::Pointer first = nullptr;
  std::size_t total = 0;  ///< main and spare buckets
  std::uint8_t log2 = 0;

  explicit operator bool() const noexcept { return first != nullptr; }
  bool operator==(const Array& other) const noexcept { return first == other.first; }
  [[nodiscard]] Bucket* at(std::size_t i) const noexcept { return std::to_address(first) + i; }
  [[nodiscard]] std::size_t mains() const noexcept { return std::size_t{1} << log2; }
  [[nodiscard]] std::uint64_t mask() const noexcept { return (std::uint64_t{1} << log2) - 1; }
  [[nodiscard]] bool owns(const Bucket* bucket) const noexcept {
    return !std::less<>{}(bucket, at(0)) && std::less<>{}(bucket, at(0) + total);
  }
};

template <class K, class V, class Allocator, class Random>
class Storage {
 public:
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

 protected:
  using Traits = std::allocator_traits<Allocator>;
  using Node = Bucket<K, V, typename Traits::void_pointer>;
  using NodePointer = typename Node::Pointer;
  using Buckets = Array<Node>;
  using Walks = WalkList<Storage, Buckets>;
  using Link = typename Walks::Link;
  template <class T>
  using Rebound = typename Traits::template rebind_alloc<T>;

  static constexpr std::uint32_t inline_bytes() noexcept {
    return (kStoring<K> == Storing::kInline ? kStoredBytes<K> : 0) +
           (kStoring<V> == Storing::kInline ? kStoredBytes<V> : 0);
  }
  static constexpr bool kIndirectKey = kStoring<K> == Storing::kIndirect;
  static constexpr bool kTrivialKeys = kStoring<K> != Storing::kIndirect && std::is_trivially_destructible_v<K>;
  static constexpr bool kTrivialValues = kStoring<V> != Storing::kIndirect && std::is_trivially_destructible_v<V>;
  /// Go's collector frees the overflow buckets of an evacuated chain at once if they hold pointers, else with the
  /// array. So does this table.
  static constexpr bool kPointerFree = kTrivialKeys && kTrivialValues && !std::is_pointer_v<K> && !std::is_pointer_v<V>;
  static constexpr std::size_t kNoSpare = 0;  // bucket 0 is never a spare

  explicit Storage(const Allocator& alloc) noexcept : alloc_(alloc), seed_(random_seed()) {}
  explicit Storage(Allocator&& alloc) noexcept : alloc_(std::move(alloc)), seed_(random_seed()) {}
  ~Storage() { reset(); }

  static std::uint64_t random() noexcept { return Random::next(); }
  static std::uint32_t random_seed() noexcept { return static_cast<std::uint32_t>(random()); }

  [[nodiscard]] bool growing() const noexcept { return static_cast<bool>(old_); }

  /// Makes an array of 2^log2 main buckets and its spares, all empty. Throws what the allocator throws.
  [[nodiscard, gnu::noinline]] Buckets make_bucket_array(unsigned log2, Cause cause, std::uint64_t hint = 0) {
    const std::size_t total = array_buckets(log2, sizeof(Node));
    Rebound<Node> alloc(alloc_);
    const NodePointer first =
        allocate_part(alloc, total, PartInfo{Part::kBuckets, cause, inline_bytes(), total * kCells, hint, count_});
    if constexpr (EntryAwareAllocator<Allocator>) {  // the rebound copy now has the entry counter
      const Allocator informed(alloc);
      alloc_ = informed;
    }
    std::uninitialized_default_construct_n(std::to_address(first), total);
    return Buckets{first, total, static_cast<std::uint8_t>(log2)};
  }

  /// Makes `array` the current one, with all its spares free.
  void install(const Buckets& array) noexcept {
    current_ = array;
    next_spare_ = array.total > array.mains() ? array.mains() : kNoSpare;
  }

  /// Appends an empty bucket to the chain that ends in `tail`: a spare if there is one, else an allocated one.
  [[gnu::noinline]] Node* new_overflow(Node* tail) {
    NodePointer fresh = nullptr;
    if (next_spare_ != kNoSpare) {
      fresh = current_.first + static_cast<std::ptrdiff_t>(next_spare_);
      if (++next_spare_ == current_.total) next_spare_ = kNoSpare;
    } else {
      Rebound<Node> alloc(alloc_);
      fresh = allocate_part(alloc, 1, PartInfo{Part::kOverflow, Cause::kOverflow, inline_bytes(), kCells, 0, count_});
      std::uninitialized_default_construct_n(std::to_address(fresh), 1);
    }
    count_overflow();
    tail->overflow = fresh;
    return std::to_address(fresh);
  }

  /// As in Go, the count is exact below 2^16 buckets and statistical from there on, so that 16 bits are enough.
  void count_overflow() noexcept {
    if (current_.log2 < 16 || (Random::next() & ((std::uint64_t{1} << (current_.log2 - 15)) - 1)) == 0) ++overflow_;
  }

  /// Allocates a separate block for a key or value. `entries` is 1, or 0 for a copy of a key that only iterators read.
  template <class T, class... Args>
  [[nodiscard, gnu::noinline]] auto make_node(std::uint32_t entries, Args&&... args) {
    Rebound<T> alloc(alloc_);
    const auto node =
        allocate_part(alloc, 1, PartInfo{Part::kNodes, Cause::kNode, entries * kStoredBytes<T>, entries, 0, count_});
    try {
      Traits::construct(alloc_, std::to_address(node), std::forward<Args>(args)...);
    } catch (...) {
      std::allocator_traits<Rebound<T>>::deallocate(alloc, node, 1);
      throw;
    }
    return node;
  }

  template <class T, class Column, class... Args>
  void construct(Column& column, unsigned i, Args&&... args) {
    if constexpr (kStoring<T> == Storing::kNothing) {
      static_cast<void>(T(std::forward<Args>(args)...));
    } else if constexpr (kStoring<T> == Storing::kIndirect) {
      ::new (static_cast<void*>(column.slot(i))) typename Column::Slot(make_node<T>(1, std::forward<Args>(args)...));
    } else {
      Traits::construct(alloc_, column.slot(i), std::forward<Args>(args)...);
    }
  }

  template <class T, class Column>
  void destroy(Column& column, unsigned i) noexcept {
    if constexpr (kStoring<T> == Storing::kIndirect) {
      auto* slot = column.slot(i);
      if (*slot != nullptr) {  // null: the block moved to the new array
        Traits::destroy(alloc_, std::to_address(*slot));
        Rebound<T> alloc(alloc_);
        std::allocator_traits<Rebound<T>>::deallocate(alloc, *slot, 1);
      }
      std::destroy_at(slot);
    } else if constexpr (kStoring<T> == Storing::kInline) {
      Traits::destroy(alloc_, column.slot(i));
    }
  }

  void destroy_key(Node* node, unsigned i) noexcept { destroy<K>(node->keys, i); }
  void destroy_value(Node* node, unsigned i) noexcept { destroy<V>(node->values, i); }

  void deallocate(NodePointer first, std::size_t n) noexcept {
    std::destroy_n(std::to_address(first), n);
    Rebound<Node> alloc(alloc_);
    std::allocator_traits<Rebound<Node>>::deallocate(alloc, first, n);
  }

  /// Frees the overflow buckets of a chain, except spares, and unlinks them. Their slots must hold no objects.
  void free_chain(const Buckets& array, Node* head) noexcept {
    NodePointer node = std::exchange(head->overflow, nullptr);
    while (node != nullptr) {
      const NodePointer next = std::exchange(node->overflow, nullptr);
      if (!array.owns(std::to_address(node))) deallocate(node, 1);
      node = next;
    }
  }

  /// Keeps the overflow buckets of an evacuated chain, except spares, until the growth is over.
  void set_aside_chain(Node* head) noexcept {
    NodePointer node = std::exchange(head->overflow, nullptr);
    while (node != nullptr) {
      const NodePointer next = std::exchange(node->overflow, nullptr);
      if (!old_.owns(std::to_address(node))) node->overflow = std::exchange(aside_, node);
      node = next;
    }
  }
  void free_set_aside() noexcept {
    while (aside_ != nullptr) {
      const NodePointer node = std::exchange(aside_, aside_->overflow);
      deallocate(node, 1);
    }
  }

  /// Destroys a chain's live entries, and the keys that evacuation left in it.
  void destroy_chain(Node* head) noexcept {
    if constexpr (!kTrivialKeys || !kTrivialValues) {
      for (Node* node = head; node != nullptr; node = node->next()) {
        for (unsigned i = 0; i < kCells; ++i) {
          const std::uint8_t tophash = node->tophashes[i];
          if (tophash >= kMinTop || tophash == kEvacuatedX || tophash == kEvacuatedY) destroy_key(node, i);
          if (tophash >= kMinTop) destroy_value(node, i);
        }
      }
    }
  }

  /// An evacuated chain whose keys have been destroyed links to itself: its tophash bytes still mean "moved".
  static bool wiped(Node* head) noexcept { return head->next() == head; }
  static void mark_wiped(Node* head) noexcept { head->overflow = std::pointer_traits<NodePointer>::pointer_to(*head); }

  /// Destroys the contents of an array, frees it with its overflow buckets, and sets `array` to null.
  void release(Buckets& array) noexcept {
    if (!array) return;
    for (std::size_t i = 0; i < array.mains(); ++i) {
      if (wiped(array.at(i))) continue;
      destroy_chain(array.at(i));
      free_chain(array, array.at(i));
    }
    deallocate(array.first, array.total);
    array = Buckets{};
  }

  /// Ends the iterators for which `doomed` is true: when next advanced they are at the end. For writers.
  template <class Predicate>
  void end_walks(Predicate doomed) noexcept {
    for (Link* walk = walks_.head(); walk != nullptr;) {
      Link* next = walk->next;
      if (doomed(*walk)) {
        let_go(*walk);
      }
      walk = next;
    }
  }

  void let_go(Link& walk) noexcept {
    walks_.unlink(walk);
    const Buckets array = std::exchange(walk.array, Buckets{});
    const Buckets side = std::exchange(walk.side, Buckets{});
    release_retired(array);
    if (side != array) release_retired(side);
  }

  /// Frees an array that the table no longer uses, unless an iterator can still read it.
  void release_retired(Buckets array) noexcept {
    if (array && array != current_ && array != old_ && !walks_.uses(array)) release(array);
  }

  // Called by iterators, of readers too. The table may be const and shared: these change nothing that look-ups read.
  void join(Link& walk, const Buckets& array, const Buckets& side) noexcept {
    const typename Walks::Lock lock(walks_);
    walk.owner = this;
    walk.array = array;
    walk.side = side;
    walks_.link(walk);
  }
  void look_aside(Link& walk) noexcept {
    if (walk.side == old_) return;
    const typename Walks::Lock lock(walks_);
    release_retired(std::exchange(walk.side, old_));
  }
  void leave(Link& walk) noexcept {
    const typename Walks::Lock lock(walks_);
    let_go(walk);
  }

  /// Calls visit(node, i) for each entry of the current array, then for those not yet evacuated from the old one.
  template <class Visit>
  void for_each_cell(Visit visit) const {
    for (const Buckets* array : {&current_, &old_}) {
      for (std::size_t i = 0; *array && i < array->mains(); ++i) {
        if (array->at(i)->evacuated()) continue;
        for (Node* node = array->at(i); node != nullptr; node = node->next()) {
          for (unsigned cell = 0; cell < kCells; ++cell) {
            if (node->tophashes[cell] >= kMinTop) visit(node, cell);
          }
        }
      }
    }
  }

  /// Frees everything. The table is then as new, except for its seed.
  void reset() noexcept {
    if (count_ != 0) hashmap::note_entries(alloc_, 0);
    end_walks([](const Link&) { return true; });
    free_set_aside();
    release(old_);
    release(current_);
    count_ = 0;
    next_spare_ = kNoSpare;
    evacuated_ = 0;
    overflow_ = 0;
    kept_ = false;
    flags_.set(0);
  }

  /// Swaps everything but the allocators. Registered iterators follow their entries.
  void exchange(Storage& other) noexcept {
    std::swap(count_, other.count_);
    std::swap(current_, other.current_);
    std::swap(old_, other.old_);
    std::swap(aside_, other.aside_);
    std::swap(next_spare_, other.next_spare_);
    std::swap(evacuated_, other.evacuated_);
    std::swap(seed_, other.seed_);
    std::swap(overflow_, other.overflow_);
    std::swap(kept_, other.kept_);
    const std::uint8_t flags = flags_.get();
    flags_.set(other.flags_.get());
    other.flags_.set(flags);
    walks_.exchange(other.walks_, this, &other);
  }

  std::size_t count_ = 0;
  Buckets current_;                    // where writes go; null until the first insert or hint
  Buckets old_;                        // being evacuated into current_; null when not growing
  NodePointer aside_ = nullptr;        // overflow buckets of evacuated chains, linked
  std::size_t next_spare_ = kNoSpare;  // index in current_ of the next spare bucket
  std::size_t evacuated_ = 0;          // buckets of old_ below this index have been moved
  [[no_unique_address]] Allocator alloc_;
  std::uint32_t seed_;
  std::uint16_t overflow_ = 0;  // overflow buckets of current_, see count_overflow
  bool kept_ = false;           // an evacuated chain of old_ was left readable for iterators
  mutable Flags flags_;         // mutable: readers start iterators
  mutable Walks walks_;
};

}  // namespace bucketprof::hashmap
