// SPDX-License-Identifier: Apache-2.0
//
// A memory resource for one table: takes memory from another resource and reports each block to the recorder. It sees
// only the size and alignment of a block, so the constructor gets those of the table's nodes. A block with the size and
// alignment of a node is a node, and counts as an entry from its allocation on. Any other block that has the alignment
// of a pointer and a multiple of its size is a bucket array. If the constructor gets no node size, only blocks and
// bytes are recorded. If several tables share a resource, the profile shows them as one. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "hashmap/part.h"
#include "profiler/alloc/bucket_blocks.h"
#include "profiler/alloc/infer.h"
#include "profiler/alloc/linked.h"
#include "profiler/alloc/record.h"
#include "profiler/alloc/table.h"

namespace bucketprof::alloc {

/// What a resource knows about its table.
struct ResourceFacts {
  Kind kind = Kind::kPmr;
  std::string_view type_name;      // in static storage
  std::size_t node_bytes = 0;      // 0: nodes are not known
  std::size_t node_alignment = 0;  // of nodes, as requested by the container
  std::uint32_t entry_bytes = 0;
  FactsId node_facts{};  // of a node
};

class Resource : public std::pmr::memory_resource {
 public:
  /// `upstream` must outlive the resource, and the resource its table.
  Resource(const ResourceFacts& facts, TableName name, std::pmr::memory_resource* upstream) noexcept
      : facts_(facts), id_(draw_table_id(name.index)), upstream_(upstream) {}
  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;
  ~Resource() override = default;

  [[nodiscard]] std::pmr::memory_resource* upstream_resource() const noexcept { return upstream_; }
  [[nodiscard]] TableId table_id() const noexcept { return id_; }

 private:
  [[nodiscard]] Inferred inferred(std::size_t bytes, std::size_t alignment) const noexcept {
    if (facts_.node_bytes == 0) return {facts_.kind, hashmap::Part::kOther, 0, 0};
    if (bytes == facts_.node_bytes && alignment == facts_.node_alignment) {
      return {facts_.kind, hashmap::Part::kNodes, 1, facts_.entry_bytes};
    }
    if (bytes % sizeof(void*) == 0 && alignment == alignof(void*)) {
      return detail::buckets(facts_.kind, tables::StdNodeArrays{}, bytes / sizeof(void*), 0);
    }
    return {facts_.kind, hashmap::Part::kOther, 0, 0};
  }

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    const Inferred block = inferred(bytes, alignment);
    void* const start = upstream_->allocate(bytes, alignment);
    hashmap::PartInfo info{.part = block.part, .entry_bytes = block.entry_bytes, .slots = block.slots};
    const bool is_node = block.part == hashmap::Part::kNodes;
    const bool is_array = block.part == hashmap::Part::kBuckets;
    TableHandle* const table = is_node || is_array ? handle() : nullptr;
    if (is_node) info.cause = hashmap::Cause::kNode;
    if (is_array) note_bucket_block(table, block, info);
    const bool starts = hashmap::begins_table(info.cause) || !is_array || table == nullptr;
    const std::uint32_t start_of_table = starts ? 0 : table->start.load(std::memory_order_relaxed);
    TableHandle* const recorded = record_alloc(
        start, bytes, TableInfo{.id = id_, .kind = facts_.kind, .start = start_of_table, .type_name = facts_.type_name},
        info, is_node ? facts_.node_facts : FactsId());
    if (recorded == nullptr && is_array && table != nullptr &&
        table->newest_block.load(std::memory_order_relaxed) != 0) {
      bucket_block_not_recorded(table, id_);
    }
    if (is_node && table != nullptr) table->add_entry();
    return start;
  }

  void do_deallocate(void* start, std::size_t bytes, std::size_t alignment) override {
    record_free(start);
    const hashmap::Part part = inferred(bytes, alignment).part;
    if (part == hashmap::Part::kBuckets) forget_bucket_block(handle_, id_);
    if (part == hashmap::Part::kNodes) {
      if (TableHandle* table = handle(); table != nullptr && table->remove_entry() == 0) retire_if_done(table, id_);
    }
    upstream_->deallocate(start, bytes, alignment);
  }

  [[nodiscard]] bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  [[nodiscard]] TableHandle* handle() noexcept {
    if (handle_ == nullptr || handle_->id.load(std::memory_order_relaxed) != id_) handle_ = find_or_make_handle(id_);
    return handle_;
  }

  ResourceFacts facts_;
  TableId id_;
  TableHandle* handle_ = nullptr;
  std::pmr::memory_resource* upstream_;
};

}  // namespace bucketprof::alloc
