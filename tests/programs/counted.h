// SPDX-License-Identifier: Apache-2.0
//
// A program's own counts, to compare with the recorder's. Each table belongs to a group, whose allocator counts every
// call and passes it on to the tagged allocator. A group has the name of its tables, so what was recorded under that
// name must be what the group counted. Groups are thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "profiler/containers_absl.h"
#include "profiler/containers_std.h"
#include "tests/programs/steady_map.h"

namespace bucketprof::programs {

struct Counts {
  std::uint64_t allocs = 0;
  std::uint64_t alloc_bytes = 0;
  std::uint64_t inuse = 0;
  std::uint64_t inuse_bytes = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};

/// Must outlive its tables.
class Group {
 public:
  explicit Group(const char* name) noexcept : label_(name), name_(named(name)) {}
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  void born(std::size_t bytes) noexcept {
    allocs_.fetch_add(1, std::memory_order_relaxed);
    alloc_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  }
  void died(std::size_t bytes) noexcept {
    frees_.fetch_add(1, std::memory_order_relaxed);
    free_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  }
  /// Call it only while no other thread changes tables of the group.
  [[nodiscard]] Counts counts() const noexcept {
    return {.allocs = allocs_,
            .alloc_bytes = alloc_bytes_,
            .inuse = allocs_ - frees_,
            .inuse_bytes = alloc_bytes_ - free_bytes_};
  }
  [[nodiscard]] const char* label() const noexcept { return label_; }
  [[nodiscard]] alloc::TableName name() const noexcept { return name_; }

 private:
  const char* label_;
  alloc::TableName name_;
  std::atomic<std::uint64_t> allocs_{0};
  std::atomic<std::uint64_t> alloc_bytes_{0};
  std::atomic<std::uint64_t> frees_{0};
  std::atomic<std::uint64_t> free_bytes_{0};
};

template <class T, class Entry = T, Kind K = Kind::kUnknown>
class Counted : public Allocator<T, Entry, K> {
  using Base = Allocator<T, Entry, K>;

 public:
  template <class U>
  struct rebind {
    using other = Counted<U, Entry, K>;
  };
  Counted(Group& group) noexcept : Base(group.name()), group_(&group) {}  // NOLINT(google-explicit-constructor)
  template <class U>
  Counted(const Counted<U, Entry, K>& other) noexcept  // NOLINT(google-explicit-constructor)
      : Base(static_cast<const Allocator<U, Entry, K>&>(other)), group_(other.group()) {}
  [[nodiscard]] Counted select_on_container_copy_construction() const noexcept { return Counted(*group_); }

  [[nodiscard]] T* allocate(std::size_t n) {
    T* const block = Base::allocate(n);
    group_->born(n * sizeof(T));
    return block;
  }
  [[nodiscard]] T* allocate_part(std::size_t n, const hashmap::PartInfo& info) {
    T* const block = Base::allocate_part(n, info);
    group_->born(n * sizeof(T));
    return block;
  }
  void deallocate(T* block, std::size_t n) noexcept {
    group_->died(n * sizeof(T));
    Base::deallocate(block, n);
  }
  [[nodiscard]] Group* group() const noexcept { return group_; }

 private:
  Group* group_;
};

struct FixedHash {  // absl's own differs from run to run
  std::size_t operator()(std::uint64_t key) const noexcept { return key * 0x9e3779b97f4a7c15 ^ (key >> 7); }
};

using Number = std::uint64_t;
using NumberPair = std::pair<const Number, Number>;
using GoTable =
    Map<Number, Number, std::hash<Number>, std::equal_to<Number>, Counted<NumberPair, NumberPair, Kind::kGoMap>, Steps>;
using NodeTable = std::unordered_map<Number, Number, std::hash<Number>, std::equal_to<Number>,
                                     Counted<NumberPair, NumberPair, Kind::kStdNode>>;
using FlatTable = absl::flat_hash_map<Number, Number, FixedHash, std::equal_to<Number>,
                                      Counted<NumberPair, NumberPair, Kind::kAbslFlat>>;

template <class Table>
[[gnu::noinline]] void fill(Table& table, Number entries) {
  for (Number i = 0; i < entries; ++i) table[i] = i;
  asm volatile("");  // no tail call
}

}  // namespace bucketprof::programs
