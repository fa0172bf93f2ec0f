// SPDX-License-Identifier: Apache-2.0
//
// bucketprof::Map, a hash map with the structure of Go's classic map: buckets of eight, overflow chains, and growth
// that moves a bucket or two with each write. It passes its allocator the reason for each block (part.h).
//
//   bucketprof::Map<std::string, int> ages{{"ann", 31}};
//   ages["bob"] = 27;
//   for (auto [name, age] : ages) ...      // a pair of references, so not `auto&`
//
// The names are those of std::unordered_map. Differences: any insert or erase invalidates references to entries (which
// lie in separate columns for keys and values, and move), and arguments of an insert must not refer into the map.
// Thread-compatible: concurrent const calls are safe. A write concurrent with any other call aborts the process if it
// is detected.
#pragma once

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "hashmap/iterator.h"

namespace bucketprof::hashmap {

/// `Random::next()` returns 64 random bits; tests replace it to reproduce recorded structures.
template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>,
          class Allocator = std::allocator<std::pair<const K, V>>, class Random = ThreadRandom>
class Map : protected Table<K, V, Hash, Equal, Allocator, Random> {
  using Base = Table<K, V, Hash, Equal, Allocator, Random>;
  using typename Base::Cell;
  using typename Base::Node;
  using Traits = std::allocator_traits<Allocator>;
  friend struct Access;

  static constexpr bool kTransparent = requires {
    typename Hash::is_transparent;
    typename Equal::is_transparent;
  };
  // Named constraints: keys of types other than K, and arguments from which an entry can be constructed.
  template <class Q>
  static constexpr bool kForeign = kTransparent && !std::is_same_v<std::remove_cvref_t<Q>, K>;
  template <class Q>
  static constexpr bool kForeignToInsert = kForeign<Q>&& std::is_constructible_v<K, Q>;
  template <class Q>
  static constexpr bool kForeignToErase = kForeign<Q> && !std::is_convertible_v<Q, Iterator<Base, false>> &&
                                          !std::is_convertible_v<Q, Iterator<Base, true>>;
  template <class P>
  static constexpr bool kEntry = std::is_constructible_v<std::pair<K, V>, P>;

 public:
  using key_type = K;
  using mapped_type = V;
  using value_type = std::pair<const K, V>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using hasher = Hash;
  using key_equal = Equal;
  using allocator_type = Allocator;
  using iterator = Iterator<Base, false>;
  using const_iterator = Iterator<Base, true>;
  using reference = typename iterator::reference;
  using const_reference = typename const_iterator::reference;

  Map() : Map(Allocator()) {}
  explicit Map(const Allocator& alloc) : Base(Hash(), Equal(), alloc) {}
  /// `hint` is a number of entries, as in Go. Up to 8 allocate nothing; one that no array could hold is ignored.
  explicit Map(size_type hint, const Hash& hash = Hash(), const Equal& equal = Equal(),
               const Allocator& alloc = Allocator())
      : Base(hash, equal, alloc) {
    this->make_room(hint);
  }
  Map(size_type hint, const Allocator& alloc) : Map(hint, Hash(), Equal(), alloc) {}
  Map(size_type hint, const Hash& hash, const Allocator& alloc) : Map(hint, hash, Equal(), alloc) {}
  // Six parameters, as the same constructor of std::unordered_map has.
  template <std::input_iterator It>
  Map(It first, It last, size_type hint = 0, const Hash& hash = Hash(), const Equal& equal = Equal(),
      const Allocator& alloc = Allocator())
      : Map(hint, hash, equal, alloc) {
    insert(first, last);
  }
  Map(std::initializer_list<value_type> entries, size_type hint = 0, const Hash& hash = Hash(),
      const Equal& equal = Equal(), const Allocator& alloc = Allocator())
      : Map(entries.begin(), entries.end(), hint, hash, equal, alloc) {}
  Map(std::initializer_list<value_type> entries, const Allocator& alloc) : Map(entries, 0, Hash(), Equal(), alloc) {}

