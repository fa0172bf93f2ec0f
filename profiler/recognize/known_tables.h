// SPDX-License-Identifier: Apache-2.0
//
// The hash tables that are recognized by function names: their kind in profiles, and the table name to show if the key
// and value types are unknown. Their functions are in table_patterns.h.
#pragma once

#include "profiler/recognize/implementations.h"

namespace bucketprof::recognize {

namespace known {

inline constexpr Implementation kStd{.kind = "std_node", .name = "std::unordered_map"};
inline constexpr Implementation kLibcxx{.kind = "libcxx_node", .name = "std::unordered_map"};
inline constexpr Implementation kAbsl{
    .kind = "absl_flat", .name = "absl::flat_hash_map", .node_kind = "absl_node", .node_mark = "NodeHash"};
inline constexpr Implementation kBoostNode{.kind = "boost_node", .name = "boost::unordered_map"};
inline constexpr Implementation kBoost{
    .kind = "boost_flat", .name = "boost::unordered_flat_map", .node_kind = "boost_open_node", .node_mark = "node_"};
inline constexpr Implementation kBoostOpenNode{.kind = "boost_open_node", .name = "boost::unordered_node_map"};
inline constexpr Implementation kF14{
    .kind = "folly_f14", .name = "folly::F14Map", .node_kind = "folly_f14_node", .node_mark = "NodeContainer"};
inline constexpr Implementation kRobinHood{.kind = "robin_hood", .name = "robin_hood::unordered_map"};
inline constexpr Implementation kTslRobin{.kind = "tsl_robin", .name = "tsl::robin_map", .in_vectors = true};
inline constexpr Implementation kTslHopscotch{
    .kind = "tsl_hopscotch", .name = "tsl::hopscotch_map", .in_vectors = true};
inline constexpr Implementation kTslOrdered{.kind = "tsl_ordered", .name = "tsl::ordered_map", .in_vectors = true};
inline constexpr Implementation kTslSparse{.kind = "tsl_sparse", .name = "tsl::sparse_map", .in_vectors = true};
inline constexpr Implementation kDense{
    .kind = "ankerl_dense", .name = "ankerl::unordered_dense::map", .in_vectors = true};
inline constexpr Implementation kPhmap{
    .kind = "phmap_flat", .name = "phmap::flat_hash_map", .node_kind = "phmap_node", .node_mark = "NodeHash"};
inline constexpr Implementation kGtl{
    .kind = "gtl_flat", .name = "gtl::flat_hash_map", .node_kind = "gtl_node", .node_mark = "node_hash"};
inline constexpr Implementation kSka{.kind = "ska_flat", .name = "ska::flat_hash_map"};
inline constexpr Implementation kQt5{.kind = "qt5_hash", .name = "QHash"};
inline constexpr Implementation kQt6{.kind = "qt6_hash", .name = "QHash"};
inline constexpr Implementation kLlvmDense{.kind = "llvm_dense", .name = "llvm::DenseMap"};
inline constexpr Implementation kLlvmString{.kind = "llvm_string", .name = "llvm::StringMap"};
inline constexpr Implementation kGoogleDense{.kind = "google_dense", .name = "google::dense_hash_map"};
inline constexpr Implementation kGoogleSparse{
    .kind = "google_sparse", .name = "google::sparse_hash_map", .in_vectors = true};
inline constexpr Implementation kProtobuf{.kind = "protobuf_map", .name = "google::protobuf::Map"};
inline constexpr Implementation kEastl{.kind = "eastl_node", .name = "eastl::hash_map"};
inline constexpr Implementation kMozilla{.kind = "mozilla_hash", .name = "mozilla::HashMap"};
inline constexpr Implementation kV8{.kind = "v8_hash", .name = "v8::base::TemplateHashMap"};
inline constexpr Implementation kRust{.kind = "rust_hashbrown", .name = "Rust HashMap"};
inline constexpr Implementation kGit{.kind = "git_hashmap", .name = "git hashmap"};
inline constexpr Implementation kGlib{.kind = "glib_hash", .name = "GHashTable"};
inline constexpr Implementation kPythonDict{.kind = "python_dict", .name = "Python dict"};
inline constexpr Implementation kPythonSet{.kind = "python_set", .name = "Python set"};
inline constexpr Implementation kRubySt{.kind = "ruby_st", .name = "Ruby st_table"};
inline constexpr Implementation kLua{.kind = "lua_table", .name = "Lua table"};
inline constexpr Implementation kRedis{.kind = "redis_dict", .name = "Redis dict"};
inline constexpr Implementation kPhp{.kind = "php_hash", .name = "PHP HashTable"};
inline constexpr Implementation kKhash{.kind = "khash", .name = "khash"};
inline constexpr Implementation kXml{.kind = "libxml_hash", .name = "xmlHashTable"};
inline constexpr Implementation kSqlite{.kind = "sqlite_hash", .name = "SQLite Hash"};

}  // namespace known

}  // namespace bucketprof::recognize
