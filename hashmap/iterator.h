// SPDX-License-Identifier: Apache-2.0
//
// Iteration as in Go's maps: it starts at a random bucket and a random cell, wraps around, and continues through any
// growth meanwhile. It yields no entry twice and no erased entry; one inserted during the iteration may be yielded.
// Thread-compatible like the table: concurrent readers may iterate, each with its own iterators. After a write
// an iterator may be advanced, but must not be dereferenced until then, because the write may have moved its entry.
#pragma once

#include <bit>
#include <iterator>

#include "hashmap/table.h"

namespace bucketprof::hashmap {

/// An iterator's position. A cursor made by a look-up is only a cell, and is registered when it is first advanced.
template <class Table>
class Cursor : private Table::Link {
 public:
  using Cell = typename Table::Cell;
  using Node = typename Table::Node;

  /// The end.
  Cursor() = default;

  /// At an entry found by a look-up.
  Cursor(Table& table, Cell cell) noexcept : table_(&table), cell_(cell) {}

  /// At the first entry of a new iteration.
  explicit Cursor(Table& table) : Cursor() {  // delegates, so that ~Cursor runs if the hash throws
    if (table.count_ == 0) return;
    const std::uint64_t random = Table::random();
    offset_ = static_cast<std::uint8_t>((random >> table.current_.log2) % kCells);
    start_ = bucket_ = random & table.current_.mask();
    table.flags_.iterator_started();
    table.join(*this, table.current_, {});
    step();
  }

  Cursor(const Cursor& other) noexcept : Table::Link() { copy(other); }
  Cursor& operator=(const Cursor& other) noexcept {
    if (this != &other) {
      drop();
      copy(other);
    }
    return *this;
  }
  ~Cursor() { drop(); }

  [[nodiscard]] Cell cell() const noexcept { return cell_; }

  void advance() {
    settle();
    if (this->owner == nullptr) {
      cell_ = {};
    } else {
      step();
    }
  }

  /// Registers a cursor made by a look-up as an iterator over the rest of its chain and all later main buckets, so that
  /// it can be advanced even after its entry has been erased.
  void settle() {
    if (table_ == nullptr) return;
    Table& table = *table_;
    const std::uint64_t hash = table.hash_of(cell_.node->key(cell_.i));
    table_ = nullptr;
    start_ = 0;
    node_ = cell_.node;
    i_ = static_cast<std::uint8_t>(cell_.i + 1);
    const std::size_t bucket = hash & table.current_.mask();
    const bool aside = table.growing() && !table.old_.at(hash & table.old_.mask())->evacuated();
    check_ = aside ? bucket : kNoCheck;
    table.flags_.iterator_started();
    table.join(*this, table.current_, aside ? table.old_ : typename Table::Buckets{});
    leave_bucket(bucket);
    wrapped_ = true;  // ends after the last bucket
  }

 private:
  static constexpr std::size_t kNoCheck = ~std::size_t{0};

  void copy(const Cursor& other) noexcept {
    table_ = other.table_;
    cell_ = other.cell_;
    node_ = other.node_;
    start_ = other.start_;
    bucket_ = other.bucket_;
    check_ = other.check_;
    offset_ = other.offset_;
    i_ = other.i_;
    wrapped_ = other.wrapped_;
    if (other.owner != nullptr) static_cast<Table*>(other.owner)->join(*this, other.array, other.side);
  }

  void drop() noexcept {
    if (this->owner != nullptr) static_cast<Table*>(this->owner)->leave(*this);
  }

  void leave_bucket(std::size_t bucket) noexcept {
    bucket_ = bucket + 1;
    if (bucket_ == this->array.mains()) {
      bucket_ = 0;
      wrapped_ = true;
    }
  }

  void enter_bucket(Table& table) noexcept {
    node_ = this->array.at(bucket_);
    i_ = 0;
    check_ = kNoCheck;
    if (table.growing() && this->array.log2 == table.current_.log2) {
      // Entries of this bucket may still be in the old one, together with entries of other buckets.
      Node* old = table.old_.at(bucket_ & table.old_.mask());
      if (!old->evacuated()) {
        node_ = old;
        check_ = bucket_;
        table.look_aside(*this);
      }
    }
    leave_bucket(bucket_);
  }

