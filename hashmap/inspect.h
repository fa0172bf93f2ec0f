// SPDX-License-Identifier: Apache-2.0
//
// Read-only access to a map's internals, for tests and tools that explain its structure: the header as plain numbers,
// and every bucket of every chain, in O(n). Using a map never needs it.
// Thread-compatible: as safe as iterating the map.
#pragma once

#include "hashmap/map.h"

namespace bucketprof::hashmap {

/// The header. `log2` is Go's B, `overflow` Go's noverflow, `evacuated` Go's nevacuate.
struct State {
  std::uint64_t count = 0;
  unsigned log2 = 0;
  std::uint8_t flags = 0;
  std::uint16_t overflow = 0;
  bool growing = false;
  std::uint64_t evacuated = 0;
  bool has_buckets = false;
  std::int64_t next_spare = -1;  ///< index in the current array; -1: none is left
  std::uint64_t spares_left = 0;
};

/// One bucket of a chain.
template <class Node>
struct BucketView {
  bool old = false;        ///< in the array that is being evacuated
  std::size_t index = 0;   ///< of the chain's main bucket
  std::size_t depth = 0;   ///< 0: the main bucket itself
  bool evacuated = false;  ///< the chain has been moved; only its main bucket is visited
  bool inside = false;     ///< in the array itself (main or spare), not allocated separately
  Node* node = nullptr;
};

/// The friend of the map's classes through which everything in this file gets access.
struct Access {
  template <class M>
  static auto& table(const M& map) noexcept {
    return static_cast<const typename M::Base&>(map);
  }
  template <class M>
  using Node = Bucket<typename M::key_type, typename M::mapped_type,
                      typename std::allocator_traits<typename M::allocator_type>::void_pointer>;

  template <class M>
  static State state(const M& map) {
    const auto& t = table(map);
    State state{t.count_,
                t.current_.log2,
                t.flags_.get(),
                t.overflow_,
                t.growing(),
                t.evacuated_,
                static_cast<bool>(t.current_)};
    if (t.next_spare_ != 0) {
      state.next_spare = static_cast<std::int64_t>(t.next_spare_);
      state.spares_left = t.current_.total - t.next_spare_;
    }
    return state;
  }

  template <class M>
  static auto current(const M& map) noexcept {
    return table(map).current_;
  }
  template <class M>
  static auto old(const M& map) noexcept {
    return table(map).old_;
  }
  template <class M, class Q>
  static std::uint64_t hash_of(const M& map, const Q& key) {
    return table(map).hash_of(key);
  }
  template <class M, class Q>
  static auto find_cell(const M& map, const Q& key) {
    return table(map).find_cell(key);
  }
  /// The number of live iterators, and whether all are linked correctly and owned by this map.
  template <class M>
  static std::pair<std::size_t, bool> walks(const M& map) noexcept {
    const auto& t = table(map);
    std::pair<std::size_t, bool> result{0, true};
    const typename M::Base::Link* before = nullptr;
    for (const auto* walk = t.walks_.head(); walk != nullptr; before = std::exchange(walk, walk->next)) {
      ++result.first;
      if (walk->owner != &t || walk->previous != before) result.second = false;
    }
    return result;
  }

  /// Calls visit(BucketView) for the current array's chains in order, then the old one's.
  template <class M, class Visit>
  static void for_each_bucket(const M& map, Visit visit) {
    const auto& t = table(map);
    for (const auto* array : {&t.current_, &t.old_}) {
      for (std::size_t i = 0; *array && i < array->mains(); ++i) {
        BucketView<Node<M>> view{array == &t.old_, i, 0, array->at(i)->evacuated(), true, array->at(i)};
        for (;;) {
          visit(static_cast<const BucketView<Node<M>>&>(view));
          if (view.evacuated || view.node->next() == nullptr) break;
          view.node = view.node->next();
          view.inside = array->owns(view.node);
          ++view.depth;
        }
      }
    }
  }
};

}  // namespace bucketprof::hashmap
