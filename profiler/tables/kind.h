// SPDX-License-Identifier: Apache-2.0
//
// The kinds of hash table that the profiler knows: their names in profiles, and what is true of every table of a kind.
// What their arrays look like is in a header for each family (slots.h lists them).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hashmap/part.h"

namespace bucketprof::tables {

/// The order does not change, and new kinds come last: types of users' programs contain the numbers. Profiles store the
/// names.
enum class Kind : std::uint8_t {
  kUnknown,
  kGoMap,
  kStdNode,
  kAbslFlat,
  kAbslNode,
  kBoostFlat,
  kBoostNode,      // boost::unordered_map and its siblings: closed addressing
  kBoostOpenNode,  // boost::unordered_node_map and _set: open addressing
  kTslHopscotch,
  kPmr,  // blocks of a memory resource that does not know its table's nodes
  // Most of those below are only recognized by the functions in call stacks.
  kLibcxxNode,
  kFollyF14,
  kFollyF14Node,
  kRobinHood,
  kTslRobin,
  kTslOrdered,
  kTslSparse,
  kAnkerlDense,
  kPhmapFlat,
  kPhmapNode,
  kGtlFlat,
  kGtlNode,
  kSkaFlat,
  kQt5Hash,
  kQt6Hash,
  kLlvmDense,
  kLlvmString,
  kGoogleDense,
  kGoogleSparse,
  kProtobufMap,
  kEastlNode,
  kMozillaHash,
  kV8Hash,
  kRustHashbrown,
  kGitHashmap,
  kGlibHash,
  kPythonDict,
  kPythonSet,
  kRubySt,
  kLuaTable,
  kRedisDict,
  kPhpHash,
  kKhash,
  kLibxmlHash,
  kSqliteHash,
  kLibibertyHtab,
  kBfdHash,
  kOpensslLhash,
  kPostgresDynahash,
  kCpplibHash,
  kEmhash,
  kValkeyHashtable,
};

/// Where a table keeps its entries.
enum class Entries : std::uint8_t {
  kUnknown,
  kInArrays,  // a flat table
  kInNodes,   // each in a block of its own
};

struct KindRow {
  Kind kind;
  std::string_view name;
  Entries entries;
};

/// In the order of Kind.
inline constexpr auto kKinds = std::to_array<KindRow>({
    {Kind::kUnknown, "unknown", Entries::kUnknown},
    {Kind::kGoMap, "go_map", Entries::kInArrays},
    {Kind::kStdNode, "std_node", Entries::kInNodes},
    {Kind::kAbslFlat, "absl_flat", Entries::kInArrays},
    {Kind::kAbslNode, "absl_node", Entries::kInNodes},
    {Kind::kBoostFlat, "boost_flat", Entries::kInArrays},
    {Kind::kBoostNode, "boost_node", Entries::kInNodes},
    {Kind::kBoostOpenNode, "boost_open_node", Entries::kInNodes},
    {Kind::kTslHopscotch, "tsl_hopscotch", Entries::kInArrays},
    {Kind::kPmr, "pmr", Entries::kUnknown},
    {Kind::kLibcxxNode, "libcxx_node", Entries::kInNodes},
    {Kind::kFollyF14, "folly_f14", Entries::kInArrays},
    {Kind::kFollyF14Node, "folly_f14_node", Entries::kInNodes},
    {Kind::kRobinHood, "robin_hood", Entries::kUnknown},  // in pools, if entries are large
    {Kind::kTslRobin, "tsl_robin", Entries::kInArrays},
    {Kind::kTslOrdered, "tsl_ordered", Entries::kInArrays},
    {Kind::kTslSparse, "tsl_sparse", Entries::kInArrays},
    {Kind::kAnkerlDense, "ankerl_dense", Entries::kInArrays},
    {Kind::kPhmapFlat, "phmap_flat", Entries::kInArrays},
    {Kind::kPhmapNode, "phmap_node", Entries::kInNodes},
    {Kind::kGtlFlat, "gtl_flat", Entries::kInArrays},
    {Kind::kGtlNode, "gtl_node", Entries::kInNodes},
    {Kind::kSkaFlat, "ska_flat", Entries::kInArrays},
    {Kind::kQt5Hash, "qt5_hash", Entries::kInNodes},
    {Kind::kQt6Hash, "qt6_hash", Entries::kInArrays},
    {Kind::kLlvmDense, "llvm_dense", Entries::kInArrays},
    {Kind::kLlvmString, "llvm_string", Entries::kInNodes},
    {Kind::kGoogleDense, "google_dense", Entries::kInArrays},
    {Kind::kGoogleSparse, "google_sparse", Entries::kInArrays},
    {Kind::kProtobufMap, "protobuf_map", Entries::kInNodes},
    {Kind::kEastlNode, "eastl_node", Entries::kInNodes},
    {Kind::kMozillaHash, "mozilla_hash", Entries::kInArrays},
    {Kind::kV8Hash, "v8_hash", Entries::kInArrays},
    {Kind::kRustHashbrown, "rust_hashbrown", Entries::kInArrays},
    {Kind::kGitHashmap, "git_hashmap", Entries::kInArrays},
    {Kind::kGlibHash, "glib_hash", Entries::kInArrays},
    {Kind::kPythonDict, "python_dict", Entries::kInArrays},
    {Kind::kPythonSet, "python_set", Entries::kInArrays},
    {Kind::kRubySt, "ruby_st", Entries::kInArrays},
    {Kind::kLuaTable, "lua_table", Entries::kInArrays},
    {Kind::kRedisDict, "redis_dict", Entries::kInNodes},
    {Kind::kPhpHash, "php_hash", Entries::kInArrays},
    {Kind::kKhash, "khash", Entries::kInArrays},
    {Kind::kLibxmlHash, "libxml_hash", Entries::kInArrays},
    {Kind::kSqliteHash, "sqlite_hash", Entries::kInNodes},
    {Kind::kLibibertyHtab, "libiberty_htab", Entries::kInArrays},
    {Kind::kBfdHash, "bfd_hash", Entries::kUnknown},  // in pools
    {Kind::kOpensslLhash, "openssl_lhash", Entries::kInNodes},
    {Kind::kPostgresDynahash, "postgres_dynahash", Entries::kUnknown},  // in pools
    {Kind::kCpplibHash, "cpplib_hash", Entries::kUnknown},              // in pools
    {Kind::kEmhash, "emhash", Entries::kInArrays},
    {Kind::kValkeyHashtable, "valkey_hashtable", Entries::kInArrays},
});
static_assert(std::is_sorted(kKinds.begin(), kKinds.end(),
                             [](const KindRow& a, const KindRow& b) { return a.kind <= b.kind; }) &&
                  kKinds.size() == static_cast<std::size_t>(Kind::kValkeyHashtable) + 1,
              "one row for each kind, in the order of Kind");

[[nodiscard]] constexpr std::string_view name_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }

