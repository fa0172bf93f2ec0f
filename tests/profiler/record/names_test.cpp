// SPDX-License-Identifier: Apache-2.0
//
// Names: made valid as labels, interned, truncated to a maximum length, limited in number.
#include "profiler/record/names.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "profiler/base/arena.h"
#include "tests/support/sanitized.h"

namespace bucketprof::record {
namespace {

struct NameStore {
  Arena arena;
  Names names{arena};
  std::string stored(std::string_view text) {
    const std::uint32_t name = names.intern(text);
    return name == 0 ? "(none)" : std::string(names.text(name));
  }
};

TEST(Names, AreInterned) {
  NameStore store;
  const std::uint32_t users = store.names.intern("users");
  const std::uint32_t orders = store.names.intern("orders");
  EXPECT_NE(users, 0U);
  EXPECT_NE(orders, users);
  EXPECT_EQ(store.names.intern("users"), users);
  EXPECT_EQ(store.names.text(users), "users");
  EXPECT_EQ(store.names.text(orders), "orders");
}

TEST(Names, AreMadeFitForLabels) {
  NameStore store;
  EXPECT_EQ(store.stored(""), "(none)");
  EXPECT_EQ(store.stored("a,b,,c"), "a;b;;c");
  EXPECT_EQ(store.stored(std::string_view("tab\tnul\0line\n\x7f", 14)), "tab?nul?line??");
  EXPECT_EQ(store.stored("Größe 大 😀"), "Größe 大 😀");
  EXPECT_EQ(store.stored("\xff\xfe"), "??");
  EXPECT_EQ(store.stored("cut \xE5\xA4"), "cut ??");  // ends inside a character
  EXPECT_EQ(store.stored("\xC0\x80"), "??");          // overlong
  EXPECT_EQ(store.stored("\xE0\x80\x80 \xF0\x80\x80\x80"), "??? ????");
  EXPECT_EQ(store.stored("\xED\xA0\x80"), "???");                             // surrogate
  EXPECT_EQ(store.stored("\xF4\x90\x80\x80 \xF5\x80\x80\x80"), "???? ????");  // beyond Unicode
  EXPECT_EQ(store.stored("\x80 lone"), "? lone");
}

TEST(Names, AreCutAtWholeCharacters) {
  NameStore store;
  EXPECT_EQ(store.stored(std::string(1000, 'x')).size(), Names::kMaxBytes);
  const std::string cut = store.stored(std::string(Names::kMaxBytes - 1, 'x') + "ä");
  EXPECT_EQ(cut, std::string(Names::kMaxBytes - 1, 'x'));
}

TEST(Names, EndAtTheirLimitAndKnownOnesGoOn) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  NameStore store;
  for (std::uint32_t i = 1; i <= Names::kMaxNames; ++i) ASSERT_EQ(store.names.intern(std::to_string(i)), i);
  EXPECT_EQ(store.names.intern("one more"), 0U);
  EXPECT_EQ(store.names.intern("1"), 1U);
  EXPECT_EQ(store.names.intern(std::to_string(Names::kMaxNames)), Names::kMaxNames);
}

TEST(Names, WithoutRoomThereIsNone) {
  BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER();
  for (std::size_t limit = 0; limit < 1024 * 1024; limit += 64 * 1024) {
    NameStore store;
    store.arena.set_limit(limit);
    std::vector<std::uint32_t> given;
    for (int i = 0; i < 5000; ++i) given.push_back(store.names.intern("name " + std::to_string(i)));
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (given[i] != 0) {
        ASSERT_EQ(store.names.text(given[i]), "name " + std::to_string(i));
      }
    }
    if (limit == 0) {
      EXPECT_EQ(given[0], 0U);
    }
  }
}

TEST(Names, ThreadsAgree) {
  NameStore store;
  std::vector<std::vector<std::uint32_t>> given(4);
  std::vector<std::thread> threads;
  for (auto& mine : given) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3000; ++i) mine.push_back(store.names.intern("n" + std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : given) EXPECT_EQ(mine, given[0]);
}

}  // namespace
}  // namespace bucketprof::record
