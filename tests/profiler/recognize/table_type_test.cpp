// SPDX-License-Identifier: Apache-2.0
//
// Names of table functions as the demangler prints them, and the types of entries that are read from them.
#include "profiler/recognize/table_type.h"

#include <gtest/gtest.h>

namespace bucketprof::recognize {
namespace {

struct TypeCase {
  const char* function;
  const char* entry;
  const char* policy = "";
};

class TypeOfTable : public testing::TestWithParam<TypeCase> {};

TEST_P(TypeOfTable, IsReadFromTemplateArguments) {
  const TableType type = table_type(GetParam().function);
  EXPECT_EQ(type.entry, GetParam().entry);
  if (*GetParam().policy != '\0') {
    EXPECT_EQ(type.policy, GetParam().policy);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Names, TypeOfTable,
    testing::Values(
        TypeCase{
            "std::_Hashtable<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >, "
            "std::pair<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const, Cart>, "
            "std::allocator<int>, std::__detail::_Select1st>::_M_rehash(unsigned long, unsigned long const&)",
            "string -> Cart"},
        TypeCase{
            "std::_Hashtable<int, int, std::allocator<int>, std::__detail::_Identity>::_M_rehash_aux(unsigned long)",
            "int"},
        TypeCase{
            "std::pair<std::__detail::_Node_iterator<int, true, false>, bool> "
            "std::unordered_map<int, std::vector<long, std::allocator<long> >, std::hash<int> >::emplace<int>(int&&)",
            "int -> vector<long>"},
        TypeCase{"std::unordered_set<char const*, std::hash<char const*> >::insert(char const*&&)", "const char*"},
        TypeCase{"std::__1::__hash_table<std::__1::__hash_value_type<std::__1::basic_string<char, "
                 "std::__1::char_traits<char>, std::__1::allocator<char> >, int>, X>::__rehash(unsigned long)",
                 "string -> int"},
        TypeCase{"std::__ndk1::unordered_map<int, a::(anonymous namespace)::B>::rehash(unsigned long)", "int -> a::B"},
        TypeCase{"absl::lts_20230802::container_internal::raw_hash_set<absl::lts_20230802::container_internal::"
                 "NodeHashMapPolicy<int, Cart>, X>::resize(unsigned long)",
                 "int -> Cart", "absl::container_internal::NodeHashMapPolicy"},
        TypeCase{"absl::container_internal::raw_hash_set<absl::container_internal::FlatHashSetPolicy<unsigned long>, "
                 "X>::resize(unsigned long)",
                 "unsigned long", "absl::container_internal::FlatHashSetPolicy"},
        TypeCase{
            "boost::unordered::detail::foa::table<boost::unordered::unordered_flat_map<int, Cart, H>::map_types, H>"
            "::new_arrays(unsigned long)",
            "int -> Cart"},
        TypeCase{"boost::unordered::detail::foa::table<boost::unordered::detail::foa::flat_set_types<int>, "
                 "H>::new_arrays(unsigned long)",
                 "int"},
        TypeCase{
            "boost::unordered::detail::table<boost::unordered::detail::map<std::allocator<std::pair<int const, Cart> "
            ">, int, Cart, H, E> >::rehash_impl(unsigned long)",
            "int -> Cart"},
        TypeCase{"boost::unordered::detail::table<boost::unordered::detail::set<std::allocator<int>, int, H, E> "
                 ">::rehash_impl(unsigned long)",
                 "int"},
        TypeCase{"folly::f14::detail::F14Table<folly::f14::detail::NodeContainerPolicy<int, Cart, void, void, void> "
                 ">::rehashImpl(unsigned long)",
                 "int -> Cart"},
        TypeCase{
            "folly::f14::detail::F14Table<folly::f14::detail::ValueContainerPolicy<int, void, void> >::reserve(int)",
            "int"},
        TypeCase{"robin_hood::detail::Table<true, 80ul, int, Cart, H, E>::initData(unsigned long)", "int -> Cart"},
        TypeCase{"ankerl::unordered_dense::v4_4_0::detail::table<int, void, H>::increase_size()", "int"},
        TypeCase{"ankerl::unordered_dense::v4_4_0::detail::table<int, Cart, H>::increase_size()", "int -> Cart"},
        TypeCase{"tsl::detail_robin_hash::robin_hash<std::pair<int, Cart>, X>::rehash_impl(unsigned long)",
                 "int -> Cart"},
        TypeCase{"phmap::priv::raw_hash_set<phmap::priv::FlatHashMapPolicy<int, Cart>, H>::resize(unsigned long)",
                 "int -> Cart"},
        TypeCase{"QHashPrivate::Data<QHashPrivate::Node<QString, int> >::rehash(unsigned long)", "QString -> int"},
        TypeCase{"QHashPrivate::Data<QHashPrivate::Node<QString, QHashDummyValue> >::rehash(unsigned long)", "QString"},
        TypeCase{"llvm::DenseMapBase<llvm::DenseMap<int, Cart, I, P>, int, Cart, I, P>::grow(unsigned int)",
                 "int -> Cart"},
        TypeCase{"llvm::StringMap<int, llvm::MallocAllocator>::try_emplace<int>(llvm::StringRef, int&&)",
                 "string -> int"},
        TypeCase{"google::dense_hashtable<std::pair<int const, Cart>, int, H>::resize_delta(unsigned long)",
                 "int -> Cart"}));

TEST(TableType, OthersHaveNone) {
  for (const char* name :
       {"", "main", "g_hash_table_insert", "std::vector<std::unordered_map<int, int> >::push_back(int)",
        "user::f(std::unordered_map<int, int>&)", "std::_Hashtable<int, int", "std::_Hashtable<>::f()", "a<b",
        "<>>("}) {
    EXPECT_EQ(table_type(name).entry, "") << name;
  }
}

}  // namespace
}  // namespace bucketprof::recognize
