// SPDX-License-Identifier: Apache-2.0
//
// Classifies a table or site by the causes of its bucket arrays, and by its bytes in relation to its blocks.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiler/facts/sample_facts.h"
#include "profiler/facts/sample_values.h"

namespace bucketprof::analyze {

/// Numbers of bucket arrays ever allocated, by cause.
struct Arrays {
  std::int64_t first = 0;      // with the first entry: not reserved, or for so few entries that one bucket suffices
  std::int64_t hinted = 0;     // reserved before the first entry
  std::int64_t grown = 0;      // replaced a full one, or from a later reserve()
  std::int64_t same_size = 0;  // replaced one of the same size because of too many overflow buckets
  std::int64_t other = 0;      // unknown cause
  void add(const facts::SampleFacts& facts);
};

enum class Pattern : std::uint8_t {
  kNone,          // no bucket array
  kSingleBucket,  // only first arrays
  kPreallocated,  // only reserved arrays
  kGrowth,        // first arrays and those that they grew into; at a site, maybe only the latter
  kMixed,         // reserved and yet grown, or only some tables are reserved
};

[[nodiscard]] Pattern pattern_of(const Arrays& arrays);

/// "single bucket", "preallocated", "load-triggered growth", "mixture"; "" for none.
[[nodiscard]] std::string_view name_of(Pattern pattern);

/// A row's share of all bytes ever allocated, compared with its share of all blocks.
enum class Shape : std::uint8_t { kEven, kFewLarge, kManySmall };

/// kFewLarge (a hint, a late doubling): the share of bytes is at least four times the share of blocks. kManySmall
/// (overflow, tiny tables, tables built again and again): the reverse.
[[nodiscard]] Shape shape_of(const facts::SampleValues& row, const facts::SampleValues& totals);

/// "few large blocks", "many small blocks"; "" for even.
[[nodiscard]] std::string_view name_of(Shape shape);

}  // namespace bucketprof::analyze
