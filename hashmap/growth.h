// SPDX-License-Identifier: Apache-2.0
//
// Growth: a table that is too full gets a new array, and each later write moves one or two buckets of the old array to
// it (evacuation), so that no single write pays for all. The rules, and the order of cells, are those of Go's classic
// map. Thread-compatible; for writers only. Evacuating a bucket either succeeds or leaves it unchanged.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>

#include "hashmap/storage.h"

namespace bucketprof::hashmap {

template <class K, class V, class Hash, class Allocator, class Random>
class Growth : public Storage<K, V, Allocator, Random> {
 protected:
  using Base = Storage<K, V, Allocator, Random>;
  using typename Base::Buckets;
  using typename Base::Link;
  using typename Base::Node;

  /// The place of an entry, or of one to be inserted. A null node means none.
  struct Cell {
    Node* node = nullptr;
    unsigned i = 0;
    bool operator==(const Cell&) const = default;
    explicit operator bool() const noexcept { return node != nullptr; }
  };

  template <class A>
  Growth(const Hash& hash, A&& alloc) : Base(std::forward<A>(alloc)), hash_(hash) {}

  template <class Q>
  [[nodiscard]] std::uint64_t hash_of(const Q& key) const {
    if constexpr (!kReflexive<K>) {
      if (key != key) return Random::next();
    }
    const auto hash = static_cast<std::uint64_t>(hash_(key));
    if constexpr (kAvalanching<Hash>) {
      return hash;
    } else {
      return mix(hash, this->seed_);
    }
  }

  /// Gives a table that is too full a new array, without moving anything yet. If the allocator throws, nothing changes.
  [[gnu::noinline]] void hash_grow() {
    const unsigned bigger = over_load(this->count_ + 1, this->current_.log2) ? 1 : 0;
    const Buckets fresh =
        this->make_bucket_array(this->current_.log2 + bigger, bigger != 0 ? Cause::kGrowDouble : Cause::kGrowSameSize);
    start_growth(fresh);
  }

  void start_growth(const Buckets& fresh) noexcept {
    std::uint8_t flags = this->flags_.get() & static_cast<std::uint8_t>(~(Flags::kIterator | Flags::kOldIterator));
    if (this->flags_.has(Flags::kIterator)) flags |= Flags::kOldIterator;
    if (fresh.log2 == this->current_.log2) flags |= Flags::kSameSizeGrow;
    this->flags_.set(flags);
    this->old_ = this->current_;
    this->install(fresh);
    this->evacuated_ = 0;
    this->overflow_ = 0;
  }

  /// The evacuation that each write does: the old bucket of the chain it will use, then the next one in order.
  [[gnu::noinline]] void grow_work(std::uint64_t hash, Cell* tracked = nullptr) {
    evacuate(hash & this->old_.mask(), tracked);
    if (this->growing()) evacuate(this->evacuated_, tracked);
  }

  void finish_growth() {
    while (this->growing()) evacuate(this->evacuated_, nullptr);
  }

  /// Whether evacuating now would end an iterator: it still reads the old array, whose keys cannot be copied for it.
  [[nodiscard]] bool would_end_walks() const noexcept { return !kKeepable && old_is_walked(); }

  [[nodiscard]] bool old_is_walked() const noexcept {
    return this->walks_.head() != nullptr && this->walks_.uses(this->old_);
  }

  Hash hash_;

 private:
  static constexpr bool kKeepable = std::is_copy_constructible_v<K>;

  /// Moves the chain of old bucket `o`, unless it has been moved, and advances evacuated_ if it is `o`. If `tracked` is
  /// a cell of that chain, it is set to the entry's new cell. If the hash or the allocator throws, the chain is
  /// unchanged.
  void evacuate(std::size_t o, Cell* tracked) {
    Node* const head = this->old_.at(o);
    if (!head->evacuated()) {
      bool keep = old_is_walked();
      if (keep && !kKeepable) end_old_walks(keep);
      move_chain(head, o, keep, tracked);
      mark_empties(head);
      if (keep) {
        for (Node* node = head->next(); node != nullptr; node = node->next()) mark_empties(node);
        this->kept_ = true;
      } else {
        this->destroy_chain(head);
        if constexpr (Base::kPointerFree) {
          this->set_aside_chain(head);
        } else {
          this->free_chain(this->old_, head);
        }
        if constexpr (!Base::kTrivialKeys) Base::mark_wiped(head);
      }
    }
    if (o == this->evacuated_) advance();
  }

