// SPDX-License-Identifier: Apache-2.0
//
// The operations of the Go-style map on keys and cells: find, assign, remove, clear, reserve, copy. The public class is
// in map.h.
// Thread-compatible: concurrent look-ups are safe, and a write needs exclusive access (a violation usually aborts the
// process). No function here keeps a reference to an entry across a write.
#pragma once

#include <stdexcept>

#include "hashmap/growth.h"

namespace bucketprof::hashmap {

struct Access;  // inspect.h
template <class Table>
class Cursor;  // iterator.h

template <class K, class V, class Hash, class Equal, class Allocator, class Random>
class Table : public Growth<K, V, Hash, Allocator, Random> {
 public:
  using Key = K;
  using Mapped = V;

 protected:
  using Base = Growth<K, V, Hash, Allocator, Random>;
  using typename Base::Buckets;
  using typename Base::Cell;
  using typename Base::Node;
  using Traits = std::allocator_traits<Allocator>;

  template <class A>
  Table(const Hash& hash, const Equal& equal, A&& alloc) : Base(hash, std::forward<A>(alloc)), equal_(equal) {}

  /// The main bucket whose chain holds the entries with this hash. During growth it is in the old array until that
  /// bucket has been evacuated, afterwards in the new one.
  [[nodiscard]] Node* chain(std::uint64_t hash) const noexcept {
    if (this->growing()) [[unlikely]] {
      Node* old = this->old_.at(hash & this->old_.mask());
      if (!old->evacuated()) return old;
    }
    return this->current_.at(hash & this->current_.mask());
  }

  template <class Q>
  [[nodiscard]] Cell search(Node* node, std::uint8_t top, const Q& key) const {
    do {
      const Tophashes word = node->word();
      for (Tophashes match = cells_equal(word, top); match != 0; match &= match - 1) {
        const unsigned i = first_cell(match);
        if (equal_(node->key(i), key)) [[likely]]
          return {node, i};
      }
      if (ends_chain(word)) return {};
      node = node->next();
    } while (node != nullptr);
    return {};
  }

  template <class Q>
  [[nodiscard]] Cell find_cell(const Q& key) const {
    if (this->count_ == 0) return {};
    this->flags_.check_read("concurrent map read and map write");
    const std::uint64_t hash = this->hash_of(key);
    return search(chain(hash), tophash_of(hash), key);
  }

  /// Finds the cell of `key`, or picks a free one and calls `fill(cell)` to construct the entry in it. Returns the cell
  /// and whether it is new. If anything throws, the entries are unchanged.
  template <class Q, class Fill>
  std::pair<Cell, bool> assign(const Q& key, Fill fill) {
    const std::uint64_t hash = this->hash_of(key);
    const std::uint8_t top = tophash_of(hash);
    const Flags::Writing writing(this->flags_);
    if (!this->current_) this->install(this->make_bucket_array(0, Cause::kFirstInsert));
    for (;;) {
      if (this->growing()) [[unlikely]]
        this->grow_work(hash);
      Node* node = this->current_.at(hash & this->current_.mask());
      Cell free;
      for (;;) {
        const Tophashes word = node->word();
        for (Tophashes match = cells_equal(word, top); match != 0; match &= match - 1) {
          const unsigned i = first_cell(match);
          if (equal_(node->key(i), key)) [[likely]]
            return {Cell{node, i}, false};
        }
        if (!free) {
          if (const Tophashes empty = cells_empty(word); empty != 0) free = {node, first_cell(empty)};
        }
        if (ends_chain(word) || node->next() == nullptr) break;
        node = node->next();
      }
      if (!this->growing() && too_full()) [[unlikely]] {
        this->hash_grow();
        continue;
      }
      if (!free) free = {this->new_overflow(node), 0};
      fill(free);
      free.node->tophashes[free.i] = top;
      hashmap::note_entries(this->alloc_, ++this->count_);
      return {free, true};
    }
  }

  [[nodiscard]] bool too_full() const noexcept {
    return over_load(this->count_ + 1, this->current_.log2) || too_many_overflow(this->overflow_, this->current_.log2);
  }

  /// Constructs an entry in the cell that assign() picked. If it throws, nothing remains in the cell.
  template <class Q, class... Args>
  void construct_entry(Cell cell, Q&& key, Args&&... args) {
    this->template construct<K>(cell.node->keys, cell.i, std::forward<Q>(key));
    try {
      this->template construct<V>(cell.node->values, cell.i, std::forward<Args>(args)...);
    } catch (...) {
      this->destroy_key(cell.node, cell.i);
      throw;
    }
  }

  template <class Q>
  bool erase_key(const Q& key) {
    if (this->count_ == 0) return false;
    const std::uint64_t hash = this->hash_of(key);
    const Flags::Writing writing(this->flags_);
    // Looked up before anything moves, because the key may be a reference to the entry itself.
    Cell cell = search(chain(hash), tophash_of(hash), key);
    evacuate_for_erase(hash, &cell);
    if (!cell) return false;
    remove(chain(hash), cell);
    return true;
  }

