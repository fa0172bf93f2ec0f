// SPDX-License-Identifier: Apache-2.0
//
// Boost's hash tables (1.81 and later; node maps 1.82), profiled:
// bucketprof::profiled::unordered_flat_map<K, V> users{bucketprof::named("users")};
// Those with the name of a standard container are in a namespace of their own:
// bucketprof::profiled::boost_closed::unordered_map<K, V>.
// A moved-from table of boost_closed keeps its allocator, and so shares the name and counts of the table it was moved
// to.
#pragma once

#include <boost/functional/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <boost/unordered_map.hpp>
#include <boost/unordered_set.hpp>
#if __has_include(<boost/unordered/unordered_node_map.hpp>)
#include <boost/unordered/unordered_node_map.hpp>
#include <boost/unordered/unordered_node_set.hpp>
#endif
#include <functional>
#include <type_traits>
#include <utility>

#include "profiler/alloc/allocator.h"

namespace bucketprof::profiled {

template <class Entry>
using BoostFlatAllocator = Allocator<Entry, Entry, Kind::kBoostFlat>;

template <class K, class V, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_flat_map = boost::unordered_flat_map<K, V, Hash, Equal, BoostFlatAllocator<std::pair<const K, V>>>;
template <class K, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_flat_set = boost::unordered_flat_set<K, Hash, Equal, BoostFlatAllocator<K>>;

#if __has_include(<boost/unordered/unordered_node_map.hpp>)
template <class Entry>
using BoostOpenNodeAllocator = Allocator<Entry, Entry, Kind::kBoostOpenNode>;

template <class K, class V, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_node_map = boost::unordered_node_map<K, V, Hash, Equal, BoostOpenNodeAllocator<std::pair<const K, V>>>;
template <class K, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_node_set = boost::unordered_node_set<K, Hash, Equal, BoostOpenNodeAllocator<K>>;
#endif

namespace boost_closed {

template <class Entry>
using BoostNodeAllocator = Allocator<Entry, Entry, Kind::kBoostNode>;

namespace detail {
/// A table of boost that tells its allocator its load factor, which no allocator of boost's sees. Otherwise it is the
/// table, and can be used in its place. Thread-compatible, as the table is.
template <class Table>
class LoadFactorTold : public Table {
 public:
  using Table::Table;
  LoadFactorTold() = default;
  LoadFactorTold(const LoadFactorTold& other) : Table(other) { note(); }
  LoadFactorTold(LoadFactorTold&&) noexcept(std::is_nothrow_move_constructible_v<Table>) = default;
  LoadFactorTold(const Table& other) : Table(other) { note(); }  // NOLINT(google-explicit-constructor)
  LoadFactorTold(Table&& other) : Table(std::move(other)) {}     // NOLINT(google-explicit-constructor)
  LoadFactorTold& operator=(const LoadFactorTold& other) {
    if (this != &other) {
      Table::operator=(other);
      note();
    }
    return *this;
  }
  LoadFactorTold& operator=(LoadFactorTold&& other) noexcept(std::is_nothrow_move_assignable_v<Table>) {
    if (this != &other) {
      forget();  // the allocator is moved as well
      Table::operator=(std::move(other));
      note();
    }
    return *this;
  }
  using Table::operator=;
  ~LoadFactorTold() { forget(); }

  [[nodiscard]] float max_load_factor() const noexcept { return Table::max_load_factor(); }
  void max_load_factor(float factor) {
    Table::max_load_factor(factor);
    note();
  }

 private:
  void note() noexcept { this->get_allocator().note_load_factor(max_load_factor()); }
  void forget() noexcept {
    if (max_load_factor() != 1) this->get_allocator().forget_load_factor(this->bucket_count() != 0);
  }
};
}  // namespace detail

template <class K, class V, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_map =
    detail::LoadFactorTold<boost::unordered_map<K, V, Hash, Equal, BoostNodeAllocator<std::pair<const K, V>>>>;
template <class K, class V, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_multimap =
    detail::LoadFactorTold<boost::unordered_multimap<K, V, Hash, Equal, BoostNodeAllocator<std::pair<const K, V>>>>;
template <class K, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_set = detail::LoadFactorTold<boost::unordered_set<K, Hash, Equal, BoostNodeAllocator<K>>>;
template <class K, class Hash = boost::hash<K>, class Equal = std::equal_to<K>>
using unordered_multiset = detail::LoadFactorTold<boost::unordered_multiset<K, Hash, Equal, BoostNodeAllocator<K>>>;

}  // namespace boost_closed

}  // namespace bucketprof::profiled
