// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/name.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace bucketprof::compare {
namespace {

TEST(Name, EqualTextsAreOne) {
  const std::string text = "shop::load";
  EXPECT_EQ(Name(text), Name("shop::load"));
  EXPECT_EQ(&Name(text).str(), &Name(std::string_view("shop::load")).str());
  EXPECT_EQ(Name(text).hash(), Name("shop::load").hash());
  EXPECT_NE(Name("a"), Name("b"));
  EXPECT_EQ(Name(), Name(""));
  EXPECT_TRUE(Name().empty());
  EXPECT_FALSE(Name("a").empty());
}

TEST(Name, OrderIsTheTexts) {
  const std::set<Name> names{"b", "a", "", "ab"};
  std::vector<std::string> texts;
  for (const Name name : names) texts.push_back(name);
  EXPECT_EQ(texts, (std::vector<std::string>{"", "a", "ab", "b"}));
}

TEST(Name, IsATextWhereOneIsWanted) {
  const Name name = "users";
  const std::string& text = name;
  const std::string_view view = name;
  EXPECT_EQ(text, "users");
  EXPECT_EQ(view, "users");
  EXPECT_EQ(fmt::format("[{:>7}]", name), "[  users]");
}

TEST(Name, ManyThreadsGetTheSame) {
  std::vector<std::vector<const void*>> found(4);
  std::vector<std::thread> threads;
  for (auto& mine : found) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 2000; ++i) mine.push_back(&Name("thread's name " + std::to_string(i)).str());
    });
  }
  for (std::thread& one : threads) one.join();
  for (const auto& mine : found) EXPECT_EQ(mine, found[0]);
}

}  // namespace
}  // namespace bucketprof::compare
