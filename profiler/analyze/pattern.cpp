// SPDX-License-Identifier: Apache-2.0
//
// Classification by causes and by shares. The names are those that reports show.
#include "profiler/analyze/pattern.h"

#include "profiler/base/saturating.h"

namespace bucketprof::analyze {

void Arrays::add(const facts::SampleFacts& facts) {
  if (facts.part != hashmap::Part::kBuckets) return;
  const std::int64_t blocks = facts.amounts.values[model::kAllocObjects];
  switch (facts.cause) {
    case hashmap::Cause::kFirstInsert:
      return add_saturated(first, blocks);
    case hashmap::Cause::kHint:
      return add_saturated(hinted, blocks);
    case hashmap::Cause::kGrowDouble:
    case hashmap::Cause::kRehash:
    case hashmap::Cause::kShrink:
    case hashmap::Cause::kTombstones:
      return add_saturated(grown, blocks);
    case hashmap::Cause::kGrowSameSize:
      return add_saturated(same_size, blocks);
    default:
      return add_saturated(other, blocks);
  }
}

Pattern pattern_of(const Arrays& arrays) {
  const bool grown = arrays.grown > 0 || arrays.same_size > 0;
  if (arrays.hinted > 0) return grown || arrays.first > 0 ? Pattern::kMixed : Pattern::kPreallocated;
  if (grown) return Pattern::kGrowth;
  return arrays.first > 0 ? Pattern::kSingleBucket : Pattern::kNone;
}

std::string_view name_of(Pattern pattern) {
  switch (pattern) {
    case Pattern::kSingleBucket:
      return "single bucket";
    case Pattern::kPreallocated:
      return "preallocated";
    case Pattern::kGrowth:
      return "load-triggered growth";
    case Pattern::kMixed:
      return "mixture";
    case Pattern::kNone:
      break;
  }
  return "";
}

Shape shape_of(const facts::SampleValues& row, const facts::SampleValues& totals) {
  const auto share = [&](model::SampleType type) {
    return totals.values[type] > 0 ? static_cast<double>(row.values[type]) / static_cast<double>(totals.values[type])
                                   : 0;
  };
  const double bytes = share(model::kAllocSpace);
  const double blocks = share(model::kAllocObjects);
  if (blocks <= 0 || bytes <= 0) return Shape::kEven;
  if (bytes >= 4 * blocks) return Shape::kFewLarge;
  return blocks >= 4 * bytes ? Shape::kManySmall : Shape::kEven;
}

std::string_view name_of(Shape shape) {
  switch (shape) {
    case Shape::kFewLarge:
      return "few large blocks";
    case Shape::kManySmall:
      return "many small blocks";
    case Shape::kEven:
      break;
  }
  return "";
}

}  // namespace bucketprof::analyze
