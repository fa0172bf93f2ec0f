// SPDX-License-Identifier: Apache-2.0
//
// Short type names, which reports show for tables without a name. The tests hold for g++ and clang++, whose spellings
// differ.
#include "profiler/alloc/type_name.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace shop {
struct Item {};
template <class A, class B>
struct Two {};
enum class Colour : std::uint8_t { kRed };
struct stdio {};  // begins with `std`, a namespace that is left out
namespace {
struct Hidden {};
}  // namespace
}  // namespace shop

namespace bucketprof::alloc {
namespace {

template <class T>
auto local_type_in(std::string_view) {
  struct Local {
    T value;
  };
  return Local{};
}

TEST(TypeName, NamesPairsAsAnArrow) {
  EXPECT_EQ((short_type_name<std::pair<const int, double>>()), "int -> double");
  EXPECT_EQ((short_type_name<std::pair<const std::string, std::uint64_t>>()), "string -> unsigned long");
  EXPECT_EQ((short_type_name<std::pair<std::string_view, long>>()), "string_view -> long");
  EXPECT_EQ((short_type_name<std::pair<const shop::Item, shop::Colour>>()), "shop::Item -> shop::Colour");
}

TEST(TypeName, LeavesOutWhatSaysNothing) {
  EXPECT_EQ(short_type_name<std::string>(), "string");
  EXPECT_EQ(short_type_name<std::vector<int>>(), "vector<int>");
  EXPECT_EQ(short_type_name<std::vector<std::string>>(), "vector<string>");
  EXPECT_EQ(short_type_name<std::vector<std::vector<shop::Item>>>(), "vector<vector<shop::Item>>");
  EXPECT_EQ(short_type_name<std::unique_ptr<shop::Item>>(), "unique_ptr<shop::Item>");
  EXPECT_EQ((short_type_name<std::map<int, long>>()), "map<int;long>");
  EXPECT_EQ((short_type_name<std::unordered_map<std::string, std::vector<int>>>()),
            "unordered_map<string;vector<int>>");
  EXPECT_EQ((short_type_name<std::pair<const std::string, std::map<std::string, std::vector<std::string>>>>()),
            "string -> map<string;vector<string>>");
  EXPECT_EQ(short_type_name<shop::Hidden>(), "shop::Hidden");
  EXPECT_EQ(short_type_name<shop::stdio>(), "shop::stdio");
}

TEST(TypeName, KeepsWhatTellsTypesApart) {
  EXPECT_EQ((short_type_name<shop::Two<int, char>>()), "shop::Two<int;char>");
  EXPECT_NE((short_type_name<shop::Two<int, char>>()), (short_type_name<shop::Two<char, int>>()));
  EXPECT_NE((short_type_name<std::array<int, 3>>()), (short_type_name<std::array<int, 4>>()));
  EXPECT_NE(short_type_name<int>(), short_type_name<unsigned>());
  EXPECT_NE((short_type_name<int (*)(int, char)>()), (short_type_name<int (*)(int, long)>()));
}

// What a label of a profile must be, whatever the type: not empty, no comma, no control character, balanced brackets.
template <class T>
void expect_fit(std::string_view must_contain = "") {
  const std::string_view name = short_type_name<T>();
  SCOPED_TRACE(std::string(name) + "   from   " + std::string(raw_type_name<T>()));
  EXPECT_FALSE(name.empty());
  EXPECT_EQ(name.find(','), name.npos);
  EXPECT_EQ(name.find("std::"), name.npos);
  EXPECT_EQ(name.find("allocator"), name.npos);
  EXPECT_NE(name.find(must_contain), name.npos);
  for (const char c : name) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  int round = 0;
  for (const char c : name) {
    round += c == '(' ? 1 : c == ')' ? -1 : 0;
    EXPECT_GE(round, 0);
  }
  EXPECT_EQ(round, 0);
}

TEST(TypeName, IsFitForALabelWhateverTheType) {
  expect_fit<int>("int");
  expect_fit<std::string>("string");
  expect_fit<std::pair<const std::string, std::tuple<int, char, std::string>>>("tuple<int;char;string>");
  expect_fit<std::function<int(int, std::string, std::vector<int>)>>("function<");
  expect_fit<int (*)(int, char)>("int");
  expect_fit<int (shop::Item::*)(int, char) const>("shop::Item");
  expect_fit<std::variant<int, std::string, std::optional<shop::Two<int, long>>>>("shop::Two<int;long>");
  expect_fit<std::pair<const int, std::map<std::pair<int, int>, std::array<std::pair<long, long>, 2>>>>("array<");
  expect_fit<std::unordered_map<std::string, std::map<int, std::unordered_map<std::string, std::vector<std::string>>>>>(
      "map<int;unordered_map<string;vector<string>>>");
  const auto lambda = [](int, char, const std::string&) { return 1; };
  expect_fit<decltype(lambda)>();
  expect_fit<std::pair<const int, decltype(lambda)>>("int -> ");
  struct Local {};
  expect_fit<Local>("Local");
  expect_fit<decltype(local_type_in<int>(""))>("Local");
  expect_fit<decltype(local_type_in<std::pair<int, std::string>>(""))>("Local");
  enum { kUnnamed };
  expect_fit<decltype(kUnnamed)>();
  struct {
  } unnamed;
  expect_fit<decltype(unnamed)>();
}

template <class T, int N>
struct Nest {
  using type = std::map<std::string, typename Nest<T, N - 1>::type>;
};
template <class T>
struct Nest<T, 0> {
  using type = T;
};

TEST(TypeName, BearsVeryLongTypes) {
  using Long = Nest<std::unordered_map<std::string, std::vector<std::pair<std::string, std::string>>>, 4>::type;
  expect_fit<Long>("map<string;map<string;map<string;map<string;unordered_map<string;vector<pair<string;string>>>>>>>");
}

TEST(TypeName, IsAConstantOfStaticStorage) {
  constexpr std::string_view name = short_type_name<std::pair<const int, std::string>>();
  static_assert(name == "int -> string");
  EXPECT_EQ(name.data(), (short_type_name<std::pair<const int, std::string>>().data()));
}

}  // namespace
}  // namespace bucketprof::alloc
