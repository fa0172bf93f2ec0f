// SPDX-License-Identifier: Apache-2.0
//
// One stack or more of each known table, as symbolized, and the labels that it gets.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "profiler/recognize/classify.h"
#include "profiler/recognize/frames.h"
#include "profiler/recognize/table_patterns.h"
#include "tests/profiler/recognize/cxx_stacks.h"
#include "tests/profiler/recognize/header_only_stacks.h"
#include "tests/profiler/recognize/program_stacks.h"
#include "tests/profiler/recognize/stack_case.h"
#include "tests/support/heap_profile.h"
#include "tests/support/totals.h"

namespace bucketprof::recognize {
namespace {

std::vector<StackCase> cases() {
  std::vector<StackCase> all = {
      {"qt5_hash",
       "nodes",
       "node",
       {"qMallocAligned", "QHashData::allocateNode", "QHash::createNode", "QHash::insert"}},
      {"qt5_hash", "buckets", "hint", {kNew, "QHashData::rehash", "QHash::reserve"}},
      {"qt6_hash",
       "buckets",
       "rehash",
       {"operator new[]", "QHashPrivate::Data::allocateSpans", "QHashPrivate::Data::rehash",
        "QHashPrivate::Data::findOrInsert", "QHash::operator[]"}},
      {"qt6_hash",
       "other",
       "unknown",
       {"operator new[]", "QHashPrivate::Span::addStorage", "QHashPrivate::Span::insert", "QHash::operator[]"}},
      {"llvm_dense",
       "buckets",
       "rehash",
       {"llvm::allocate_buffer", "llvm::DenseMap::allocateBuckets", "llvm::DenseMap::grow",
        "llvm::DenseMapBase::InsertIntoBucketImpl", "llvm::DenseMapBase::operator[]"}},
      {"llvm_string",
       "nodes",
       "node",
       {"malloc", "llvm::allocate_buffer", "llvm::MallocAllocator::Allocate",
        "llvm::StringMapEntryBase::allocateWithKey", "llvm::StringMapEntry::Create", "llvm::StringMap::try_emplace"}},
      // The table's code is in a library without symbols.
      {"llvm_string",
       "buckets",
       "rehash",
       {"libLLVM-14.so.1+0xe3a7ee", "llvm::StringMapImpl::RehashTable", "llvm::StringMap::try_emplace"}},
      {"mozilla_hash", "buckets", "rehash", {"malloc", "PLDHashTable::ChangeTable", "PLDHashTable::Add"}},
      {"v8_hash",
       "buckets",
       "rehash",
       {"malloc", "v8::base::DefaultAllocationPolicy::NewArray", "v8::base::TemplateHashMapImpl::Initialize",
        "v8::base::TemplateHashMapImpl::Resize", "v8::base::TemplateHashMapImpl::FillEmptyEntry"}},
      {"rust_hashbrown",
       "buckets",
       "rehash",
       {"_RNvNtCslNYArtu3iFV_5alloc5alloc5alloc",
        "_$LT$alloc..alloc..Global$u20$as$u20$core..alloc..Allocator$GT$::allocate::hacdc564153aa49a9",
        "hashbrown::raw::alloc::inner::do_alloc::h252d47e5e31ac41f",
        "hashbrown::raw::RawTableInner::new_uninitialized::hd64b6d3880757b61",
        "hashbrown::raw::RawTable$LT$T$C$A$GT$::reserve_rehash::ha144efed114ce898",
        "hashbrown::raw::RawTable$LT$T$C$A$GT$::find_or_find_insert_index::h85c5a59e6eaaf6e0"}},
      {"rust_hashbrown",
       "buckets",
       "hint",
       {"__rust_alloc", "hashbrown::raw::RawTableInner::new_uninitialized::hd64b6d3880757b61",
        "hashbrown::map::HashMap$LT$K$C$V$C$S$C$A$GT$::reserve::h5efe5b8adc1d996f",
        "std::collections::hash::map::HashMap$LT$K$C$V$C$S$GT$::reserve::h385efb567cf9eb3c"}},
      {"glib_hash", "buckets", "rehash", {"g_realloc", "realloc_arrays", "g_hash_table_resize", "g_hash_table_insert"}},
      {"glib_hash", "buckets", "rehash", {"g_realloc", "libglib-2.0.so.0.7400.6+0x4043b", "g_hash_table_insert"}},
      {"glib_hash", "other", "first_insert", {"g_slice_alloc", "g_hash_table_new_full", "g_hash_table_new"}},
      {"glib_hash",
       "buckets",
       "first_insert",
       {"g_realloc", "g_hash_table_realloc_key_or_value_array", "g_hash_table_setup_storage", "g_hash_table_new_full"}},
      {"glib_hash",
       "buckets",
       "shrink",
       {"g_realloc", "realloc_arrays", "g_hash_table_resize", "g_hash_table_maybe_resize",
        "g_hash_table_remove_internal"}},
      {"glib_hash", "buckets", "shrink", {"g_malloc0", "g_hash_table_resize"}},
      {"git_hashmap", "buckets", "rehash", {"xcalloc", "alloc_table", "rehash", "hashmap_add"}},
      {"python_dict",
       "buckets",
       "rehash",
       {"PyObject_Malloc", "new_keys_object", "dictresize", "insertion_resize", "insertdict", "PyDict_SetItem"}},
      {"python_set", "buckets", "rehash", {"PyMem_Malloc", "set_table_resize", "set_add_entry", "PySet_Add"}},
      {"ruby_st", "buckets", "rehash", {"ruby_xmalloc", "rb_st_init_table_with_size", "rebuild_table", "rb_st_insert"}},
      {"lua_table", "buckets", "rehash", {"l_alloc", "luaM_malloc_", "setnodevector", "luaH_resize", "luaH_newkey"}},
      {"lua_table",
       "other",
       "rehash",
       {"l_alloc", "luaM_realloc_", "luaH_resize", "rehash", "luaH_newkey", "luaH_set"}},
      {"lua_table", "other", "hint", {"luaL_alloc", "luaM_realloc_", "resizearray", "luaH_resize"}},
      {"lua_table", "other", "first_insert", {"l_alloc", "luaM_malloc_", "luaC_newobj", "luaH_new"}},
      {"redis_dict", "nodes", "node", {"zmalloc", "dictAddRaw", "dictAdd"}},
      {"redis_dict", "buckets", "rehash", {"zcalloc", "_dictExpand", "_dictExpandIfNeeded", "dictAddRaw"}},
      {"php_hash",
       "buckets",
       "rehash",
       {"_emalloc", "zend_hash_do_resize", "_zend_hash_add_or_update_i", "zend_hash_add"}},
      {"khash", "buckets", "rehash", {"realloc", "kh_resize_str", "kh_put_str"}},
      {"khash", "buckets", "hint", {"realloc", "kh_resize_str"}},
      {"khash", "other", "first_insert", {"calloc", "kh_init_str"}},
      {"libxml_hash", "buckets", "rehash", {"xmlMalloc", "xmlHashGrow", "xmlHashAddEntry3"}},
      {"libxml_hash", "buckets", "rehash", {"malloc", "xmlHashGrow", "xmlHashUpdateInternal", "xmlHashAddEntry"}},
      {"libxml_hash", "buckets", "copy", {"malloc", "xmlHashGrow", "xmlHashCreate", "xmlHashCopySafe"}},
      {"libxml_hash", "overflow", "overflow", {"malloc", "xmlHashAddEntry3", "xmlHashAddEntry"}},
      {"sqlite_hash", "nodes", "node", {"sqlite3MemMalloc", "mallocWithAlarm", "sqlite3Malloc", "sqlite3HashInsert"}},
      // git's and Lua's tables have a function of this name, too.
      {"sqlite_hash", "buckets", "rehash", {"sqlite3MemMalloc", "sqlite3Malloc", "rehash", "sqlite3HashInsert"}},
      {"libiberty_htab", "buckets", "rehash", {"xcalloc", "htab_expand", "htab_find_slot_with_hash", "htab_find_slot"}},
      {"libiberty_htab", "buckets", "hint", {"xcalloc", "htab_create_typed_alloc", "htab_create_alloc", "htab_create"}},
      {"libiberty_htab", "buckets", "shrink", {"xcalloc", "htab_expand", "htab_traverse"}},
      {"bfd_hash", "buckets", "rehash", {"malloc", "_objalloc_alloc", "bfd_hash_insert", "bfd_hash_lookup"}},
      {"bfd_hash", "other", "unknown", {"_objalloc_alloc", "bfd_hash_allocate", "bfd_hash_newfunc", "bfd_hash_insert"}},
      {"bfd_hash", "other", "first_insert", {"malloc", "objalloc_create", "bfd_hash_table_init_n"}},
      {"openssl_lhash", "nodes", "node", {"CRYPTO_malloc", "OPENSSL_LH_insert", "lh_OBJ_NAME_insert"}},
      {"openssl_lhash", "buckets", "rehash", {"CRYPTO_realloc", "expand", "OPENSSL_LH_insert"}},
      {"openssl_lhash", "buckets", "rehash", {"CRYPTO_realloc", "OPENSSL_LH_insert"}},
      {"openssl_lhash", "buckets", "shrink", {"realloc", "contract", "OPENSSL_LH_delete"}},
      {"openssl_lhash", "buckets", "first_insert", {"CRYPTO_malloc", "CRYPTO_zalloc", "OPENSSL_LH_new"}},
      {"postgres_dynahash",
       "other",
       "unknown",
       {"AllocSetAlloc", "MemoryContextAlloc", "element_alloc", "get_hash_entry", "hash_search_with_hash_value"}},
      {"postgres_dynahash",
       "other",
       "hint",
       {"AllocSetAlloc", "MemoryContextAlloc", "DynaHashAlloc", "seg_alloc", "init_htab", "hash_create"}},
      {"postgres_dynahash",
       "buckets",
       "rehash",
       {"malloc", "AllocSetAllocLarge", "dir_realloc", "expand_table", "hash_search_with_hash_value", "hash_search"}},
      {"postgres_dynahash", "other", "first_insert", {"malloc", "AllocSetContextCreateInternal", "hash_create"}},
      {"cpplib_hash", "buckets", "rehash", {"xcalloc", "ht_expand", "ht_lookup_with_hash", "ht_lookup"}},
      {"cpplib_hash", "buckets", "first_insert", {"xcalloc", "ht_create", "_cpp_init_hashtable"}},
      {"cpplib_hash",
       "other",
       "unknown",
       {"xmalloc", "call_chunkfun", "_obstack_newchunk", "alloc_node", "ht_lookup_with_hash"}},
  };
  for (const std::vector<StackCase>& more : {cxx_stacks(), header_only_stacks(), program_stacks()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

TEST(ClassifyStacks, OfEveryTableAreRecognised) {
  std::set<std::string> seen;
  for (const StackCase& one : cases()) {
    std::vector<std::string> frames = one.frames;
    frames.insert(frames.end(), {"shop::load", "main"});
    testing_support::HeapProfile heap;
    const model::Profile profile = classify(std::move(heap.add(frames, 1000)).finish());
    const std::string trace = one.kind + ", " + one.frames[0] + ", " + one.frames[1];
    SCOPED_TRACE(trace);
    ASSERT_EQ(profile.samples.size(), 1U);
    EXPECT_EQ(tests::label_text(profile, 0, "kind"), one.kind);
    EXPECT_EQ(tests::label_text(profile, 0, "part"), one.part);
    EXPECT_EQ(tests::label_text(profile, 0, "cause"), one.cause);
    EXPECT_NE(tests::label_text(profile, 0, "table"), "");
    EXPECT_EQ(tests::label_number(profile, 0, "bytes"), 1000);
    const Frames read(profile);
    EXPECT_EQ(read.describe(read.caller(0)).function, "shop::load");
    seen.insert(one.kind);
  }
  for (const TablePattern& pattern : kTablePatterns) {
    const std::string kind(tables::name_of(pattern.table->kind));
    EXPECT_TRUE(seen.contains(kind) || pattern.table == &known::kBoostOpenNode) << kind << " has no stack here";
  }
}

TEST(ClassifyStacks, WhatATableOnlyCallsIsNotItsOwn) {
  for (const std::vector<std::string>& frames : std::vector<std::vector<std::string>>{
           {kNew, "std::__cxx11::basic_string::_M_create", "std::pair::pair",
            "std::__detail::_Hashtable_alloc::_M_allocate_node", "std::unordered_map::operator[]", "main"},
           {kNew, "std::_Vector_base::_M_allocate", "std::vector::vector", "std::unordered_map::emplace", "main"},
           {kNew, "shop::hash", "std::_Hashtable::_M_rehash", "std::unordered_map::reserve", "main"},
           {kNew, "std::unordered_map::emplace", "main"},  // shows no part: anything may have been inlined
           {kNew, "absl::container_internal::Allocate", "absl::container_internal::btree_node::init", "main"},
           {"", "std::__detail::_Hashtable_alloc::_M_allocate_node", "std::unordered_map::emplace", "main"},
           {"malloc", "rehash", "main"},
           {"malloc", "alloc_table", "shop::rows", "main"},
           {"xmlMalloc", "xmlHashUpdateInternal", "xmlHashAddEntry3", "main"},  // text of a key
           {"malloc", "hash_create", "main"},
           {"malloc", "AllocSetContextCreateInternal", "main"},
           {"malloc", "ht_create", "main"},
           {"malloc", "expand", "main"},
           {"CRYPTO_realloc", "main"},
           {"AllocSetAlloc", "MemoryContextAlloc", "main"},
           {"malloc", "rebuild_table", "g_hash_table_insert", "main"},
           {"malloc", "g_hash_table_get_keys_as_array", "main"},
           {kNew, "main"},
           {"main"},
           {}}) {
    testing_support::HeapProfile heap;
    heap.builder().comment("bucketprof.agent version=1");
    const model::Profile profile = classify(std::move(heap.add(frames)).finish());
    EXPECT_EQ(profile.samples.size(), 0U) << (frames.size() > 1 ? frames[1] : "");
  }
}

}  // namespace
}  // namespace bucketprof::recognize