  /// Advances evacuated_ past evacuated buckets, a bounded number per call. After the last one the growth is over.
  void advance() noexcept {
    const std::size_t stop = std::min(++this->evacuated_ + 1024, this->old_.mains());
    while (this->evacuated_ != stop && this->old_.at(this->evacuated_)->evacuated()) ++this->evacuated_;
    if (this->evacuated_ != this->old_.mains()) return;
    Buckets done = std::exchange(this->old_, Buckets{});
    this->flags_.set(this->flags_.get() & static_cast<std::uint8_t>(~Flags::kSameSizeGrow));
    const bool kept = std::exchange(this->kept_, false);
    this->free_set_aside();
    if (this->walks_.head() != nullptr && this->walks_.uses(done)) return;  // the last such iterator frees it
    if (kept) {
      this->release(done);
    } else {
      this->deallocate(done.first, done.total);
    }
  }

  void end_old_walks(bool& keep) noexcept {
    const Buckets& old = this->old_;
    this->end_walks([&old](const Link& walk) { return walk.array == old || walk.side == old; });
    keep = false;
  }

  void move_chain(Node* head, std::size_t o, bool& keep, Cell* tracked) {
    const Buckets& to = this->current_;
    const std::uint64_t split = to.mask() & ~this->old_.mask();  // the hash bits that select the destination
    const bool two = to.log2 == this->old_.log2 + 1;
    Cell fill[2] = {{to.at(o), 0}, {two ? to.at(o + this->old_.mains()) : nullptr, 0}};
    const std::size_t spare = this->next_spare_;
    const std::uint16_t overflow = this->overflow_;
    try {
      for (Node* node = head; node != nullptr; node = node->next()) {
        for (Tophashes live = cells_empty(node->word()) ^ 0x8080808080808080; live != 0; live &= live - 1) {
          const unsigned i = first_cell(live);
          std::uint8_t tophash = node->tophashes[i];
          const std::uint64_t bits = split == 0 ? 0 : destination(node->key(i), tophash, two) & split;
          const unsigned side = two && bits != 0 ? 1 : 0;
          if (split != 0 && !two) fill[0] = tail(to.at(o | bits));
          Cell& cell = fill[side];
          if (cell.i == kCells) cell = {this->new_overflow(cell.node), 0};
          move_key(node, i, cell, keep);
          move_value(node, i, cell.node, cell.i);
          cell.node->tophashes[cell.i] = tophash;
          node->tophashes[i] = static_cast<std::uint8_t>(kEvacuatedX + side);
          if (tracked != nullptr && *tracked == Cell{node, i}) *tracked = cell;
          ++cell.i;
        }
      }
    } catch (...) {
      move_back(head, o, tracked);
      this->next_spare_ = spare;
      this->overflow_ = overflow;
      throw;
    }
  }

  /// The hash whose bits select the destination. A key that does not equal itself (NaN) gets a new hash each time. If
  /// an iterator may be reading, the low bit of its old tophash decides instead, so that the iterator knows its half.
  std::uint64_t destination(const K& key, std::uint8_t& tophash, bool two) const {
    const std::uint64_t hash = hash_of(key);
    if constexpr (!kReflexive<K>) {
      if (two && key != key && this->flags_.has(Flags::kIterator)) {
        return std::exchange(tophash, tophash_of(hash)) % 2 != 0 ? ~std::uint64_t{0} : 0;
      }
    }
    return hash;
  }

