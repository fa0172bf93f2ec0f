// SPDX-License-Identifier: Apache-2.0
//
// One allocation on its way through the recorder: the arguments of alloc::record_alloc_slow(), and where the stack of
// the call begins.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hashmap/part.h"
#include "profiler/alloc/table.h"
#include "profiler/stack/anchor.h"

namespace bucketprof::record {

struct Allocation {
  const void* block;
  std::size_t bytes;
  const alloc::TableInfo& table;
  const hashmap::PartInfo& part;
  alloc::FactsId facts;
  stack::Anchor anchor;
};

/// SiteKey::start of a bucket block with this stack. Of a copy's first one, it is the source's.
[[nodiscard]] inline std::uint32_t start_of(const alloc::TableInfo& table, const hashmap::PartInfo& part,
                                            std::uint32_t stack) noexcept {
  return hashmap::begins_table(part.cause) && part.cause != hashmap::Cause::kCopy ? stack : table.start;
}

}  // namespace bucketprof::record
