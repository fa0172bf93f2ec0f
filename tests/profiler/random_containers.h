// SPDX-License-Identifier: Apache-2.0
//
// Random operations on a container of any family, as far as it has them, and the profile that is expected at every
// snapshot. The test files that include this header define the containers of a family. The limits in docs/containers.md
// are part of what is expected: an entry that merge() moves stays counted in the table that constructed it.
// BUCKETPROF_STEPS sets the number of steps of each container (default: 4,000; fewer under sanitizers).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "profiler/profiler.h"
#include "profiler/testing/gtest.h"
#include "tests/support/counting.h"
#include "tests/support/sanitized.h"
#include "tests/support/table_books.h"

namespace bucketprof::tests {

inline std::uint64_t random_steps() {
  const char* text = std::getenv("BUCKETPROF_STEPS");
  return text != nullptr ? std::stoull(text) : testing_support::kSanitized ? 600 : 4000;
}

template <class T>
concept MapLike = requires {
  typename T::mapped_type;
};
template <class T>
concept MultiLike = requires(T& table, const typename T::value_type& value) {
  { table.insert(value) } -> std::same_as<typename T::iterator>;
};
template <class T>
concept Mergeable = requires(T& a, T& b) {
  a.merge(b);
};
template <class T>
concept Extractable = requires(T& table, const typename T::key_type& key) {
  table.extract(key).empty();  // a node handle
};
template <class T>
concept Overflowing = requires(const T& table) {
  table.overflow_size();
};

template <class Key>
Key make_key(std::uint64_t n) {
  if constexpr (std::same_as<Key, std::string>) {
    return "a key long enough for the heap " + std::to_string(n);
  } else {
    return static_cast<Key>(n);
  }
}

/// How tables of a family are created. Families that differ from this derive from it.
template <class T, int L, Kind K>
struct Family {
  using Table = T;
  static constexpr int kLayer = L;
  static constexpr Kind kKind = K;
  static constexpr bool kMergeMovesCounts = K == Kind::kBoostFlat;  // its merge() constructs new entries
  static constexpr bool kCopiesAreProfiled = true;
  static Table make(const std::string& name) { return Table{typename Table::allocator_type(named(name))}; }
  static alloc::TableId id_of(const Table& table) { return table.get_allocator().table_id(); }
};

template <class F>
class Churn {
  using Table = typename F::Table;
  using Key = typename Table::key_type;

 public:
  explicit Churn(std::string name) : name_(std::move(name)), random_(F::kLayer) {}

  void run() {
    start();
    const testing::Scope scope;
    {
      Table table = F::make(name_);
      const std::uint64_t steps = random_steps();
      const std::uint64_t interval = std::max<std::uint64_t>(97, steps / 200);
      for (std::uint64_t step = 0; step < steps; ++step) {
        const std::uint64_t roll = random_() % 1000;
        SCOPED_TRACE(name_ + ", step " + std::to_string(step) + ", roll " + std::to_string(roll));
        ASSERT_NO_FATAL_FAILURE(act(table, roll));
        if (step % interval == 0 || step + 1 == steps) {
          ASSERT_NO_FATAL_FAILURE(expect_profile_says(books(table)));
        }
      }
    }
    expect_all_gone(book_of());
    EXPECT_THAT(scope.used(), ::testing::AllOf(testing::AllocatedObjects(counted(F::kLayer).alloc_objects),
                                               testing::AllocatedBytes(counted(F::kLayer).alloc_space),
                                               testing::InuseObjects(0), testing::InuseSlackBytes(0)));
    stop();
  }

 private:
  void act(Table& table, std::uint64_t roll) {
    if (roll < 550) return insert(table, random_() % 3000);
    if (roll < 900) return erase(table);
    if (roll < 915) return erase_first(table);
    if (roll < 930) return table.reserve(random_() % 5000);
    if (roll < 940) return rehash(table);
    if (roll < 945) return clear(table);
    if (roll < 955) return move_there_and_back(table);
    if (roll < 962) return swap(table);
    if (roll < 970) return copy(table);
    if (roll < 977) return assign(table);
    if (roll < 984) return move_assign(table);
    if (roll < 990) return merge(table);
    extract(table);
  }

  void insert(Table& table, std::uint64_t n) {
    const std::size_t before = table.size();
    const Key key = make_key<Key>(n);
    const std::uint64_t way = random_() % 3;
    if constexpr (MapLike<Table>) {
      using Value = typename Table::mapped_type;
      if (way == 0) {
        if constexpr (MultiLike<Table>) {
          table.emplace(key, Value{});
        } else {
          table[key] = Value{};
        }
      } else if (way == 1) {
        table.insert(typename Table::value_type(key, Value{}));
      } else {
        table.emplace(key, Value{});
      }
    } else if (way == 0) {
      table.insert(key);
    } else if (way == 1) {
      table.insert(Key(key));
    } else {
      table.emplace(key);
    }
    counted_ += table.size() - before;
  }