  void erase_cell(Cell cell) {
    const std::uint64_t hash = this->hash_of(cell.node->key(cell.i));
    const Flags::Writing writing(this->flags_);
    evacuate_for_erase(hash, &cell);
    remove(chain_of(cell, hash), cell);
  }

  /// An erase's share of the evacuation. Erasing must not fail for lack of memory or end an iterator: in these cases
  /// the share is left for later writes.
  void evacuate_for_erase(std::uint64_t hash, Cell* tracked) noexcept {
    if (!this->growing() || this->would_end_walks()) return;
    try {
      this->grow_work(hash, tracked);
    } catch (...) {
    }
  }

  /// The main bucket of the chain that holds `cell`. Only NaN, whose hash is new each time, has to be searched for.
  [[nodiscard]] Node* chain_of(Cell cell, std::uint64_t hash) const noexcept {
    if constexpr (!kReflexive<K>) {
      if (cell.node->key(cell.i) != cell.node->key(cell.i)) {
        for (const Buckets* array : {&this->current_, &this->old_}) {
          for (std::size_t i = 0; *array && i < array->mains(); ++i) {
            if (array->at(i)->evacuated()) continue;
            for (Node* node = array->at(i); node != nullptr; node = node->next()) {
              if (node == cell.node) return array->at(i);
            }
          }
        }
      }
    }
    return chain(hash);
  }

  void remove(Node* head, Cell cell) noexcept {
    this->destroy_value(cell.node, cell.i);
    this->destroy_key(cell.node, cell.i);
    cell.node->tophashes[cell.i] = kEmptyOne;
    if (followed_by_rest(cell)) {
      // No used cell follows in the chain: this cell and the empty ones before it become kEmptyRest.
      do {
        cell.node->tophashes[cell.i] = kEmptyRest;
        if (cell.i != 0) {
          --cell.i;
        } else {
          if (cell.node == head) break;
          Node* before = head;
          while (before->next() != cell.node) before = before->next();
          cell = {before, kCells - 1};
        }
      } while (cell.node->tophashes[cell.i] == kEmptyOne);
    }
    if (--this->count_ == 0) this->seed_ = Base::random_seed();  // no entry depends on the old seed
    hashmap::note_entries(this->alloc_, this->count_);
  }

  static bool followed_by_rest(Cell cell) noexcept {
    if (cell.i + 1 < kCells) return cell.node->tophashes[cell.i + 1] == kEmptyRest;
    return cell.node->next() == nullptr || cell.node->next()->tophashes[0] == kEmptyRest;
  }

  /// Empties the table and keeps its current array. Ends all iterators.
  void clear_entries() noexcept {
    if (this->count_ == 0) return;
    const Flags::Writing writing(this->flags_);
    this->end_walks([](const auto&) { return true; });
    this->free_set_aside();
    this->release(this->old_);
    this->kept_ = false;
    this->flags_.set(this->flags_.get() & static_cast<std::uint8_t>(~Flags::kSameSizeGrow));
    for (std::size_t i = 0; i < this->current_.mains(); ++i) {
      this->destroy_chain(this->current_.at(i));
      this->free_chain(this->current_, this->current_.at(i));
    }
    for (std::size_t i = 0; i < this->current_.total; ++i) std::memset(this->current_.at(i)->tophashes, 0, kCells);
    this->install(this->current_);
    this->evacuated_ = 0;
    this->overflow_ = 0;
    this->count_ = 0;
    this->seed_ = Base::random_seed();
    hashmap::note_entries(this->alloc_, 0);
  }

  [[nodiscard]] static constexpr std::size_t max_entries() noexcept { return kMaxArrayBytes / sizeof(Node) * 13 / 2; }

  /// Makes room for `hint` entries in a table without an array. Up to 8 need nothing: the first insert makes a bucket.
  void make_room(std::uint64_t hint, Cause cause = Cause::kHint) {
    const unsigned log2 = log2_for(usable_hint(hint, sizeof(Node)));
    if (log2 != 0) this->install(this->make_bucket_array(log2, cause, cause == Cause::kHint ? hint : 0));
  }

  /// Makes room for `n` entries at once. Ends all iterators if entries have to be moved.
  void reserve_entries(std::uint64_t n) {
    if (n > max_entries()) throw std::length_error("bucketprof::Map::reserve: more entries than memory can hold");
    const unsigned log2 = log2_for(n);
    if (log2 <= this->current_.log2) return;
    const Flags::Writing writing(this->flags_);
    if (!this->current_) return make_room(n);
    this->end_walks([](const auto&) { return true; });
    this->finish_growth();
    this->start_growth(this->make_bucket_array(log2, Cause::kRehash));
    this->finish_growth();
  }

  /// Inserts the entries of another table into this one, which has none of their keys. `take(node, i, cell)` copies or
  /// moves the entry at (node, i) to `cell`.
  template <class Take>
  void add_all(const Table& other, Take take) {
    if (!this->current_ && other.count_ != 0) make_room(other.count_, Cause::kCopy);
    other.for_each_cell([&](Node* node, unsigned i) { assign(node->key(i), [&](Cell cell) { take(node, i, cell); }); });
  }

  Equal equal_;

 private:
  friend struct Access;
  friend class Cursor<Table>;
};

}  // namespace bucketprof::hashmap
