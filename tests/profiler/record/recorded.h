// SPDX-License-Identifier: Apache-2.0
//
// Shared by tests of the process's recorder: sums of a snapshot by table name and part, a check of the invariants of
// its rows, and fake blocks, which are recorded addresses without memory. Thread-safe.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "profiler/alloc/record.h"
#include "profiler/record/recorder.h"
#include "tests/support/recorded_sums.h"

namespace bucketprof::record {

inline void PrintTo(const Recorded& r, std::ostream* out) {
  *out << "allocs " << r.allocs << " (" << r.alloc_bytes << " bytes, slack " << r.alloc_slack << "), in use " << r.inuse
       << " (" << r.inuse_bytes << " bytes, slack " << r.inuse_slack << ")";
}

inline Recorded recorded(std::uint32_t name, std::optional<hashmap::Part> part = {}) {
  return sum_of(recorder().snapshot(At::kNow), name, part);
}

/// Whether every row of the snapshot satisfies the invariants. If not, the test fails.
inline bool consistent(const Snapshot& snapshot) {
  const std::string fault = fault_of(snapshot);
  EXPECT_EQ(fault, "");
  return fault.empty();
}

inline std::uint64_t lost(Loss loss) { return recorder().snapshot(At::kNow).losses[static_cast<std::size_t>(loss)]; }

/// An address that no block of this process has. Each call returns another one.
inline void* fake_block() {
  static std::atomic<std::uintptr_t> next{std::uintptr_t{1} << 45U};
  return reinterpret_cast<void*>(next.fetch_add(16, std::memory_order_relaxed));
}

struct Fake {
  alloc::TableId table;
  tables::Kind kind = tables::Kind::kUnknown;

  explicit Fake(std::string_view name) : table(alloc::draw_table_id(named(name).index)) {}
  [[nodiscard]] std::uint32_t name() const { return alloc::name_index(table); }

  [[gnu::noinline]] alloc::TableHandle* born(void* block, std::size_t bytes, const hashmap::PartInfo& info) const {
    return alloc::record_alloc(block, bytes, {.id = table, .kind = kind, .type_name = "fake"}, info);
  }
  [[gnu::noinline]] void* born(std::size_t bytes, hashmap::Part part = hashmap::Part::kOther) const {
    void* block = fake_block();
    born(block, bytes, {.part = part});
    return block;
  }
};
inline void dies(void* block) { alloc::record_free(block); }

}  // namespace bucketprof::record