  Map(const Map& other) : Map(other, Traits::select_on_container_copy_construction(other.alloc_)) {}
  Map(const Map& other, const Allocator& alloc) : Map(0, other.hash_, other.equal_, alloc) { add_copies(other); }
  Map(Map&& other) noexcept(std::is_nothrow_copy_constructible_v<Hash>&& std::is_nothrow_copy_constructible_v<Equal>)
      : Base(other.hash_, other.equal_, std::move(other.alloc_)) {
    this->exchange(other);
  }
  Map(Map&& other, const Allocator& alloc) : Map(0, other.hash_, other.equal_, alloc) { take(other); }
  ~Map() = default;

  /// Strong guarantee: if it throws, this map is unchanged.
  Map& operator=(const Map& other) {
    if (this == &other) return *this;
    constexpr bool propagate = Traits::propagate_on_container_copy_assignment::value;
    Map copy(other, propagate ? other.alloc_ : this->alloc_);
    this->reset();
    if constexpr (propagate) this->alloc_ = other.alloc_;
    adopt(copy);
    return *this;
  }
  Map& operator=(Map&& other) noexcept(Traits::propagate_on_container_move_assignment::value ||
                                       Traits::is_always_equal::value) {
    if (this == &other) return *this;
    if constexpr (Traits::propagate_on_container_move_assignment::value) {
      this->reset();
      this->alloc_ = std::move(other.alloc_);
      this->hash_ = other.hash_;
      this->equal_ = other.equal_;
      this->exchange(other);
    } else {
      Map moved(std::move(other), this->alloc_);
      this->reset();
      adopt(moved);
    }
    return *this;
  }
  Map& operator=(std::initializer_list<value_type> entries) {
    Map fresh(entries, 0, this->hash_, this->equal_, this->alloc_);
    this->reset();
    adopt(fresh);
    return *this;
  }

  /// References and iterators follow the entries, except look-ups' iterators that were never advanced. Allocators that
  /// do not propagate must be equal.
  void swap(Map& other) noexcept {
    using std::swap;
    if constexpr (Traits::propagate_on_container_swap::value) swap(this->alloc_, other.alloc_);
    swap(this->hash_, other.hash_);
    swap(this->equal_, other.equal_);
    this->exchange(other);
    note(*this);
    note(other);
  }
  friend void swap(Map& a, Map& b) noexcept { a.swap(b); }

  [[nodiscard]] allocator_type get_allocator() const noexcept { return this->alloc_; }
  [[nodiscard]] hasher hash_function() const { return this->hash_; }
  [[nodiscard]] key_equal key_eq() const { return this->equal_; }
  [[nodiscard]] size_type size() const noexcept { return this->count_; }
  [[nodiscard]] bool empty() const noexcept { return this->count_ == 0; }
  [[nodiscard]] size_type max_size() const noexcept { return Base::max_entries(); }

  /// Each begin() starts at a random bucket and cell. O(1) plus the empty buckets that it skips.
  [[nodiscard]] iterator begin() { return iterator(std::in_place, table()); }
  [[nodiscard]] const_iterator begin() const { return const_iterator(std::in_place, table()); }
  [[nodiscard]] const_iterator cbegin() const { return begin(); }
  [[nodiscard]] iterator end() noexcept { return iterator(); }
  [[nodiscard]] const_iterator end() const noexcept { return const_iterator(); }
  [[nodiscard]] const_iterator cend() const noexcept { return const_iterator(); }

  /// Makes room for `n` entries without growing. Throws std::length_error above max_size().
  void reserve(size_type n) { this->reserve_entries(n); }
  void clear() noexcept { this->clear_entries(); }

  [[nodiscard]] iterator find(const K& key) { return at_cell(this->find_cell(key)); }
  [[nodiscard]] const_iterator find(const K& key) const { return at_cell(this->find_cell(key)); }
  [[nodiscard]] bool contains(const K& key) const { return static_cast<bool>(this->find_cell(key)); }
  [[nodiscard]] size_type count(const K& key) const { return contains(key) ? 1 : 0; }
  [[nodiscard]] V& at(const K& key) { return mapped_at(key); }
  [[nodiscard]] const V& at(const K& key) const { return mapped_at(key); }
  size_type erase(const K& key) { return this->erase_key(key) ? 1 : 0; }

