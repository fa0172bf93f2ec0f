// SPDX-License-Identifier: Apache-2.0
//
// alloc_slack and peaks, compared with a book that the test keeps: the most entries that were ever credited to each
// bucket array. At every snapshot the profile's sums equal the book's to the byte, for tables that are live, destroyed,
// growing, emptied, cleared and reserved again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "hashmap/map.h"
#include "profiler/alloc/allocator.h"
#include "profiler/model/schema.h"
#include "profiler/profiler.h"
#include "profiler/testing/gtest.h"
#include "tests/support/sanitized.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

using hashmap::Part;
using hashmap::PartInfo;

/// The blocks of one table at a time, and the sums of earlier tables.
class Book {
 public:
  void born(const void* block, std::uint64_t bytes, const PartInfo& info) {
    if (info.part == Part::kBuckets) {
      arrays_.push_back({block, bytes, info.slots, info.entry_bytes, 0});
      credit(entries_);
    } else {
      unfilled_ += bytes;  // no entries: the arrays are credited first and have room for all
    }
  }
  void died(const void* block) {
    const auto array =
        std::find_if(arrays_.begin(), arrays_.end(), [block](const Array& one) { return one.block == block; });
    if (array == arrays_.end()) return;
    ended_ += array->slack();
    arrays_.erase(array);
  }
  /// Credits the table's entries to its arrays, newest first, up to the slots of each.
  void credit(std::uint64_t entries) {
    entries_ = entries;
    for (auto array = arrays_.rbegin(); array != arrays_.rend(); ++array) {
      const std::uint64_t here = std::min(entries, array->slots);
      array->most = std::max(array->most, here);
      entries -= here;
    }
  }
  [[nodiscard]] std::int64_t alloc_slack() const {
    std::uint64_t sum = ended_ + unfilled_;
    for (const Array& array : arrays_) sum += array.slack();
    return static_cast<std::int64_t>(sum);
  }

 private:
  struct Array {
    const void* block;
    std::uint64_t bytes;
    std::uint64_t slots;
    std::uint64_t entry_bytes;
    std::uint64_t most;
    [[nodiscard]] std::uint64_t slack() const { return bytes - most * entry_bytes; }
  };
  std::vector<Array> arrays_;
  std::uint64_t entries_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t unfilled_ = 0;
};
Book* book = nullptr;

template <class T, class Entry>
class Kept : public Allocator<T, Entry, Kind::kGoMap> {
  using Base = Allocator<T, Entry, Kind::kGoMap>;

 public:
  template <class U>
  struct rebind {
    using other = Kept<U, Entry>;
  };
  Kept(alloc::TableName name) noexcept : Base(name) {}  // NOLINT(google-explicit-constructor)
  template <class U>
  Kept(const Kept<U, Entry>& other) noexcept  // NOLINT(google-explicit-constructor)
      : Base(static_cast<const Allocator<U, Entry, Kind::kGoMap>&>(other)) {}
  [[nodiscard]] T* allocate_part(std::size_t n, const PartInfo& info) {
    T* const block = Base::allocate_part(n, info);
    book->born(block, n * sizeof(T), info);
    return block;
  }
  void deallocate(T* block, std::size_t n) noexcept {
    book->died(block);
    Base::deallocate(block, n);
  }
  void note_entries(std::uint64_t entries) noexcept {
    book->credit(entries);
    Base::note_entries(entries);
  }
};

template <class Value>
void churn(const std::string& name, unsigned seed) {
  using Pair = std::pair<const std::uint64_t, Value>;
  using Table = Map<std::uint64_t, Value, std::hash<std::uint64_t>, std::equal_to<std::uint64_t>, Kept<Pair, Pair>>;
  start();
  const testing::Scope scope;
  Book own;
  book = &own;
  std::mt19937_64 random(seed);
  const auto compare = [&name, &own](const char* when, int step) {
    ASSERT_EQ(totals(snapshot(At::kNow), name)[model::kAllocSlack], own.alloc_slack()) << when << " " << step;
  };
  for (int life = 0; life < (testing_support::kSanitized ? 5 : 20); ++life) {
    Table table{Kept<Pair, Pair>(named(name))};
    const std::uint64_t keys = std::uint64_t{1} << (random() % 13);
    for (int step = 0; step < 1000; ++step) {
      const std::uint64_t roll = random() % 1000;
      if (roll < 700) {
        table[random() % keys] = Value{};
      } else if (roll < 990) {
        table.erase(random() % keys);
      } else if (roll < 995) {
        table.reserve(random() % (2 * keys));
      } else {
        table.clear();
      }
      if (step % 97 == 0) {
        ASSERT_NO_FATAL_FAILURE(compare("alive", step));
      }
    }
    ASSERT_NO_FATAL_FAILURE(compare("full", life));
  }
  ASSERT_NO_FATAL_FAILURE(compare("dead", 0));
  EXPECT_THAT(scope.used(), testing::SlackBytes(own.alloc_slack()));
  stop();
}

TEST(Slack, IsTheLeastThatEachBlockEverHad) {
  churn<std::uint64_t>("slack of numbers", 1);
  churn<char>("slack of padded entries", 2);
  churn<std::string>("slack of texts", 3);
}

}  // namespace
}  // namespace bucketprof::tests
