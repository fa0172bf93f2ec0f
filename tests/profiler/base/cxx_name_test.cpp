// SPDX-License-Identifier: Apache-2.0
//
// Names as the demangler prints them, and the qualified names to which they are reduced.
#include "profiler/base/cxx_name.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace bucketprof {
namespace {

struct Case {
  const char* name;
  const char* qualified;
};

class CxxName : public testing::TestWithParam<Case> {};

TEST_P(CxxName, IsReduced) { EXPECT_EQ(qualified_name(GetParam().name), GetParam().qualified); }

INSTANTIATE_TEST_SUITE_P(
    Names, CxxName,
    testing::Values(
        Case{"main", "main"}, Case{"a::b::c(int, char const*)", "a::b::c"}, Case{"void a::f<int>(int)", "a::f"},
        Case{"std::enable_if<(8>4), std::vector<int> >::type user::g<std::map<int, int> >(int) const", "user::g"},
        Case{"bucketprof::hashmap::Map<std::string, bucketprof::alloc::Tagged<int> >::make_bucket_array(unsigned long)",
             "bucketprof::hashmap::Map::make_bucket_array"},
        Case{"(anonymous namespace)::load(std::string const&)", "(anonymous namespace)::load"},
        Case{"a::(anonymous namespace)::B::c() const", "a::(anonymous namespace)::B::c"},
        Case{"main::{lambda(int, std::pair<int, int>)#1}::operator()(int, std::pair<int, int>) const",
             "main::{lambda#1}::operator()"},
        Case{"run(int)::{lambda()#2}::operator()() const::{lambda()#1}::operator()() const",
             "run::{lambda#2}::operator()::{lambda#1}::operator()"},
        Case{"f(int)::Local::g(char)", "f::Local::g"},
        Case{"bool operator< <int, 3>(A<int> const&, A<int> const&)", "operator<"},
        Case{"std::ostream& std::operator<< <char>(std::ostream&, char)", "std::operator<<"},
        Case{"std::string std::operator+<char, std::char_traits<char> >(char const*, std::string&&)", "std::operator+"},
        Case{"auto std::operator<=><int, int>(A<int> const&, A<int> const&)", "std::operator<=>"},
        Case{"bool user::operator==<int>(A<int> const&)", "user::operator=="},
        Case{"f::operator,(int)", "f::operator,"}, Case{"a::B::operator->() const", "a::B::operator->"},
        Case{"a::B::operator[](unsigned long)", "a::B::operator[]"},
        Case{"a::B::operator bool() const", "a::B::operator bool"},
        Case{"operator new[](unsigned long)", "operator new[]"}, Case{"operator new(unsigned long)", "operator new"},
        Case{"operator_table(int)", "operator_table"}, Case{"non-virtual thunk to a::B::c(int)", "a::B::c"},
        Case{"name[abi:cxx11](int)", "name"}, Case{"a::f(int) [clone .constprop.0]", "a::f"},
        Case{"decltype ((x).f()) a::g<int>(int)", "a::g"}, Case{"main.(*Table[...]).grow", "main.(*Table[...]).grow"},
        Case{"libfoo.so+0x1234", "libfoo.so+0x1234"}, Case{"", ""}));

TEST_P(CxxName, StaysReduced) { EXPECT_EQ(qualified_name(GetParam().qualified), GetParam().qualified); }

TEST(CxxName, HasComponents) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(components("main"), Parts{"main"});
  EXPECT_EQ(components("a::B::f"), (Parts{"a", "B", "f"}));
  EXPECT_EQ(components("(anonymous namespace)::f"), (Parts{"(anonymous namespace)", "f"}));
  EXPECT_EQ(components("f::{lambda(a::B)#1}::operator()"), (Parts{"f", "{lambda(a::B)#1}", "operator()"}));
  EXPECT_EQ(components("main.(*a::T).f"), Parts{"main.(*a::T).f"});
  EXPECT_EQ(components(""), Parts{""});
  EXPECT_EQ(components("::"), (Parts{"", ""}));
  EXPECT_EQ(components("a::(b::c"), (Parts{"a", "(b::c"}));
}

TEST(CxxName, SurvivesUnbalancedText) {
  for (const std::string text :
       {"a<b", "a(b", "f>", "f)", "{", "}", "<", "<>", "((((", "))))", "operator", "operator<", "{a(}", "[", "a]"}) {
    EXPECT_NO_THROW((void)qualified_name(text)) << text;
  }
}

}  // namespace
}  // namespace bucketprof
