// SPDX-License-Identifier: Apache-2.0
//
// Tables of std::pmr, profiled. The container's type stays the same; its memory comes from a resource that records it.
//
//   using Users = std::pmr::unordered_map<int, int>;
//   bucketprof::profiled::table_resource<Users> memory{bucketprof::named("users")};
//   Users users{&memory};
//
// Use one resource per table: tables that share a resource are one table in the profile. If the template argument is
// one of libstdc++'s unordered containers, the resource recognises nodes and bucket arrays. For any other type, or none
// (table_resource<>), it records only blocks and bytes.
#pragma once

#include <memory_resource>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>

#include "profiler/alloc/resource.h"
#include "profiler/alloc/type_name.h"

namespace bucketprof::profiled {

namespace detail {
template <class Iterator>
struct NodeOf {
  using type = void;
};
template <class Value, bool Constant, bool Cached>  // libstdc++'s
struct NodeOf<std::__detail::_Node_iterator<Value, Constant, Cached>> {
  using type = std::__detail::_Hash_node<Value, Cached>;
};

template <class Table>
concept HasNodes = requires {
  typename Table::iterator;
}
&&!std::is_void_v<typename NodeOf<typename Table::iterator>::type>;

// Its address identifies the facts of a node of this table. NOLINTNEXTLINE(readability-identifier-naming)
template <class Table>
inline char resource_node = 0;

template <class Table>
[[nodiscard]] constexpr alloc::ResourceFacts resource_facts() {
  if constexpr (HasNodes<Table>) {
    using Node = typename NodeOf<typename Table::iterator>::type;
    using Entry = typename Table::value_type;
    return {.kind = tables::Kind::kStdNode,
            .type_name = alloc::short_type_name<Entry>(),
            .node_bytes = sizeof(Node),
            .node_alignment = alignof(Node),
            .entry_bytes = alloc::kEntryBytes<Entry>,
            .node_facts = alloc::FactsId(&resource_node<Table>)};
  } else if constexpr (std::is_void_v<Table>) {
    return {.type_name = "pmr"};
  } else {
    return {.type_name = alloc::short_type_name<Table>()};
  }
}
}  // namespace detail

/// The memory resource of one table, which it must outlive. Thread-compatible, as the table is.
template <class Table = void>
class table_resource : public alloc::Resource {  // NOLINT(readability-identifier-naming): as std::pmr's
 public:
  explicit table_resource(alloc::TableName name = {},
                          std::pmr::memory_resource* upstream = std::pmr::get_default_resource()) noexcept
      : Resource(detail::resource_facts<Table>(), name, upstream) {}
};

}  // namespace bucketprof::profiled