  void step() {
    Table& table = *static_cast<Table*>(this->owner);
    table.flags_.check_read("concurrent map iteration and map write");
    for (;;) {
      if (node_ == nullptr) {
        if (wrapped_ && bucket_ == start_) {
          cell_ = {};
          drop();
          return;
        }
        enter_bucket(table);
      }
      if (i_ < kCells) {
        const Tophashes word = std::rotr(node_->word(), 8 * offset_);
        for (Tophashes set = (cells_empty(word) ^ 0x8080808080808080) >> (8 * i_) << (8 * i_); set != 0;
             set &= set - 1) {
          const unsigned i = first_cell(set);
          const Cell at{node_, (i + offset_) % kCells};
          if (!yields(table, at)) continue;
          i_ = static_cast<std::uint8_t>(i + 1);
          return;
        }
      }
      node_ = node_->next();
      i_ = 0;
    }
  }

  /// Whether this iteration yields the entry of a non-empty cell; if so, sets cell_ to where the entry is now.
  bool yields(Table& table, Cell at) {
    const std::uint8_t tophash = at.node->tophashes[at.i];
    if (tophash == kEvacuatedEmpty) return false;
    const auto& key = at.node->key(at.i);
    bool itself = true;
    if constexpr (!kReflexive<typename Table::Key>) itself = key == key;
    if (check_ != kNoCheck && !table.flags_.has(Flags::kSameSizeGrow)) {
      if (itself ? (table.hash_of(key) & this->array.mask()) != check_
                 : check_ >> (this->array.log2 - 1) != tophash % 2U) {
        return false;
      }
    }
    if (tophash >= kMinTop) {
      cell_ = at;
      return true;
    }
    if (!itself) {  // a NaN cannot be looked up; moving its value left the old cell readable if the move is a copy
      cell_ = at;
      return kStoring<typename Table::Mapped> != Storing::kIndirect &&
             std::is_trivially_copyable_v<typename Table::Mapped>;
    }
    const Cell now = table.find_cell(key);
    if (now) cell_ = now;
    return static_cast<bool>(now);
  }

  Table* table_ = nullptr;        // set only for a look-up's cell, until settle()
  Cell cell_;                     // the current entry; none at the end
  Node* node_ = nullptr;          // the bucket being read; null: enter bucket_ next
  std::size_t start_ = 0;         // main bucket where the iteration started
  std::size_t bucket_ = 0;        // next main bucket
  std::size_t check_ = kNoCheck;  // in an old chain: yield only entries that will move to this bucket
  std::uint8_t offset_ = 0;       // first cell visited in each bucket
  std::uint8_t i_ = 0;            // cells of node_ already visited
  bool wrapped_ = false;          // past the last bucket
};

/// Yields pairs of references, by value: `for (auto [key, value] : map)`. It is an input iterator to the standard
/// library, although copies can be advanced independently.
template <class Table, bool Const>
class Iterator {
 public:
  using Key = typename Table::Key;
  using Mapped = std::conditional_t<Const, const typename Table::Mapped, typename Table::Mapped>;
  using iterator_category = std::input_iterator_tag;
  using value_type = std::pair<const Key, typename Table::Mapped>;
  using reference = std::pair<const Key&, Mapped&>;
  using difference_type = std::ptrdiff_t;

  class Arrow {
   public:
    explicit Arrow(reference entry) noexcept : entry_(entry) {}
    const reference* operator->() const noexcept { return &entry_; }

   private:
    reference entry_;
  };
  using pointer = Arrow;

  Iterator() = default;
  explicit Iterator(Cursor<Table> cursor) noexcept : cursor_(std::move(cursor)) {}
  template <class... Args>
  explicit Iterator(std::in_place_t, Args&&... args) : cursor_(std::forward<Args>(args)...) {}
  template <bool Other, class = std::enable_if_t<Const && !Other>>
  Iterator(const Iterator<Table, Other>& other) noexcept  // NOLINT(google-explicit-constructor): as the standard's
      : cursor_(other.cursor()) {}

  [[nodiscard]] reference operator*() const noexcept {
    const auto cell = cursor_.cell();
    return {cell.node->key(cell.i), cell.node->value(cell.i)};
  }
  [[nodiscard]] pointer operator->() const noexcept { return pointer(**this); }
  Iterator& operator++() {
    cursor_.advance();
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++*this;
    return before;
  }

  template <bool Other>
  bool operator==(const Iterator<Table, Other>& other) const noexcept {
    return cursor_.cell() == other.cursor().cell();
  }

  [[nodiscard]] const Cursor<Table>& cursor() const noexcept { return cursor_; }
  [[nodiscard]] Cursor<Table>& cursor() noexcept { return cursor_; }

 private:
  Cursor<Table> cursor_;
};

}  // namespace bucketprof::hashmap
