// SPDX-License-Identifier: Apache-2.0
#include "profiler/analyze/pattern.h"

namespace bucketprof::analyze {

void Arrays::add(const SampleFacts& facts) {
  if (facts.part != Part::kBuckets) return;
  const std::int64_t blocks = facts.amounts.of[model::kAllocObjects];
  switch (facts.cause) {
    case Cause::kFirstInsert:
      return analyze::add(first, blocks);
    case Cause::kHint:
      return analyze::add(hinted, blocks);
    case Cause::kGrowDouble:
    case Cause::kRehash:
      return analyze::add(grown, blocks);
    case Cause::kGrowSameSize:
      return analyze::add(same_size, blocks);
    default:
      return analyze::add(other, blocks);
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

Shape shape_of(const Amounts& row, const Amounts& totals) {
  const auto share = [&](model::SampleType type) {
    return totals.of[type] > 0 ? static_cast<double>(row.of[type]) / static_cast<double>(totals.of[type]) : 0;
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
