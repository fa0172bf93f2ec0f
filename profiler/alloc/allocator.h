// SPDX-License-Identifier: Apache-2.0
//
// The tagged allocator: a full standard allocator that reports each block of a table to the recorder, and counts the
// table's entries in construct and destroy. Memory comes from std::allocator. Copies and rebound copies belong to the
// same table; a moved-from allocator, and the allocator of a copied container, draw a new table id. Thread-compatible,
// as the container is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "hashmap/part.h"
#include "profiler/alloc/bucket_blocks.h"
#include "profiler/alloc/infer.h"
#include "profiler/alloc/linked.h"
#include "profiler/alloc/record.h"
#include "profiler/alloc/std_table.h"
#include "profiler/alloc/table.h"
#include "profiler/alloc/type_name.h"

namespace bucketprof::alloc {

namespace detail {
template <class T>
struct PlainEntry {
  using type = std::remove_cv_t<T>;
};
template <class K, class V>
struct PlainEntry<std::pair<K, V>> {
  using type = std::pair<std::remove_const_t<K>, V>;
};
/// Whether a U is an entry of a container of Entry. pair<K, V> and pair<const K, V> count as the same type.
template <class U, class Entry>
inline constexpr bool kIsEntry = std::is_same_v<typename PlainEntry<U>::type, typename PlainEntry<Entry>::type>;

/// The life of a table that passes facts.
struct OwnLife {
  tables::Life value = 0;
};
struct NoLife {};
}  // namespace detail

/// T: the allocated type; Entry: the container's value_type; K: the kind of container, if an alias states it; Absl: the
/// version of absl, if its headers state it.
template <class T, class Entry = T, Kind K = Kind::kUnknown, AbslVersion Absl = AbslVersion{}>
class Allocator {
 public:
  using value_type = T;
  using is_always_equal = std::true_type;
  using propagate_on_container_copy_assignment = std::false_type;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;
  template <class U>
  struct rebind {
    using other = Allocator<U, Entry, K, Absl>;
  };

  /// An unnamed table: profiles show the short name of its value type.
  Allocator() noexcept : id_(draw_table_id(0)) {}
  Allocator(TableName name) noexcept : id_(draw_table_id(name.index)) {}  // NOLINT(google-explicit-constructor)
  Allocator(const Allocator&) noexcept = default;
  Allocator& operator=(const Allocator&) noexcept = default;
  Allocator(Allocator&& other) noexcept : id_(other.id_), handle_(other.handle_), life_(other.life_) { other.renew(); }
  Allocator& operator=(Allocator&& other) noexcept {
    if (this != &other) {
      id_ = other.id_;
      handle_ = other.handle_;
      life_ = other.life_;
      other.renew();
    }
    return *this;
  }
  template <class U>
  Allocator(const Allocator<U, Entry, K, Absl>& other) noexcept  // NOLINT(google-explicit-constructor)
      : id_(other.id_), handle_(other.handle_), life_(other.life_) {
    if constexpr (detail::kIsStdArray<T> && detail::kIsStdNode<U>) table_.set(&other + 1);
  }
  ~Allocator() = default;

  [[nodiscard]] Allocator select_on_container_copy_construction() const noexcept {
    Allocator copied(TableName{name_index(id_)});
    // A copy of an empty table begins as any other.
    const TableHandle* const known = known_handle();
    const TableHandle* const source = known != nullptr ? known : find_handle(id_);
    const bool has_content = source != nullptr && (source->entries.load(std::memory_order_relaxed) != 0 ||
                                                   source->buckets.load(std::memory_order_relaxed) != 0);
    if (has_content) {
      copied.handle_ = &detail::copied;
      detail::copy_source = {static_cast<std::uint32_t>(copied.id_), source->start.load(std::memory_order_relaxed)};
    }
    return copied;
  }