  // The same for any type that a transparent hash and a transparent equality accept.
  template <class Q>
  requires kForeign<Q>
  [[nodiscard]] iterator find(const Q& key) { return at_cell(this->find_cell(key)); }
  template <class Q>
  requires kForeign<Q>
  [[nodiscard]] const_iterator find(const Q& key) const { return at_cell(this->find_cell(key)); }
  template <class Q>
  requires kForeign<Q>
  [[nodiscard]] bool contains(const Q& key) const { return static_cast<bool>(this->find_cell(key)); }
  template <class Q>
  requires kForeign<Q>
  [[nodiscard]] size_type count(const Q& key) const { return contains(key) ? 1 : 0; }
  template <class Q>
  requires kForeign<Q>
  [[nodiscard]] V& at(const Q& key) { return mapped_at(key); }
  template <class Q>
  requires kForeign<Q>
  [[nodiscard]] const V& at(const Q& key) const { return mapped_at(key); }
  template <class Q>
  requires kForeignToErase<Q> size_type erase(Q&& key) { return this->erase_key(key) ? 1 : 0; }

  /// Does nothing if the key is present; the arguments are then not moved from. Strong guarantee.
  template <class... Args>
  std::pair<iterator, bool> try_emplace(const K& key, Args&&... args) {
    return place(key, key, std::forward<Args>(args)...);
  }
  template <class... Args>
  std::pair<iterator, bool> try_emplace(K&& key, Args&&... args) {
    return place(key, std::move(key), std::forward<Args>(args)...);
  }
  template <class Q, class... Args>
  requires kForeignToInsert<Q> std::pair<iterator, bool> try_emplace(Q&& key, Args&&... args) {
    return place(key, std::forward<Q>(key), std::forward<Args>(args)...);
  }

  /// Builds the entry first, so the arguments may refer into the map.
  template <class... Args>
  std::pair<iterator, bool> emplace(Args&&... args) {
    std::pair<K, V> entry(std::forward<Args>(args)...);
    return place(entry.first, std::move(entry.first), std::move(entry.second));
  }
  std::pair<iterator, bool> insert(const value_type& entry) { return place(entry.first, entry.first, entry.second); }
  std::pair<iterator, bool> insert(value_type&& entry) {
    return place(entry.first, entry.first, std::move(entry.second));
  }
  template <class P>
  requires kEntry<P> std::pair<iterator, bool> insert(P&& entry) { return emplace(std::forward<P>(entry)); }
  /// For std::inserter. The position is ignored.
  template <class P>
  requires kEntry<P> iterator insert(const_iterator, P&& entry) { return insert(std::forward<P>(entry)).first; }
  template <std::input_iterator It>
  void insert(It first, It last) {
    for (; first != last; ++first) insert(*first);
  }
  void insert(std::initializer_list<value_type> entries) { insert(entries.begin(), entries.end()); }

  template <class M>
  std::pair<iterator, bool> insert_or_assign(const K& key, M&& value) {
    return place_or_assign(key, std::forward<M>(value));
  }
  template <class M>
  std::pair<iterator, bool> insert_or_assign(K&& key, M&& value) {
    return place_or_assign(std::move(key), std::forward<M>(value));
  }
  template <class Q, class M>
  requires kForeignToInsert<Q> std::pair<iterator, bool> insert_or_assign(Q&& key, M&& value) {
    return place_or_assign(std::forward<Q>(key), std::forward<M>(value));
  }

  V& operator[](const K& key) { return try_emplace(key).first->second; }
  V& operator[](K&& key) { return try_emplace(std::move(key)).first->second; }

  /// Returns the iterator to the next entry. Erasing by key is cheaper if that is not needed.
  iterator erase(const_iterator at) { return erase_at(at.cursor()); }
  iterator erase(iterator at) { return erase_at(at.cursor()); }
  iterator erase(const_iterator first, const_iterator last) {
    iterator at(first.cursor());
    while (const_iterator(at) != last) at = erase(at);
    return at;
  }

