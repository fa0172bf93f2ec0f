// SPDX-License-Identifier: Apache-2.0
//
// The map's public API: each member does what that of std::unordered_map does, or what map.h documents instead.
#include "hashmap/map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory_resource>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "hashmap/check.h"
#include "tests/hashmap/go_support.h"

namespace bucketprof::hashmap {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;
using Ages = bucketprof::Map<std::string, int>;

static_assert(std::is_nothrow_move_constructible_v<Ages>);
static_assert(std::is_nothrow_move_assignable_v<Ages>);
static_assert(std::is_nothrow_swappable_v<Ages>);
static_assert(std::is_same_v<Ages::value_type, std::pair<const std::string, int>>);

TEST(Map, Constructors) {
  const std::vector<std::pair<std::string, int>> pairs{{"a", 1}, {"b", 2}, {"a", 3}};
  const Ages from_range(pairs.begin(), pairs.end());
  EXPECT_THAT(from_range, UnorderedElementsAre(Pair("a", 1), Pair("b", 2)));
  const Ages from_list{{"a", 1}, {"b", 2}};
  EXPECT_EQ(from_range, from_list);
  Ages copy(from_list);
  EXPECT_EQ(copy, from_list);
  const Ages moved(std::move(copy));
  EXPECT_EQ(moved, from_list);
  EXPECT_TRUE(copy.empty());  // NOLINT(bugprone-use-after-move): a moved-from map is empty and usable
  copy["c"] = 3;
  EXPECT_EQ(copy.size(), 1U);
  EXPECT_TRUE(Ages(1000).empty());
  EXPECT_TRUE(Ages(~std::size_t{0}).empty()) << "an impossible hint counts as none";
  const std::unordered_map<std::string, int> standard(from_list.begin(), from_list.end());
  EXPECT_EQ(standard.size(), 2U);
}

TEST(Map, Assignment) {
  Ages map{{"a", 1}};
  const Ages other{{"b", 2}, {"c", 3}};
  map = other;
  EXPECT_EQ(map, other);
  map = *&map;
  EXPECT_EQ(map, other);
  map = {{"d", 4}};
  EXPECT_THAT(map, UnorderedElementsAre(Pair("d", 4)));
  map = Ages{{"e", 5}};
  EXPECT_THAT(map, UnorderedElementsAre(Pair("e", 5)));
  Ages third{{"f", 6}};
  swap(map, third);
  EXPECT_THAT(map, UnorderedElementsAre(Pair("f", 6)));
  EXPECT_NE(map, third);
}

TEST(Map, Inserting) {
  Ages map;
  const Ages::value_type entry("a", 1);
  EXPECT_TRUE(map.insert(entry).second);
  EXPECT_FALSE(map.insert(entry).second);
  EXPECT_TRUE(map.insert(Ages::value_type("b", 2)).second);
  EXPECT_TRUE(map.insert(std::pair("c", 3)).second);
  EXPECT_TRUE(map.insert({"d", 4}).second);
  map.insert({{"e", 5}, {"f", 6}});
  EXPECT_EQ(map.insert(map.begin(), std::pair("g", 7))->second, 7);
  EXPECT_TRUE(map.emplace("h", 8).second);
  EXPECT_TRUE(map.emplace(std::piecewise_construct, std::forward_as_tuple(2, 'i'), std::forward_as_tuple(9)).second);
  EXPECT_EQ(map.at("ii"), 9);
  EXPECT_EQ(map.try_emplace("a", 10).first->second, 1);
  EXPECT_FALSE(map.insert_or_assign("a", 11).second);
  EXPECT_EQ(map["a"], 11);
  EXPECT_EQ(map["new"], 0);
  EXPECT_EQ(map.size(), 10U);
  std::vector<std::pair<std::string, int>> more{{"x", 1}, {"y", 2}};
  std::copy(more.begin(), more.end(), std::inserter(map, map.end()));
  EXPECT_EQ(map.size(), 12U);
  EXPECT_EQ(check(map), "");
}

TEST(Map, ArgumentsOfEmplaceAndInsertMayReferIntoTheMap) {
  Ages map;
  for (int i = 0; i < 2000; ++i) {
    map.emplace(std::to_string(i), i);
    EXPECT_FALSE(map.insert(*map.find(std::to_string(i / 2))).second);
    map.emplace(std::to_string(i) + "+", map.at(std::to_string(i / 2)));
  }
  EXPECT_EQ(map.size(), 4000U);
  EXPECT_EQ(map.at("1000+"), 500);
}

TEST(Map, TryEmplaceLeavesItsArgumentsAloneWhenTheKeyIsThere) {
  Map<std::unique_ptr<int>, std::unique_ptr<int>> map;
  auto key = std::make_unique<int>(1);
  int* const address = key.get();
  EXPECT_TRUE(map.try_emplace(std::move(key), std::make_unique<int>(2)).second);
  auto value = std::make_unique<int>(3);
  std::unique_ptr<int> same(address);
  EXPECT_FALSE(map.try_emplace(std::move(same), std::move(value)).second);
  EXPECT_NE(value, nullptr);  // NOLINT(bugprone-use-after-move): promised
  EXPECT_EQ(same.release(), address);
  EXPECT_TRUE(map.insert(std::pair(std::make_unique<int>(4), std::make_unique<int>(5))).second);
  EXPECT_EQ(map.size(), 2U);
}

TEST(Map, LookingUp) {
  const Ages map{{"a", 1}, {"b", 2}};
  EXPECT_EQ(map.find("a")->second, 1);
  EXPECT_EQ(map.find("z"), map.end());
  EXPECT_TRUE(map.contains("b"));
  EXPECT_EQ(map.count("b"), 1U);
  EXPECT_EQ(map.count("z"), 0U);
  EXPECT_EQ(map.at("b"), 2);
  EXPECT_THROW(static_cast<void>(map.at("z")), std::out_of_range);
}

TEST(Map, Erasing) {
  Map<int, int> map;
  for (int i = 0; i < 1000; ++i) map[i] = i;
  EXPECT_EQ(map.erase(5), 1U);
  EXPECT_EQ(map.erase(5), 0U);
  map.erase(map.find(6));
  map.erase(map.cbegin());
  EXPECT_EQ(map.size(), 997U);
  EXPECT_EQ(erase_if(map, [](const auto& entry) { return entry.first % 2 == 0; }) + map.size(), 997U);
  for (auto [key, value] : map) EXPECT_EQ(key % 2, 1);
  EXPECT_EQ(map.erase(map.begin(), map.end()), map.end());
  EXPECT_TRUE(map.empty());
}

struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
struct CountedText {  // can be made from a view, and counts how often that happens
  std::string text;
  inline static int made = 0;
  explicit CountedText(std::string_view view) : text(view) { ++made; }
  operator std::string_view() const { return text; }  // NOLINT(google-explicit-constructor)
};
struct ViewEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

TEST(Map, LooksUpOtherTypesWithoutMakingAKey) {
  Map<CountedText, int, ViewHash, ViewEqual> map;
  map.try_emplace(std::string_view("one"), 1);
  map.insert_or_assign(std::string_view("two"), 2);
  EXPECT_EQ(CountedText::made, 2);
  EXPECT_TRUE(map.contains("one"));
  EXPECT_EQ(map.find(std::string_view("two"))->second, 2);
  EXPECT_EQ(std::as_const(map).at("two"), 2);
  EXPECT_EQ(map.count("three"), 0U);
  map.try_emplace(std::string_view("one"), 5);
  EXPECT_EQ(map.insert_or_assign("one", 6).second, false);
  EXPECT_EQ(map.erase("two"), 1U);
  EXPECT_EQ(map.at("one"), 6);
  EXPECT_EQ(CountedText::made, 2);
}

TEST(Map, HoldsWhatCannotMove) {
  Map<int, std::mutex> map;
  std::mutex* const first = &map[0];
  for (int i = 1; i < 500; ++i) map.try_emplace(i);
  EXPECT_EQ(&map[0], first) << "a type that cannot move has a block of its own";
}

TEST(Map, ReserveAvoidsGrowth) {
  for (const std::size_t n : {0U, 8U, 9U, 1000U, 6656U}) {
    Map<std::uint64_t, std::uint64_t> map;
    map.reserve(n);
    const auto log2 = Access::state(map).log2;
    for (std::uint64_t i = 0; i < n; ++i) map[i] = i;
    EXPECT_EQ(Access::state(map).log2, log2) << n;
  }
  Map<int, int> map;
  for (int i = 0; i < 105; ++i) map[i] = i;  // growing
  map.reserve(100);
  EXPECT_TRUE(Access::state(map).growing) << "there was room";
  map.reserve(5000);
  EXPECT_EQ(Access::state(map).log2, log2_for(5000));
  EXPECT_FALSE(Access::state(map).growing);
  for (int i = 0; i < 105; ++i) EXPECT_EQ(map.at(i), i);
  EXPECT_EQ(check(map), "");
}

TEST(Map, MinusZeroReplacesPlusZero) {
  Map<double, int> map;
  map.insert_or_assign(0.0, 1);
  map.insert_or_assign(-0.0, 2);
  EXPECT_EQ(map.size(), 1U);
  EXPECT_TRUE(std::signbit(map.begin()->first));
  map.try_emplace(0.0, 3);
  EXPECT_TRUE(std::signbit(map.begin()->first));
  EXPECT_EQ(map.at(0.0), 2);
}

TEST(Map, ClearKeepsTheArray) {
  Map<int, std::string> map;
  for (int i = 0; i < 1000; ++i) map[i] = std::to_string(i);
  const unsigned log2 = Access::state(map).log2;
  map.clear();
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(Access::state(map).log2, log2);
  EXPECT_EQ(map.begin(), map.end());
  EXPECT_EQ(check(map), "");
  map[1] = "again";
  EXPECT_EQ(map.at(1), "again");
}

TEST(Map, PmrStringsTakeTheMapsResource) {
  std::pmr::monotonic_buffer_resource arena;
  using M = Map<std::pmr::string, std::pmr::string, std::hash<std::pmr::string>, std::equal_to<>,
                std::pmr::polymorphic_allocator<std::pair<const std::pmr::string, std::pmr::string>>>;
  M map(&arena);
  for (char c = 'a'; c <= 'z'; ++c) map.try_emplace(std::pmr::string(50, c), "value");
  for (auto [key, value] : map) {
    EXPECT_EQ(key.get_allocator().resource(), &arena);
    EXPECT_EQ(value.get_allocator().resource(), &arena);
  }
}

}  // namespace
}  // namespace bucketprof::hashmap
