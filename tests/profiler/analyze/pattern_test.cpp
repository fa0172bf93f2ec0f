// SPDX-License-Identifier: Apache-2.0
//
// Every pattern and shape from hand-made numbers, and the names that reports print.
#include "profiler/analyze/pattern.h"

#include <gtest/gtest.h>

#include <limits>

namespace bucketprof::analyze {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

facts::SampleFacts arrays(hashmap::Cause cause, std::int64_t blocks) {
  facts::SampleFacts facts;
  facts.part = hashmap::Part::kBuckets;
  facts.cause = cause;
  facts.amounts.values[model::kAllocObjects] = blocks;
  return facts;
}

TEST(Pattern, ArraysAreCountedByTheirCause) {
  Arrays counts;
  counts.add(arrays(hashmap::Cause::kFirstInsert, 1));
  counts.add(arrays(hashmap::Cause::kHint, 2));
  counts.add(arrays(hashmap::Cause::kGrowDouble, 3));
  counts.add(arrays(hashmap::Cause::kRehash, 40));
  counts.add(arrays(hashmap::Cause::kGrowSameSize, 5));
  counts.add(arrays(hashmap::Cause::kUnknown, 6));
  facts::SampleFacts overflow = arrays(hashmap::Cause::kOverflow, 100);
  overflow.part = hashmap::Part::kOverflow;
  counts.add(overflow);
  EXPECT_EQ(counts.first, 1);
  EXPECT_EQ(counts.hinted, 2);
  EXPECT_EQ(counts.grown, 43);
  EXPECT_EQ(counts.same_size, 5);
  EXPECT_EQ(counts.other, 6);
  counts.add(arrays(hashmap::Cause::kHint, kLargest));
  EXPECT_EQ(counts.hinted, kLargest);
}

TEST(Pattern, OfArrays) {
  EXPECT_EQ(pattern_of({}), Pattern::kNone);
  EXPECT_EQ(pattern_of({.other = 5}), Pattern::kNone);
  EXPECT_EQ(pattern_of({.first = 1}), Pattern::kSingleBucket);
  EXPECT_EQ(pattern_of({.hinted = 1}), Pattern::kPreallocated);
  EXPECT_EQ(pattern_of({.first = 1, .grown = 1}), Pattern::kGrowth);
  EXPECT_EQ(pattern_of({.grown = 1}), Pattern::kGrowth);
  EXPECT_EQ(pattern_of({.first = 1, .same_size = 1}), Pattern::kGrowth);
  EXPECT_EQ(pattern_of({.hinted = 1, .grown = 1}), Pattern::kMixed);
  EXPECT_EQ(pattern_of({.hinted = 1, .same_size = 1}), Pattern::kMixed);
  EXPECT_EQ(pattern_of({.first = 1, .hinted = 1}), Pattern::kMixed);
  EXPECT_EQ(pattern_of({.grown = kLargest, .same_size = kLargest}), Pattern::kGrowth);
}

TEST(Pattern, NamesThatReportsPrint) {
  EXPECT_EQ(name_of(Pattern::kNone), "");
  EXPECT_EQ(name_of(Pattern::kSingleBucket), "single bucket");
  EXPECT_EQ(name_of(Pattern::kPreallocated), "preallocated");
  EXPECT_EQ(name_of(Pattern::kGrowth), "load-triggered growth");
  EXPECT_EQ(name_of(Pattern::kMixed), "mixture");
  EXPECT_EQ(name_of(Shape::kEven), "");
  EXPECT_EQ(name_of(Shape::kFewLarge), "few large blocks");
  EXPECT_EQ(name_of(Shape::kManySmall), "many small blocks");
}

/// The shape of a row with `blocks` of a total of 100 blocks and `bytes` of a total of 1000 bytes.
Shape shape(std::int64_t blocks, std::int64_t bytes) {
  return shape_of({.values = {blocks, bytes}}, {.values = {100, 1000}});
}

TEST(Pattern, ShapeTurnsAtFourTimes) {
  EXPECT_EQ(shape(10, 100), Shape::kEven);
  EXPECT_EQ(shape(10, 399), Shape::kEven);
  EXPECT_EQ(shape(10, 400), Shape::kFewLarge);
  EXPECT_EQ(shape(39, 100), Shape::kEven);
  EXPECT_EQ(shape(40, 100), Shape::kManySmall);
  EXPECT_EQ(shape(100, 1000), Shape::kEven);
}

TEST(Pattern, ShapeOfNothingIsEven) {
  EXPECT_EQ(shape(0, 0), Shape::kEven);
  EXPECT_EQ(shape(0, 1000), Shape::kEven);
  EXPECT_EQ(shape(100, 0), Shape::kEven);
  EXPECT_EQ(shape(-5, 10), Shape::kEven);
  EXPECT_EQ(shape_of({.values = {1, 1}}, {}), Shape::kEven);
}

}  // namespace
}  // namespace bucketprof::analyze
