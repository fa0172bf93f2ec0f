// SPDX-License-Identifier: Apache-2.0
//
// The set, compared with std::unordered_map: with colliding hashes, lack of memory, and readers during growth.
#include "profiler/base/numbered_set.h"
#include "tests/support/sanitized.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

namespace bucketprof {
namespace {

struct Value {
  std::uint64_t hash;
  std::uint64_t key;
};

std::uint32_t intern(NumberedSet<Value>& set, std::uint64_t key, std::uint64_t hash, bool make = true) {
  return set.intern(
      hash, [key](const Value& value) { return value.key == key; },
      [key, make](Value& value) {
        value.key = key;
        return make;
      });
}

TEST(NumberedSet, NumbersValuesInOrder) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  Arena arena;
  NumberedSet<Value> set(arena);
  std::unordered_map<std::uint64_t, std::uint32_t> model;
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t key = random() % 2000;
    const std::uint64_t hash = key % 400;  // several keys have the same hash, and the hashes are adjacent
    const auto [known, is_new] = model.try_emplace(key, static_cast<std::uint32_t>(model.size() + 1));
    ASSERT_EQ(intern(set, key, hash), known->second);
  }
  EXPECT_EQ(set.size(), model.size());
  for (const auto& [key, number] : model) ASSERT_EQ(set[number].key, key);
}

TEST(NumberedSet, AValueThatCannotBeMadeLeavesNoTrace) {
  Arena arena;
  NumberedSet<Value> set(arena);
  EXPECT_EQ(intern(set, 1, 1, false), NumberedSet<Value>::kNone);
  EXPECT_EQ(set.size(), 0U);
  EXPECT_EQ(intern(set, 2, 1), 1U);
  EXPECT_EQ(intern(set, 1, 1), 2U);
}

TEST(NumberedSet, AddressesStay) {
  Arena arena;
  NumberedSet<Value> set(arena);
  ASSERT_EQ(intern(set, 0, 0), 1U);
  const Value* first = &set[1];
  for (std::uint64_t key = 1; key < 50'000; ++key) ASSERT_NE(intern(set, key, key * 77), 0U);
  EXPECT_EQ(&set[1], first);
}

TEST(NumberedSet, WithoutRoomKnownValuesAreStillFound) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  for (std::size_t limit = 0; limit < 700'000; limit += testing_support::kSanitized ? 40'000 : 10'000) {
    Arena arena;
    arena.set_limit(limit);
    NumberedSet<Value> set(arena);
    std::vector<std::uint32_t> given;
    for (std::uint64_t key = 0; key < 20'000; ++key) given.push_back(intern(set, key, key * 31));
    for (std::uint64_t key = 0; key < given.size(); ++key) {
      if (given[key] == 0) continue;
      ASSERT_EQ(intern(set, key, key * 31), given[key]);
      ASSERT_EQ(set[given[key]].key, key);
    }
    ASSERT_LE(arena.mapped(), limit);
  }
}

TEST(NumberedSet, EndsAtItsLargestNumber) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  Arena arena;
  NumberedSet<Value> set(arena);
  std::uint64_t key = 0;
  while (intern(set, key, key * 0x9e3779b97f4a7c15U) != 0) ++key;
  EXPECT_EQ(key, NumberedSet<Value>::kMaxValues - 1);
  EXPECT_EQ(intern(set, 5, 5 * 0x9e3779b97f4a7c15U), 6U);
}

TEST(NumberedSet, ThreadsAgreeWhileItGrows) {
  Arena arena;
  NumberedSet<Value> set(arena);
  constexpr std::uint64_t kKeys = 30'000;
  std::vector<std::vector<std::uint32_t>> given(4, std::vector<std::uint32_t>(kKeys));
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < given.size(); ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      for (std::uint64_t i = 0; i < 3 * kKeys; ++i) {
        const std::uint64_t key = i < kKeys ? i : random() % kKeys;
        const std::uint32_t number = intern(set, key, key * 0x9e3779b97f4a7c15U);
        if (number == 0 || set[number].key != key || (given[t][key] != 0 && given[t][key] != number)) ++wrong;
        given[t][key] = number;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0U);
  for (const auto& mine : given) EXPECT_EQ(mine, given[0]);
  EXPECT_EQ(set.size(), kKeys);
}

}  // namespace
}  // namespace bucketprof