  /// The first free cell of a chain that evacuation is filling; its index is kCells if the last bucket is full.
  static Cell tail(Node* node) noexcept {
    while (node->next() != nullptr) node = node->next();
    const Tophashes free = cells_empty(node->word());
    return {node, free == 0 ? kCells : first_cell(free)};
  }

  /// The old slot keeps a key object, intact or a copy if `keep`, else moved from. It is destroyed with its chain.
  void move_key(Node* from, unsigned i, Cell& to, bool& keep) noexcept {
    if constexpr (kStoring<K> == Storing::kIndirect) {
      auto* slot = from->keys.slot(i);
      auto key = *slot;
      *slot = nullptr;
      if (keep) try_keep(keep, [&] { *slot = copy_node(*key); });
      std::construct_at(to.node->keys.slot(to.i), std::move(key));
    } else if constexpr (kStoring<K> == Storing::kInline) {
      K* target = to.node->keys.slot(to.i);
      if constexpr (kKeepable) {
        if (keep && try_keep(keep, [&] {
              Base::Traits::construct(this->alloc_, target, static_cast<const K&>(from->key(i)));
            })) {
          return;
        }
      }
      std::construct_at(target, std::move(from->key(i)));
    }
  }

  auto copy_node(const K& key) {
    if constexpr (kKeepable) {
      return this->template make_node<K>(0, key);
    } else {
      return nullptr;
    }
  }

  /// If copying a key throws, the iterators that still read the old array are ended, and the evacuation goes on.
  template <class Copy>
  bool try_keep(bool& keep, Copy copy) noexcept {
    try {
      copy();
    } catch (...) {
      end_old_walks(keep);
    }
    return keep;
  }

  static void move_value(Node* from, unsigned i, Node* to, unsigned j) noexcept {
    if constexpr (kStoring<V> != Storing::kNothing) {
      auto* slot = from->values.slot(i);
      std::construct_at(to->values.slot(j), std::move(*slot));
      std::destroy_at(slot);
    }
  }

  static void mark_empties(Node* node) noexcept {
    for (Tophashes empty = cells_empty(node->word()); empty != 0; empty &= empty - 1) {
      node->tophashes[first_cell(empty)] = kEvacuatedEmpty;
    }
  }

  /// Undoes an evacuation that failed half way: moves each entry back to a cell of the old chain, not always its own.
  void move_back(Node* head, std::size_t o, Cell* tracked) noexcept {
    const Buckets& to = this->current_;
    const std::size_t step = this->old_.mains();
    std::size_t bucket = o;
    Cell source[2] = {{to.at(o), 0}, {o + step < to.mains() ? to.at(o + step) : nullptr, 0}};
    for (Node* node = head; node != nullptr; node = node->next()) {
      for (unsigned i = 0; i < kCells; ++i) {
        if (node->tophashes[i] != kEvacuatedX && node->tophashes[i] != kEvacuatedY) continue;
        Cell& cell = source[node->tophashes[i] - kEvacuatedX];
        while (cell.i == kCells || cell.node->tophashes[cell.i] == kEmptyRest) {
          if (cell.i == kCells && cell.node->next() != nullptr) {
            cell = {cell.node->next(), 0};
          } else {  // only if there are more than two destinations
            cell = {to.at(bucket += step), 0};
          }
        }
        this->destroy_key(node, i);
        if constexpr (kStoring<K> != Storing::kNothing) {
          auto* slot = cell.node->keys.slot(cell.i);
          std::construct_at(node->keys.slot(i), std::move(*slot));
          std::destroy_at(slot);
        }
        move_value(cell.node, cell.i, node, i);
        node->tophashes[i] = cell.node->tophashes[cell.i];
        if (tracked != nullptr && *tracked == cell) *tracked = {node, i};
        ++cell.i;
      }
    }
    for (bucket = o; bucket < to.mains(); bucket += step) {
      for (Node* node = to.at(bucket); node != nullptr; node = node->next()) std::memset(node->tophashes, 0, kCells);
      this->free_chain(to, to.at(bucket));
    }
  }
};

}  // namespace bucketprof::hashmap
