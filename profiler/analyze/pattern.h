// SPDX-License-Identifier: Apache-2.0
//
// How a table, or a site, comes by its bucket arrays, and what its bytes beside its blocks say. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string_view>

#include "profiler/analyze/amounts.h"
#include "profiler/analyze/sample_facts.h"

namespace bucketprof::analyze {

/// Bucket arrays ever allocated, by why.
struct Arrays {
  std::int64_t first = 0;      // a first entry came: nothing was asked for, or so little that one bucket does
  std::int64_t hinted = 0;     // asked for before the first entry
  std::int64_t grown = 0;      // a full table's next one, or a later reserve()
  std::int64_t same_size = 0;  // the same size again, because of too many overflow buckets
  std::int64_t other = 0;      // it is not known why
  void add(const SampleFacts& facts);
};

enum class Pattern : std::uint8_t {
  kNone,          // no bucket array
  kSingleBucket,  // nothing but a first one
  kPreallocated,  // asked for
  kGrowth,        // first ones, and what they grew into; at a site: what tables grew into
  kMixed,         // asked for, and yet grown; or some tables so, some otherwise
};

[[nodiscard]] Pattern pattern_of(const Arrays& arrays);

/// "single bucket", "preallocated", "load-triggered growth", "mixture"; "" for none.
[[nodiscard]] std::string_view name_of(Pattern pattern);

/// What a row's share of all bytes ever allocated says beside its share of all blocks.
enum class Shape : std::uint8_t { kEven, kFewLarge, kManySmall };

/// Few large blocks (a hint, a late doubling) have at least four times the share of bytes that they have of blocks;
/// many small ones (overflow, tiny tables, tables built again and again) the other way round.
[[nodiscard]] Shape shape_of(const Amounts& row, const Amounts& totals);

/// "few large blocks", "many small blocks"; "" for even.
[[nodiscard]] std::string_view name_of(Shape shape);

}  // namespace bucketprof::analyze
