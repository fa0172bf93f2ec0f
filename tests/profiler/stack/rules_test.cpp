// SPDX-License-Identifier: Apache-2.0
//
// The shared table of rules: it learns each rule once, forgets, grows, returns no rule if it cannot get the lock or
// memory, and may be read while it changes.
#include "profiler/stack/rules.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace bucketprof::stack {
namespace {

/// `n` consecutive addresses in the C library's code. Each has some rule.
std::vector<std::uintptr_t> code_addresses(std::size_t n) {
  const auto start = reinterpret_cast<std::uintptr_t>(dlsym(RTLD_DEFAULT, "qsort_r"));
  std::vector<std::uintptr_t> found;
  for (std::size_t i = 1; i <= n; ++i) found.push_back(start + i);
  return found;
}

TEST(Rules, AreWhatLearnSays) {
  ASSERT_TRUE(prepare_learning());
  Arena arena;
  Rules rules(arena);
  const std::vector<std::uintptr_t> addresses = code_addresses(3000);
  for (int round = 0; round < 2; ++round) {
    for (const std::uintptr_t address : addresses) ASSERT_EQ(rules.at(address), learn(address));
    EXPECT_EQ(rules.size(), addresses.size());
  }
  rules.forget_all();
  for (const std::uintptr_t address : addresses) ASSERT_EQ(rules.at(address), learn(address));
  EXPECT_EQ(rules.size(), addresses.size());
  EXPECT_EQ(rules.at(0).kind, Rule::Kind::kUnknown);
}

TEST(Rules, NobodyWaitsToLearn) {
  ASSERT_TRUE(prepare_learning());
  Arena arena;
  Rules rules(arena);
  const std::uintptr_t known = code_addresses(2)[0];
  const std::uintptr_t fresh = code_addresses(2)[1];
  const Rule rule = rules.at(known);
  const std::scoped_lock guard(rules.lock());  // as if another thread learned a rule
  EXPECT_EQ(rules.at(known), rule);
  EXPECT_EQ(rules.at(fresh).kind, Rule::Kind::kUnknown);
}

TEST(Rules, WithoutMemoryNothingIsKept) {
  ASSERT_TRUE(prepare_learning());
  Arena arena;
  arena.set_limit(0);
  Rules rules(arena);
  EXPECT_EQ(rules.at(code_addresses(1)[0]).kind, Rule::Kind::kUnknown);
  arena.set_limit(200'000);
  std::size_t known = 0;
  for (const std::uintptr_t address : code_addresses(20'000)) {
    known += rules.at(address).kind != Rule::Kind::kUnknown ? 1 : 0;
  }
  EXPECT_GT(known, 500U);
  EXPECT_LT(known, 20'000U);
  EXPECT_LE(arena.mapped(), 200'000U);
}

TEST(Rules, ReadersSeeARuleOrNone) {
  ASSERT_TRUE(prepare_learning());
  Arena arena;
  Rules rules(arena);
  const std::vector<std::uintptr_t> addresses = code_addresses(400);
  std::vector<Rule> expected;
  for (const std::uintptr_t address : addresses) expected.push_back(learn(address));
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      for (int round = 0; round < 30; ++round) {
        for (std::size_t i = 0; i < addresses.size(); ++i) {
          const Rule rule = rules.at(addresses[i]);
          if (rule.kind != Rule::Kind::kUnknown && rule != expected[i]) ++wrong;
        }
      }
    });
  }
  for (int i = 0; i < 50; ++i) rules.forget_all();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong.load(), 0U);
}

}  // namespace
}  // namespace bucketprof::stack