  /// For containers that pass no facts about the block: they are inferred (infer.h).
  [[nodiscard]] T* allocate(std::size_t n) {
    // Only arrays of 1-byte entries may be mistaken; other tables are spared the loads.
    Inferred block = infer<T, Entry>(K, n, Absl, sizeof(Entry) == 1 ? counted_entries() : 0);
    T* const start = std::allocator<T>().allocate(n);
    hashmap::PartInfo info{.part = block.part, .entry_bytes = block.entry_bytes, .slots = block.slots};
    std::uint32_t start_of_table = 0;
    if (block.part == hashmap::Part::kNodes) {
      info.cause = hashmap::Cause::kNode;
      // boost constructs entries through copies of this allocator: each would look up the handle if it had none.
      if (block.kind == Kind::kBoostNode) static_cast<void>(handle());
    } else if (block.part == hashmap::Part::kBuckets) {
      const bool copy = is_copy();
      tell_load_factor(block);
      note_bucket_block(handle(), block, info, copy);
      start_of_table = start_for(info.cause);
    }
    const bool varies = block.part != hashmap::Part::kNodes || n != 1;
    record(start, n,
           TableInfo{.id = id_, .kind = block.kind, .start = start_of_table, .type_name = short_type_name<Entry>()},
           info, varies ? FactsId() : FactsId(&node_facts_));
    return start;
  }

  /// For containers that pass the facts about the block (hashmap/part.h).
  [[nodiscard]] T* allocate_part(std::size_t n, const hashmap::PartInfo& info) {
    T* const start = std::allocator<T>().allocate(n);
    TableInfo table{.id = id_, .kind = K, .type_name = short_type_name<Entry>()};
    if constexpr (kPassesFacts) {
      if (info.part == hashmap::Part::kBuckets) {
        table.start = start_for(info.cause);
        table.life = life_.value = next_life(life_.value, info.cause);
      }
    }
    record(start, n, table, info);
    return start;
  }

  void deallocate(T* start, std::size_t n) noexcept {
    record_free(start);
    if constexpr (!kPassesFacts) {  // the bucket blocks of a part-aware table are counted by the recorder
      const Inferred block = infer<T, Entry>(K, n, Absl);
      // Tables with their entries in a vector free their buckets before they allocate more.
      if (block.part == hashmap::Part::kBuckets) forget_bucket_block(handle_, id_, block.kind != Kind::kAnkerlDense);
    }
    std::allocator<T>().deallocate(start, n);
  }

  template <class U, class... Args>
  void construct(U* place, Args&&... args) {
    ::new (static_cast<void*>(place)) U(std::forward<Args>(args)...);
    if constexpr (detail::kIsEntry<U, Entry>) {
      if (TableHandle* table = handle()) table->add_entry();
    }
  }
  template <class U>
  void destroy(U* place) noexcept {
    place->~U();
    if constexpr (detail::kIsEntry<U, Entry>) {
      if (TableHandle* table = handle(); table != nullptr && table->remove_entry() == 0) retire_if_done(table, id_);
    }
  }

  /// For containers that pass their entry count. Makes no handle: without a recorded bucket block none is needed.
  void note_entries(std::uint64_t entries) noexcept {
    TableHandle* const table = known_handle();
    if (table == nullptr) return;
    table->set_entries(entries);
    if (entries == 0) retire_if_done(table, id_);
  }

  /// For containers that do not show their load factor, such as boost's: that of the table from now on.
  void note_load_factor(float factor) noexcept {
    if (factor == 1 && find_handle(id_) == nullptr) return;
    if (TableHandle* const table = handle()) table->load_factor.store(factor, std::memory_order_relaxed);
  }
  /// For the same ones, before the table is destroyed. A table without an array may have been moved from, and then
  /// shares its id with the one that it was moved to.
  void forget_load_factor(bool has_array) noexcept {
    TableHandle* const table = find_handle(id_);
    if (table == nullptr || (!has_array && table->buckets.load(std::memory_order_relaxed) != 0)) return;
    table->load_factor.store(0, std::memory_order_relaxed);
    retire_if_empty(table, id_);
  }

  [[nodiscard]] TableId table_id() const noexcept { return id_; }