  void forget(std::size_t entries) { counted_ -= std::min<std::uint64_t>(counted_, entries); }
  void erase(Table& table) { forget(table.erase(make_key<Key>(random_() % 3000))); }
  void erase_first(Table& table) {
    if (table.size() == 0) return;
    table.erase(table.begin());
    forget(1);
  }
  void rehash(Table& table) {
    if constexpr (requires { table.rehash(0); }) table.rehash(random_() % 5000);
  }
  void clear(Table& table) {
    forget(table.size());
    table.clear();
    ASSERT_EQ(table.size(), 0U);
  }
  void move_there_and_back(Table& table) {
    Table moved = std::move(table);
    ASSERT_NO_FATAL_FAILURE(expect_profile_says(books(moved)));
    table = std::move(moved);
  }
  /// Another table of the same name. `counted_` remains that of the first one.
  Table other() {
    const std::uint64_t before = counted_;
    Table made = F::make(name_);
    const std::uint64_t entries = random_() % 500;
    for (std::uint64_t i = 0; i < entries; ++i) insert(made, random_() % 3000);
    counted_ = before;
    return made;
  }
  void swap(Table& table) {
    Table given = other();
    table.swap(given);
    counted_ = table.size();
  }
  void copy(const Table& table) {
    const Table made = table;
    ASSERT_EQ(made.size(), table.size());
    if constexpr (F::kCopiesAreProfiled) {
      Books both = books(table);
      add(both, made, made.size());
      ASSERT_NO_FATAL_FAILURE(expect_profile_says(both));
    }
  }
  void assign(Table& table) {
    if (counted_ != table.size()) return clear(table);
    const Table given = other();
    table = given;
    counted_ = table.size();
  }
  void move_assign(Table& table) {
    table = other();
    counted_ = table.size();
  }
  void merge(Table& table) {
    if constexpr (Mergeable<Table>) {
      Table source = other();
      const std::size_t all = source.size() + table.size();
      const std::size_t made = source.size();
      table.merge(source);
      ASSERT_EQ(source.size() + table.size(), all);
      if (F::kMergeMovesCounts) counted_ = table.size();
      Books both = books(table);
      if (F::id_of(source) != F::id_of(table)) {
        add(both, source, F::kMergeMovesCounts ? source.size() : made);
      } else {
        add_slots(both, source);
        both.in_nodes += source.size();
        both.tables.front().entries = all;
      }
      ASSERT_NO_FATAL_FAILURE(expect_profile_says(both));
    }
  }
  void extract(Table& table) {
    if constexpr (Extractable<Table>) {
      auto node = table.extract(make_key<Key>(random_() % 3000));
      if (node.empty()) return;
      if (random_() % 2 == 0) {
        table.insert(std::move(node));
      } else {
        forget(1);
      }
    }
  }

  [[nodiscard]] Books book_of() const {
    using Entry = typename Table::value_type;
    return {.name = name_, .layer = F::kLayer, .kind = F::kKind, .entry_bytes = entry_bytes<Entry>(), .tables = {}};
  }
  template <class Entry>
  static constexpr std::uint32_t entry_bytes() {
    if constexpr (MapLike<Table>) {
      return sizeof(typename Table::key_type) + sizeof(typename Table::mapped_type);
    } else {
      return sizeof(Entry);
    }
  }
  /// Slots of the table's array as it says itself: 0 while its entries, or one bucket, are in the table. Tables that
  /// keep their array in a vector may use a part of it.
  static std::optional<std::uint64_t> slots_of(const Table& table) {
    if constexpr (F::kKind == Kind::kGoMap || F::kKind == Kind::kTslHopscotch || F::kKind == Kind::kTslRobin ||
                  F::kKind == Kind::kAnkerlDense) {
      return std::nullopt;
    } else if constexpr (requires { table.capacity(); }) {
      return table.capacity() == Table().capacity() ? 0 : table.capacity();
    } else {
      return F::kKind == Kind::kStdNode && table.bucket_count() == 1 ? 0 : table.bucket_count();
    }
  }
  static void add_slots(Books& books, const Table& table) {
    const std::optional<std::uint64_t> slots = slots_of(table);
    books.slots = slots && books.slots ? std::optional(*slots + *books.slots) : std::nullopt;
  }
  static void add(Books& books, const Table& table, std::uint64_t entries) {
    add_slots(books, table);
    if constexpr (Overflowing<Table>) {
      books.in_nodes += table.overflow_size();
    } else if constexpr (tables::tells_entries(F::kKind)) {
      if (tables::entries_of(F::kKind) == tables::Entries::kInNodes) books.in_nodes += table.size();
      books.tables.push_back({F::id_of(table), entries, slots_of(table) != 0});
    }
  }
  [[nodiscard]] Books books(const Table& table) const {
    Books all = book_of();
    add(all, table, counted_);
    return all;
  }

  std::string name_;
  std::mt19937_64 random_;
  std::uint64_t counted_ = 0;  // entries that the table's allocator constructed and has not destroyed
};

}  // namespace bucketprof::tests

/// RANDOM_CONTAINER(Name, FamilyType) defines a test of that name.
#define RANDOM_CONTAINER(Name, ...) \
  TEST(RandomContainers, Name) { ::bucketprof::tests::Churn<__VA_ARGS__>(#Name).run(); }
