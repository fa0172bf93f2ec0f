// SPDX-License-Identifier: Apache-2.0
//
// The lines of a script: for each kind of table and each line one function that reserves, one that inserts, ... . A
// profile tells them apart by their names, Line3::insert. Not for use from several threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "hashmap/inspect.h"
#include "tests/programs/scripted/script.h"

namespace scripted {

/// Spreads numbers over all 64 bits. The same in every process.
struct Mixed {
  std::size_t operator()(std::uint64_t key) const noexcept {
    key = (key ^ (key >> 31)) * 0x9e3779b97f4a7c15;
    key = (key ^ (key >> 27)) * 0xbf58476d1ce4e5b9;
    return key ^ (key >> 31);
  }
};

/// A table of any kind. Its keys are the numbers from `first` to `next`.
struct AnyTable {
  AnyTable() = default;
  AnyTable(const AnyTable&) = delete;
  AnyTable& operator=(const AnyTable&) = delete;
  virtual ~AnyTable() = default;
  virtual void reserve(unsigned line, std::uint64_t n) = 0;
  virtual void insert(unsigned line, std::uint64_t n) = 0;
  virtual void churn(unsigned line, std::uint64_t n) = 0;
  virtual std::unique_ptr<AnyTable> copy(unsigned line) = 0;
  virtual std::unique_ptr<AnyTable> move() = 0;
  virtual void erase(std::uint64_t n) = 0;
  virtual void clear() = 0;
  /// Changes with the array.
  [[nodiscard]] virtual std::uint64_t slots() const = 0;

  std::uint64_t first = 0;
  std::uint64_t next = 0;
  unsigned name = 0;  // of the table that it was made as, or is a copy of
};

// A profile's names have no template arguments, so each line is a template of its own.
#define SCRIPTED_LINE(NAME)                                                                                       \
  template <class Table>                                                                                          \
  struct NAME {                                                                                                   \
    [[gnu::noinline]] static void reserve(Table& table, std::uint64_t n) { table.reserve(n); }                    \
    [[gnu::noinline]] static void insert(Table& table, std::uint64_t first, std::uint64_t n) {                    \
      for (std::uint64_t key = first; key < first + n; ++key) table.emplace(key, key);                            \
    }                                                                                                             \
    [[gnu::noinline]] static void churn(Table& table, std::uint64_t first, std::uint64_t next, std::uint64_t n) { \
      for (std::uint64_t i = 0; i < n; ++i) {                                                                     \
        table.erase(first + i);                                                                                   \
        table.emplace(next + i, i);                                                                               \
      }                                                                                                           \
    }                                                                                                             \
    [[gnu::noinline]] static std::unique_ptr<Table> copy(const Table& t) { return std::make_unique<Table>(t); }   \
  }
SCRIPTED_LINE(Line0);
SCRIPTED_LINE(Line1);
SCRIPTED_LINE(Line2);
SCRIPTED_LINE(Line3);
SCRIPTED_LINE(Line4);
SCRIPTED_LINE(Line5);
SCRIPTED_LINE(Line6);
SCRIPTED_LINE(Line7);
SCRIPTED_LINE(Line8);
SCRIPTED_LINE(Line9);
SCRIPTED_LINE(Line10);
SCRIPTED_LINE(Line11);
SCRIPTED_LINE(Line12);
SCRIPTED_LINE(Line13);
SCRIPTED_LINE(Line14);
SCRIPTED_LINE(Line15);
SCRIPTED_LINE(Line16);
SCRIPTED_LINE(Line17);
SCRIPTED_LINE(Line18);
SCRIPTED_LINE(Line19);
SCRIPTED_LINE(Line20);
SCRIPTED_LINE(Line21);
SCRIPTED_LINE(Line22);
SCRIPTED_LINE(Line23);
SCRIPTED_LINE(Line24);
SCRIPTED_LINE(Line25);
SCRIPTED_LINE(Line26);
SCRIPTED_LINE(Line27);
SCRIPTED_LINE(Line28);
SCRIPTED_LINE(Line29);
SCRIPTED_LINE(Line30);
SCRIPTED_LINE(Line31);
#undef SCRIPTED_LINE

template <class Table>
class TableOf final : public AnyTable {
 public:
  explicit TableOf(std::unique_ptr<Table> table) : table_(std::move(table)) {}

  void reserve(unsigned line, std::uint64_t n) override { kAt[line].reserve(*table_, n); }
  void insert(unsigned line, std::uint64_t n) override {
    kAt[line].insert(*table_, next, n);
    next += n;
  }
  void churn(unsigned line, std::uint64_t n) override {
    kAt[line].churn(*table_, first, next, n);
    first += n;
    next += n;
  }
  std::unique_ptr<AnyTable> copy(unsigned line) override { return with_keys(kAt[line].copy(*table_)); }
  std::unique_ptr<AnyTable> move() override {
    auto moved = with_keys(std::make_unique<Table>(std::move(*table_)));
    first = next;
    return moved;
  }
  void erase(std::uint64_t n) override {
    for (; n > 0 && first < next; --n) table_->erase(first++);
  }
  void clear() override {
    table_->clear();
    first = next;
  }
  [[nodiscard]] std::uint64_t slots() const override {
    if constexpr (requires(const Table& table) { table.bucket_count(); }) {
      return table_->bucket_count();
    } else {
      const bucketprof::hashmap::State state = bucketprof::hashmap::Access::state(*table_);
      return state.has_buckets ? std::uint64_t{1} << state.log2 : 0;
    }
  }

 private:
  struct Functions {
    void (*reserve)(Table&, std::uint64_t);
    void (*insert)(Table&, std::uint64_t, std::uint64_t);
    void (*churn)(Table&, std::uint64_t, std::uint64_t, std::uint64_t);
    std::unique_ptr<Table> (*copy)(const Table&);
  };
  template <template <class> class Line>
  static constexpr Functions functions() {
    return {&Line<Table>::reserve, &Line<Table>::insert, &Line<Table>::churn, &Line<Table>::copy};
  }
  static constexpr std::array<Functions, kLines> kAt{
      functions<Line0>(),  functions<Line1>(),  functions<Line2>(),  functions<Line3>(),  functions<Line4>(),
      functions<Line5>(),  functions<Line6>(),  functions<Line7>(),  functions<Line8>(),  functions<Line9>(),
      functions<Line10>(), functions<Line11>(), functions<Line12>(), functions<Line13>(), functions<Line14>(),
      functions<Line15>(), functions<Line16>(), functions<Line17>(), functions<Line18>(), functions<Line19>(),
      functions<Line20>(), functions<Line21>(), functions<Line22>(), functions<Line23>(), functions<Line24>(),
      functions<Line25>(), functions<Line26>(), functions<Line27>(), functions<Line28>(), functions<Line29>(),
      functions<Line30>(), functions<Line31>()};

  std::unique_ptr<AnyTable> with_keys(std::unique_ptr<Table> table) const {
    auto copied = std::make_unique<TableOf>(std::move(table));
    copied->name = name;
    copied->first = first;
    copied->next = next;
    return copied;
  }

  std::unique_ptr<Table> table_;
};

/// An empty table of the kind. Each family is compiled in a file of its own.
std::unique_ptr<AnyTable> make_std(const char* name, double factor);
std::unique_ptr<AnyTable> make_absl_flat(const char* name);
std::unique_ptr<AnyTable> make_absl_node(const char* name);
std::unique_ptr<AnyTable> make_boost_flat(const char* name);
std::unique_ptr<AnyTable> make_boost_closed(const char* name, double factor);
std::unique_ptr<AnyTable> make_map(const char* name);

}  // namespace scripted
