// SPDX-License-Identifier: Apache-2.0
//
// The hash tables that are recognized by function names: their kind in profiles, and the table name to show if the key
// and value types are unknown. Their functions are in table_patterns.h.
#pragma once

#include "profiler/recognize/implementations.h"

namespace bucketprof::recognize {

namespace known {

using tables::Kind;

inline constexpr Implementation kStd{.kind = Kind::kStdNode, .name = "std::unordered_map"};
inline constexpr Implementation kLibcxx{.kind = Kind::kLibcxxNode, .name = "std::unordered_map"};
inline constexpr Implementation kAbsl{
    .kind = Kind::kAbslFlat, .name = "absl::flat_hash_map", .node_kind = Kind::kAbslNode, .node_mark = "NodeHash"};
inline constexpr Implementation kBoostNode{
    .kind = Kind::kBoostNode, .name = "boost::unordered_map", .library = "boost"};
inline constexpr Implementation kBoost{.kind = Kind::kBoostFlat,
                                       .name = "boost::unordered_flat_map",
                                       .node_kind = Kind::kBoostOpenNode,
                                       .node_mark = "node_",
                                       .library = "boost"};
inline constexpr Implementation kBoostOpenNode{
    .kind = Kind::kBoostOpenNode, .name = "boost::unordered_node_map", .library = "boost"};
inline constexpr Implementation kF14{
    .kind = Kind::kFollyF14, .name = "folly::F14Map", .node_kind = Kind::kFollyF14Node, .node_mark = "NodeContainer"};
inline constexpr Implementation kRobinHood{.kind = Kind::kRobinHood, .name = "robin_hood::unordered_map"};
inline constexpr Implementation kTslRobin{.kind = Kind::kTslRobin, .name = "tsl::robin_map", .in_vectors = true};
inline constexpr Implementation kTslHopscotch{
    .kind = Kind::kTslHopscotch, .name = "tsl::hopscotch_map", .in_vectors = true};
inline constexpr Implementation kTslOrdered{.kind = Kind::kTslOrdered, .name = "tsl::ordered_map", .in_vectors = true};
inline constexpr Implementation kTslSparse{.kind = Kind::kTslSparse, .name = "tsl::sparse_map", .in_vectors = true};
inline constexpr Implementation kDense{
    .kind = Kind::kAnkerlDense, .name = "ankerl::unordered_dense::map", .in_vectors = true};
inline constexpr Implementation kPhmap{.kind = Kind::kPhmapFlat,
                                       .name = "phmap::flat_hash_map",
                                       .node_kind = Kind::kPhmapNode,
                                       .node_mark = "NodeHash",
                                       .library = "phmap"};
inline constexpr Implementation kPhmapParallel{.name = "phmap::parallel_flat_hash_map", .library = "phmap"};
inline constexpr Implementation kGtl{.kind = Kind::kGtlFlat,
                                     .name = "gtl::flat_hash_map",
                                     .node_kind = Kind::kGtlNode,
                                     .node_mark = "NodeHash",
                                     .library = "gtl"};
inline constexpr Implementation kGtlParallel{.name = "gtl::parallel_flat_hash_map", .library = "gtl"};
inline constexpr Implementation kSka{.kind = Kind::kSkaFlat, .name = "ska::flat_hash_map"};
inline constexpr Implementation kEmhash{.kind = Kind::kEmhash, .name = "emhash::HashMap"};
inline constexpr Implementation kQt5{.kind = Kind::kQt5Hash, .name = "QHash"};
inline constexpr Implementation kQt6{.kind = Kind::kQt6Hash, .name = "QHash"};
inline constexpr Implementation kLlvmDense{.kind = Kind::kLlvmDense, .name = "llvm::DenseMap"};
inline constexpr Implementation kLlvmString{.kind = Kind::kLlvmString, .name = "llvm::StringMap"};
inline constexpr Implementation kGoogleDense{.kind = Kind::kGoogleDense, .name = "google::dense_hash_map"};
inline constexpr Implementation kGoogleSparse{
    .kind = Kind::kGoogleSparse, .name = "google::sparse_hash_map", .in_vectors = true};
inline constexpr Implementation kProtobuf{.kind = Kind::kProtobufMap, .name = "google::protobuf::Map"};
inline constexpr Implementation kEastl{.kind = Kind::kEastlNode, .name = "eastl::hash_map"};
inline constexpr Implementation kMozilla{.kind = Kind::kMozillaHash, .name = "mozilla::HashMap"};
inline constexpr Implementation kV8{.kind = Kind::kV8Hash, .name = "v8::base::TemplateHashMap"};
inline constexpr Implementation kRust{.kind = Kind::kRustHashbrown, .name = "Rust HashMap"};
inline constexpr Implementation kGit{.kind = Kind::kGitHashmap, .name = "git hashmap"};
inline constexpr Implementation kGlib{.kind = Kind::kGlibHash, .name = "GHashTable"};
inline constexpr Implementation kPythonDict{.kind = Kind::kPythonDict, .name = "Python dict"};
inline constexpr Implementation kPythonSet{.kind = Kind::kPythonSet, .name = "Python set"};
inline constexpr Implementation kRubySt{.kind = Kind::kRubySt, .name = "Ruby st_table"};
inline constexpr Implementation kLua{.kind = Kind::kLuaTable, .name = "Lua table"};
inline constexpr Implementation kRedis{.kind = Kind::kRedisDict, .name = "Redis dict"};
inline constexpr Implementation kValkey{.kind = Kind::kValkeyHashtable, .name = "Valkey hashtable"};
inline constexpr Implementation kPhp{.kind = Kind::kPhpHash, .name = "PHP HashTable"};
inline constexpr Implementation kKhash{.kind = Kind::kKhash, .name = "khash"};
inline constexpr Implementation kXml{.kind = Kind::kLibxmlHash, .name = "xmlHashTable"};
inline constexpr Implementation kSqlite{.kind = Kind::kSqliteHash, .name = "SQLite Hash"};
inline constexpr Implementation kLibiberty{.kind = Kind::kLibibertyHtab, .name = "libiberty htab"};
inline constexpr Implementation kBfd{.kind = Kind::kBfdHash, .name = "bfd hash"};
inline constexpr Implementation kOpenssl{.kind = Kind::kOpensslLhash, .name = "OpenSSL LHASH"};
inline constexpr Implementation kPostgres{.kind = Kind::kPostgresDynahash, .name = "PostgreSQL dynahash"};
inline constexpr Implementation kCpplib{.kind = Kind::kCpplibHash, .name = "cpplib hash"};

}  // namespace known

}  // namespace bucketprof::recognize
