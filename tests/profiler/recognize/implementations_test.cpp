// SPDX-License-Identifier: Apache-2.0
//
// Function names in the forms that symbolizers print, and the consistency of the lists of patterns.
#include "profiler/recognize/implementations.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "profiler/model/our_frames.h"
#include "profiler/recognize/library_patterns.h"
#include "profiler/recognize/table_patterns.h"
#include "tests/support/our_frames.h"

namespace bucketprof::recognize {
namespace {

TEST(Implementations, NamesComeInManyForms) {
  for (const auto& [name, pattern] : std::vector<std::pair<std::string, std::string>>{
           {"main", "main"},
           {"void std::_Hashtable<int, int, A>::_M_rehash(unsigned long)", "std::_Hashtable::_M_rehash"},
           {"absl::lts_20230802::container_internal::raw_hash_set::resize",
            "absl::container_internal::raw_hash_set::resize"},
           {"absl::debian3::flat_hash_map::operator[]", "absl::flat_hash_map::operator[]"},
           {"ankerl::unordered_dense::v4_4_0::detail::table::table", "ankerl::unordered_dense::detail::table::table"},
           {"std::__ndk1::__hash_table::__rehash", "std::__1::__hash_table::__rehash"},
           {"std::__debug::unordered_map::insert", "std::unordered_map::insert"},
           {"_ZZN5folly3f146detail11F14BasicSetIiE7emplaceEvENKUlOT_E_clIiEEDaS_", "folly::f14::detail::F14BasicSet"},
           {"_ZNKSt10_HashtableIiE", "std::_Hashtable"},
           {"_ZN4absl12lts_2023080218container_internal4CopyEv", "absl::container_internal::Copy"},
           {"user::vector::v1_f", "user::vector::v1_f"},
           {"absl::lts_x", "absl::lts_x"},
           {"expand.isra.0", "expand"},
           {"hash_add.constprop.0.part.12.cold", "hash_add"},
           {"cold", "cold"},
           {".cold", ".cold"},
           {"main.part.run", "main.part.run"},
           {"hash.part", "hash.part"},
           {"file.12", "file.12"},
           {"hashbrown::raw::RawTable$LT$T$C$A$GT$::reserve_rehash::h0123456789abcdef",
            "hashbrown::raw::RawTable::reserve_rehash"},
           {"_$LT$alloc..alloc..Global$u20$as$u20$core..alloc..Allocator$GT$::allocate::h0123456789abcdef",
            "alloc::alloc::Global::allocate"},
           {"_$LT$hashbrown..raw..RawTable$LT$T$C$A$GT$$u20$as$u20$core..clone..Clone$GT$::clone::h0123456789abcdef",
            "hashbrown::raw::RawTable::clone"},
           {"_RNvNtCslNYArtu3iFV_5alloc5alloc5alloc", "alloc::alloc::alloc"},
           {"_RNvMNtCslNYArtu3iFV_5alloc5allocNtB2_6Global18alloc_impl_runtime",
            "alloc::alloc::Global::alloc_impl_runtime"}}) {
    EXPECT_EQ(pattern_name(name), pattern) << name;
  }
}

TEST(Implementations, DamagedNamesDoNoHarm) {
  for (const char* name : {"",
                           "_Z",
                           "_ZN",
                           "_ZNSt",
                           "_ZZZ",
                           "_ZN9",
                           "_ZN99999999999999999999a",
                           "_ZN0",
                           "_R",
                           "_R9",
                           "_R99999999999999999999a",
                           "_RNvCs",
                           "_RB",
                           "_$LT$",
                           "_$LT$a$u20$as$u20$",
                           "$GT$$LT$",
                           "..",
                           "std::",
                           "absl::lts_",
                           "absl::lts_1"}) {
    EXPECT_EQ(role_of(name).table, nullptr) << name;
  }
}

TEST(Implementations, ACommonNameIsTheTablesInItsSourceFile) {
  EXPECT_EQ(role_of("rehash").owner, Owner::kCommon);
  EXPECT_EQ(role_of("rehash", "src/table.c").owner, Owner::kCommon);
  EXPECT_EQ(role_of("rehash", "my-hashmap.c").owner, Owner::kCommon);
  EXPECT_EQ(role_of("rehash", "hashmap.c").owner, Owner::kTable);
  EXPECT_EQ(role_of("rehash", "/src/git/hashmap.c").owner, Owner::kTable);
  EXPECT_EQ(role_of("alloc_table", "hashmap.c").owner, Owner::kCommon);
}

TEST(Implementations, EveryPatternIsFoundByItsOwnName) {
  for (const TablePattern& pattern : kTablePatterns) {
    std::string name(pattern.name);
    if (name.ends_with('*')) name.back() = '~';  // any suffix: no function's name has this one
    Role role = role_of(name);
    for (const Role& one : common_roles(name)) {
      if (one.table == pattern.table) role = one;  // the name may be of several tables
    }
    EXPECT_EQ(role.owner, pattern.common ? Owner::kCommon : Owner::kTable) << name;
    EXPECT_EQ(role.table, pattern.table) << name;
    EXPECT_EQ(role.part, pattern.part.part) << name;
    EXPECT_EQ(role.cause, pattern.cause.cause) << name;
    EXPECT_EQ(role.alone, pattern.alone.cause) << name;
  }
  for (const PlainPattern& pattern : kPlainPatterns) {
    std::string name(pattern.name);
    if (name.ends_with('*')) name.back() = '~';
    EXPECT_EQ(role_of(name).owner, pattern.owner) << name;
  }
}

TEST(Implementations, PatternsStandOnce) {
  std::set<std::string_view> names;
  std::set<std::pair<const Implementation*, std::string_view>> tables;
  for (const TablePattern& pattern : kTablePatterns) {
    EXPECT_TRUE(tables.insert({pattern.table, pattern.name}).second) << pattern.name;
    EXPECT_TRUE(names.insert(pattern.name).second || pattern.common) << pattern.name;
    EXPECT_EQ(pattern.part.part == hashmap::Part::kNodes, pattern.cause.cause == hashmap::Cause::kNode) << pattern.name;
    EXPECT_EQ(pattern.table->name.find(','), std::string_view::npos);
  }
  for (const PlainPattern& pattern : kPlainPatterns) EXPECT_TRUE(names.insert(pattern.name).second) << pattern.name;
}

TEST(Implementations, OurFramesAreNeverTheUsers) {
  for (const std::string_view name : testing_support::kDroppedFrames) {
    EXPECT_NE(role_of(name).owner, Owner::kUser) << name;
  }
  for (const std::string_view name : testing_support::kOtherFrames) {
    if (!pattern_name(name).starts_with(model::kOurNamespace)) continue;
    EXPECT_EQ(role_of(name).owner, Owner::kLibrary) << name;
  }
}

TEST(Implementations, UsersCodeIsNobodys) {
  for (const char* name : {"main", "shop::load", "user::unordered_map::insert", "g_hash", "hash_table_insert",
                           "DenseMap::grow", "mallocator", "stdlike::f", "operator_new", "my_g_hash_table_insert"}) {
    EXPECT_EQ(role_of(name).owner, Owner::kUser) << name;
  }
}

}  // namespace
}  // namespace bucketprof::recognize