  /// Whether both have the same size and each entry of one is in the other with an equal value.
  friend bool operator==(const Map& a, const Map& b) {
    if (a.size() != b.size()) return false;
    bool same = true;
    a.for_each_cell([&](Node* node, unsigned i) {
      if (!same) return;
      const Cell other = b.find_cell(node->key(i));
      same = other && node->value(i) == other.node->value(other.i);
    });
    return same;
  }

 private:
  // An iterator changes only the mutable members of a const table: the list of iterators and the flags.
  [[nodiscard]] Base& table() const noexcept { return const_cast<Map&>(*this); }
  [[nodiscard]] iterator at_cell(Cell cell) const noexcept {
    return cell ? iterator(std::in_place, table(), cell) : iterator();
  }

  template <class Q>
  [[nodiscard]] V& mapped_at(const Q& key) const {
    const Cell cell = this->find_cell(key);
    if (!cell) throw std::out_of_range("bucketprof::Map::at: no such key");
    return cell.node->value(cell.i);
  }

  template <class Q, class R, class... Args>
  std::pair<iterator, bool> place(const Q& looked_up, R&& key, Args&&... args) {
    const auto [cell, fresh] = this->assign(looked_up, [&](Cell target) {
      this->construct_entry(target, std::forward<R>(key), std::forward<Args>(args)...);
    });
    return {at_cell(cell), fresh};
  }

  template <class Q, class M>
  std::pair<iterator, bool> place_or_assign(Q&& key, M&& value) {
    auto result = place(key, std::forward<Q>(key), std::forward<M>(value));
    if (!result.second) {  // then neither argument has been moved from
      const Cell cell = result.first.cursor().cell();
      if constexpr (!kReflexive<K>) cell.node->key(cell.i) = key;  // -0 replaces +0, as in Go
      cell.node->value(cell.i) = std::forward<M>(value);
    }
    return result;
  }

  iterator erase_at(Cursor<Base>& at) {
    const Cell cell = at.cell();
    at.settle();
    this->erase_cell(cell);
    at.advance();
    return iterator(at);
  }

  static void note(Map& map) noexcept { hashmap::note_entries(map.alloc_, map.count_); }

  void add_copies(const Map& other) {
    this->add_all(other, [this](Node* node, unsigned i, Cell cell) {
      this->construct_entry(cell, std::as_const(node->key(i)), std::as_const(node->value(i)));
    });
  }

  /// Takes all entries of `other` in the cheapest way that the allocators allow; `other` is empty afterwards.
  void take(Map& other) {
    if (Traits::is_always_equal::value || this->alloc_ == other.alloc_) {
      this->exchange(other);
      note(*this);
      note(other);
      return;
    }
    this->add_all(other, [this](Node* node, unsigned i, Cell cell) {
      this->construct_entry(cell, std::move(node->key(i)), std::move(node->value(i)));
    });
    other.clear();
  }

  /// Takes the storage of `other`, a temporary that was built with this map's allocator to replace it.
  void adopt(Map& other) noexcept {
    if constexpr (EntryAwareAllocator<Allocator>) this->alloc_ = std::as_const(other.alloc_);
    this->hash_ = other.hash_;
    this->equal_ = other.equal_;
    this->exchange(other);
    note(*this);
  }
};

/// Erases each entry for which `predicate`, called with a pair of references, is true. Returns the number erased.
template <class K, class V, class H, class E, class A, class R, class Predicate>
std::size_t erase_if(Map<K, V, H, E, A, R>& map, Predicate predicate) {
  const std::size_t before = map.size();
  for (auto at = map.begin(); at != map.end();) {
    if (predicate(*at)) {
      at = map.erase(at);
    } else {
      ++at;
    }
  }
  return before - map.size();
}

}  // namespace bucketprof::hashmap

namespace bucketprof {
using hashmap::Map;
}
