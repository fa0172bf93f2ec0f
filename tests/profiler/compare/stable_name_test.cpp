// SPDX-License-Identifier: Apache-2.0
//
// Names that g++ and clang++ give the same function in different builds.
#include "profiler/compare/stable_name.h"

#include <gtest/gtest.h>

namespace bucketprof::compare {
namespace {

struct Name {
  const char* name;
  const char* stable;
};

TEST(StableName, OfFunctions) {
  const Name cases[] = {
      {"main", "main"},
      {"shop::load(std::string const&)", "shop::load"},
      {"void shop::load<int, char>(int)", "shop::load"},
      {"shop::Cart<int>::add(int) const", "shop::Cart::add"},
      {"shop::(anonymous namespace)::load(int)", "shop::load"},
      {"(anonymous namespace)::load()", "load"},
      {"shop::v2::load()", "shop::load"},
      {"shop::v2_1::Cart::add()", "shop::Cart::add"},
      {"absl::lts_20220623::Mutex::Lock()", "absl::Mutex::Lock"},
      {"std::__1::sort", "std::sort"},
      {"std::__cxx11::basic_string<char>::append(char)", "std::basic_string::append"},
      {"std::_V2::rotate", "std::rotate"},
      {"shop::value::load", "shop::value::load"},
      {"shop::v2", "shop::v2"},  // may be a function
      {"load.part.0", "load"},
      {"load.isra.0.cold", "load"},
      {"load.constprop.1", "load"},
      {"load.llvm.1234567", "load"},
      {"shop::load(int) [clone .part.0]", "shop::load"},
      {"shop::load[abi:cxx11](int)", "shop::load"},
      {"load.partial", "load.partial"},
      {"non-virtual thunk to shop::Cart::add()", "shop::Cart::add"},
      {"shop::load()::{lambda(int)#2}::operator()(int) const", "shop::load::{lambda}"},
      {"shop::load::{lambda#2}::operator()", "shop::load::{lambda}"},
      {"auto shop::load()::{lambda(auto:1)#1}::operator()<int>(int) const", "shop::load::{lambda}"},
      {"shop::load()::$_0::operator()() const", "shop::load::{lambda}"},
      {"shop::load()::$_0::operator()(int)::{lambda()#1}::operator()() const",
       "shop::load::{lambda}::operator()::{lambda}"},
      {"shop::load()::'lambda'(int)::operator()(int) const", "shop::load::{lambda}"},
      {"shop::load::{unnamed type}::operator()<int>(int) const", "shop::load::{lambda}"},
      {"shop::load::{unnamed type}::add(int)", "shop::load::{unnamed type}::add"},
      {"__static_initialization_and_destruction_0(int, int)", "{static initialization}"},
      {"_GLOBAL__sub_I__ZN4shop4loadEv", "{static initialization}"},
      {"__cxx_global_var_init.3", "{static initialization}"},
      {"shop::load::{lambda#1}::_FUN", "shop::load::{lambda}::_FUN"},
      {"shop::Less::operator()(int, int) const", "shop::Less::operator()"},
      {"shop::operator<(Cart const&, Cart const&)", "shop::operator<"},
      {"", ""},
      {"(anonymous namespace)", "(anonymous namespace)"},
      {"::", "::"},
  };
  for (const Name& name : cases) EXPECT_EQ(stable_function_name(name.name), name.stable) << name.name;
}

TEST(StableName, OfTables) {
  const Name cases[] = {
      {"users", "users"},
      {"string -> shop::v2::Cart", "string -> shop::Cart"},
      {"int -> (anonymous namespace)::Cart", "int -> Cart"},
      {"int -> absl::lts_20220623::InlinedVector<int;4>", "int -> absl::InlinedVector<int;4>"},
      {"v2::x", "x"},
      {"by v2", "by v2"},
      {"", ""},
  };
  for (const Name& name : cases) EXPECT_EQ(stable_table_name(name.name), name.stable) << name.name;
}

}  // namespace
}  // namespace bucketprof::compare
