// SPDX-License-Identifier: Apache-2.0
//
// What tests of the process's recorder share: sums of a snapshot by table name and part, the invariants of its rows,
// and blocks that exist only in the recorder's eyes. Thread-safe.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "profiler/alloc/record.h"
#include "profiler/record/fill.h"
#include "profiler/record/recorder.h"

namespace bucketprof::record {

struct Recorded {
  std::uint64_t allocs = 0;
  std::uint64_t alloc_bytes = 0;
  std::uint64_t inuse = 0;
  std::uint64_t inuse_bytes = 0;
  std::uint64_t alloc_slack = 0;
  std::uint64_t inuse_slack = 0;
  friend bool operator==(const Recorded&, const Recorded&) = default;
};
inline void PrintTo(const Recorded& r, std::ostream* out) {
  *out << "allocs " << r.allocs << " (" << r.alloc_bytes << " bytes, slack " << r.alloc_slack << "), in use " << r.inuse
       << " (" << r.inuse_bytes << " bytes, slack " << r.inuse_slack << ")";
}

inline Recorded sum_of(const Snapshot& snapshot, std::uint32_t name, std::optional<hashmap::Part> part = {}) {
  Recorded sum;
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    if (site.name != name || (part.has_value() && site.part != *part)) continue;
    sum.allocs += row.allocs;
    sum.alloc_bytes += row.allocs * site.bytes;
    sum.inuse += row.inuse;
    sum.inuse_bytes += row.inuse * site.bytes;
    sum.alloc_slack += row.alloc_slack;
    sum.inuse_slack += row.inuse_slack;
  }
  return sum;
}
inline Recorded recorded(std::uint32_t name, std::optional<hashmap::Part> part = {}) {
  return sum_of(recorder().snapshot(Moment::kNow), name, part);
}

/// True when every row of the snapshot keeps its promises.
inline bool consistent(const Snapshot& snapshot) {
  const Row* before = nullptr;
  for (const Row& row : snapshot.rows.span()) {
    const SiteKey& site = recorder().sites()[row.site].key;
    const bool sorted = before == nullptr || before->site < row.site ||
                        (before->site == row.site && row.has_peak && before->peak < row.peak);
    before = &row;
    const bool fine = sorted && row.site != 0 && row.allocs != 0 && row.inuse <= row.allocs && row.kept <= row.allocs &&
                      row.alloc_slack <= row.allocs * site.bytes && row.inuse_slack <= row.inuse * site.bytes &&
                      row.kept_slack <= row.kept * site.bytes && row.has_peak == (site.part == hashmap::Part::kBuckets);
    if (!fine) {
      ADD_FAILURE() << "site " << row.site << " peak " << row.peak << ": allocs " << row.allocs << " inuse "
                    << row.inuse << " kept " << row.kept << " slack " << row.alloc_slack << " " << row.inuse_slack;
      return false;
    }
  }
  return true;
}

inline std::uint64_t lost(Loss loss) {
  return recorder().snapshot(Moment::kNow).losses[static_cast<std::size_t>(loss)];
}

/// An address that no block of this process has, never given twice.
inline void* fake_block() {
  static std::atomic<std::uintptr_t> next{std::uintptr_t{1} << 45U};
  return reinterpret_cast<void*>(next.fetch_add(16, std::memory_order_relaxed));
}

struct Fake {
  alloc::TableId table;
  alloc::Kind kind = alloc::Kind::kUnknown;

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
