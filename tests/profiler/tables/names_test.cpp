// SPDX-License-Identifier: Apache-2.0
#include "profiler/tables/names.h"

#include <gtest/gtest.h>

namespace bucketprof::tables {
namespace {

TEST(Names, OfPartsLeadBack) {
  for (const Part part : {Part::kOther, Part::kBuckets, Part::kOverflow, Part::kNodes}) {
    EXPECT_EQ(part_of(name_of(part)), part);
  }
  EXPECT_EQ(name_of(Part::kBuckets), "buckets");
  EXPECT_EQ(name_of(Part::kNodes), "nodes");
  for (const char* name : {"other", "", "bucket", "Buckets", "node"}) EXPECT_EQ(part_of(name), Part::kOther) << name;
}

TEST(Names, OfCausesLeadBack) {
  for (const Cause cause :
       {Cause::kUnknown, Cause::kHint, Cause::kFirstInsert, Cause::kGrowDouble, Cause::kGrowSameSize, Cause::kOverflow,
        Cause::kRehash, Cause::kNode, Cause::kCopy, Cause::kShrink, Cause::kTombstones}) {
    EXPECT_EQ(cause_of(name_of(cause)), cause);
  }
  EXPECT_EQ(name_of(Cause::kGrowSameSize), "grow_same_size");
  EXPECT_EQ(name_of(Cause::kNode), "node");
  for (const char* name : {"unknown", "", "nodes"}) EXPECT_EQ(cause_of(name), Cause::kUnknown) << name;
}

}  // namespace
}  // namespace bucketprof::tables