  friend bool operator==(const Allocator&, const Allocator&) noexcept { return true; }
  template <class U>
  friend bool operator==(const Allocator&, const Allocator<U, Entry, K, Absl>&) noexcept {
    return true;
  }

 private:
  template <class, class, Kind, AbslVersion>
  friend class Allocator;

  void record(T* start, std::size_t n, const TableInfo& table, const hashmap::PartInfo& info,
              FactsId facts = {}) noexcept {
    TableHandle* const recorded = record_alloc(start, n * sizeof(T), table, info, facts);
    if (recorded != nullptr) {
      handle_ = recorded;
    } else if (info.part == hashmap::Part::kBuckets && handle_ != nullptr &&
               handle_->newest_block.load(std::memory_order_relaxed) != 0) {
      bucket_block_not_recorded(handle_, id_);
    }
  }

  [[nodiscard]] TableHandle* handle() noexcept {
    if (TableHandle* const known = known_handle()) [[likely]]
      return known;
    return handle_ = find_or_make_handle(id_);
  }

  /// The cached handle if it is this table's, else nullptr.
  [[nodiscard]] TableHandle* known_handle() const noexcept {
    return handle_ != nullptr && handle_->id.load(std::memory_order_relaxed) == id_ ? handle_ : nullptr;
  }
  /// Whether the table began as a copy and has no handle yet.
  [[nodiscard]] bool is_copy() const noexcept {
    return handle_ != nullptr && handle_->id.load(std::memory_order_relaxed) == detail::kCopiedId;
  }
  /// TableInfo::start of an array that is allocated for this cause.
  [[nodiscard]] std::uint32_t start_for(hashmap::Cause cause) const noexcept {
    if (cause == hashmap::Cause::kCopy)
      return detail::copy_source.copy == static_cast<std::uint32_t>(id_) ? detail::copy_source.start : 0;
    const TableHandle* const known = hashmap::begins_table(cause) ? nullptr : known_handle();
    return known != nullptr ? known->start.load(std::memory_order_relaxed) : 0;
  }
  /// 0 if they have not been counted.
  [[nodiscard]] std::uint64_t counted_entries() const noexcept {
    const TableHandle* const known = known_handle();
    return known != nullptr ? known->entries.load(std::memory_order_relaxed) : 0;
  }

  /// Sets what of a bucket block depends on the table's load factor, if that can be told.
  void tell_load_factor(Inferred& block) noexcept {
    if constexpr (detail::kIsStdArray<T>) {
      const TableHandle* const table = handle();
      const std::uint64_t before = table == nullptr ? 0 : table->array_slots.load(std::memory_order_relaxed);
      const std::optional<float> factor = table_.load_factor(block.slots, before);
      if (factor) set_load_factor(block, tables::StdNodeArrays{*factor});
    } else if constexpr (K == Kind::kBoostNode) {
      const TableHandle* const table = handle();
      const float factor = table == nullptr ? 0 : table->load_factor.load(std::memory_order_relaxed);
      if (factor > 0) set_load_factor(block, tables::BoostNodeArrays{factor});
    }
  }
  template <class Arrays>
  static void set_load_factor(Inferred& block, const Arrays& arrays) noexcept {
    block.limit = arrays.limit(block.slots);
    block.first_slots = arrays.first_slots();
  }

  void renew() noexcept {
    id_ = draw_table_id(name_index(id_));
    handle_ = nullptr;
    life_ = {};
  }

  // Its address identifies the facts of a single node of this type. NOLINTNEXTLINE(readability-identifier-naming)
  [[gnu::visibility("hidden")]] static inline char node_facts_ = 0;

  static constexpr bool kPassesFacts = K == Kind::kGoMap;

  TableId id_;
  TableHandle* handle_ = nullptr;
  [[no_unique_address]] std::conditional_t<kPassesFacts, detail::OwnLife, detail::NoLife> life_;
  [[no_unique_address]] std::conditional_t<detail::kIsStdArray<T>, StdTable, NoStdTable> table_;
};

}  // namespace bucketprof::alloc

namespace bucketprof {
using alloc::Allocator;
using alloc::Kind;
}  // namespace bucketprof