/// kUnknown if no kind has this name: profiles of other versions and programs may contain any text.
[[nodiscard]] constexpr Kind kind_of(std::string_view name) {
  for (const KindRow& row : kKinds) {
    if (row.name == name) return row.kind;
  }
  return Kind::kUnknown;
}

[[nodiscard]] constexpr Entries entries_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].entries; }

[[nodiscard]] constexpr bool is_phmap(Kind kind) {
  return kind == Kind::kPhmapFlat || kind == Kind::kPhmapNode || kind == Kind::kGtlFlat || kind == Kind::kGtlNode;
}
/// Whether its arrays have one of the layouts of absl.h.
[[nodiscard]] constexpr bool has_absl_arrays(Kind kind) {
  return kind == Kind::kAbslFlat || kind == Kind::kAbslNode || is_phmap(kind);
}

/// Whether the entries in bucket blocks of this kind are counted. tsl's tables construct and destroy entries without
/// their allocator, and phmap's do not destroy those that need no destructor.
[[nodiscard]] constexpr bool tells_entries(Kind kind) {
  return kind != Kind::kTslHopscotch && kind != Kind::kTslRobin && kind != Kind::kPhmapFlat && kind != Kind::kGtlFlat;
}

/// Whether erased entries use up room in tables of this kind, so that they take other arrays while entries come and go.
[[nodiscard]] constexpr bool wears_out(Kind kind) {
  switch (kind) {
    case Kind::kGoMap:
    case Kind::kAbslFlat:
    case Kind::kAbslNode:
    case Kind::kPhmapFlat:
    case Kind::kPhmapNode:
    case Kind::kGtlFlat:
    case Kind::kGtlNode:
    case Kind::kBoostFlat:
    case Kind::kBoostOpenNode:
    case Kind::kRustHashbrown:
    case Kind::kGlibHash:
      return true;
    default:
      return false;
  }
}

/// Whether reserve() makes a table smaller that has more room than asked for and needed.
[[nodiscard]] constexpr bool reserve_shrinks(Kind kind) {
  return kind == Kind::kStdNode || kind == Kind::kPmr || kind == Kind::kBoostNode || kind == Kind::kBoostFlat ||
         kind == Kind::kBoostOpenNode;
}

/// Whether a copy of a table has as many slots as the table itself. Others take what the entries need.
[[nodiscard]] constexpr bool copies_arrays(Kind kind) {
  return kind == Kind::kStdNode || kind == Kind::kPmr || kind == Kind::kRustHashbrown || kind == Kind::kQt6Hash;
}

/// Whether tables of this kind can be given a load factor, of which profiles then tell. It usually is 1.
[[nodiscard]] constexpr bool has_load_factor(Kind kind) { return kind == Kind::kStdNode || kind == Kind::kBoostNode; }

/// Whether an array of `slots` slots takes another number of entries, `limit`, than it does with the usual load factor.
[[nodiscard]] constexpr bool has_unusual_limit(Kind kind, std::uint64_t slots, std::uint64_t limit) {
  return has_load_factor(kind) && limit != slots;
}

/// Whether it is known how much of a block of this kind and part holds no entry. What no rule knows may hold anything,
/// unless entries are in nodes.
[[nodiscard]] constexpr bool tells_slack(Kind kind, hashmap::Part part) {
  if (part == hashmap::Part::kBuckets) return tells_entries(kind);
  return part != hashmap::Part::kOther || kind == Kind::kGoMap || entries_of(kind) == Entries::kInNodes;
}

}  // namespace bucketprof::tables
