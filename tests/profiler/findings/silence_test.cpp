// SPDX-License-Identifier: Apache-2.0
//
// Which tables findings cannot be computed for, and how that is named.
#include "profiler/findings/silence.h"

#include <gtest/gtest.h>

#include <set>

namespace bucketprof::findings {
namespace {

using hashmap::Part;
using tables::Kind;

facts::SampleFacts block(Part part, std::optional<std::int64_t> peak = std::nullopt, std::int64_t entry_bytes = 0,
                         std::int64_t slots = 0) {
  facts::SampleFacts facts;
  facts.part = part;
  facts.peak = peak;
  facts.entry_bytes = entry_bytes;
  facts.slots = slots;
  return facts;
}

Silence silence(Kind kind, std::initializer_list<facts::SampleFacts> blocks, bool classified = false) {
  FillEvidence evidence;
  for (const facts::SampleFacts& facts : blocks) {
    FillEvidence one;
    one.add(facts);
    evidence.add(one);
  }
  return evidence.silence(kind, classified);
}

TEST(Silence, IsNoneWhereArraysTellHowFullTheyWere) {
  EXPECT_EQ(silence(Kind::kGoMap, {block(Part::kBuckets, 8, 16)}), Silence::kNone);
  EXPECT_EQ(silence(Kind::kStdNode, {block(Part::kBuckets), block(Part::kBuckets, 0)}), Silence::kNone);
  EXPECT_EQ(silence(Kind::kAnkerlDense, {block(Part::kOther, {}, 0, 8), block(Part::kBuckets, 5)}), Silence::kNone);
  EXPECT_EQ(silence(Kind::kGoMap, {block(Part::kBuckets, 8, 16)}, true), Silence::kNone);
  // Sampling may have left out all arrays.
  EXPECT_EQ(silence(Kind::kStdNode, {block(Part::kNodes, {}, 16)}), Silence::kNone);
}

TEST(Silence, SaysWhatIsNotKnown) {
  EXPECT_EQ(silence(Kind::kStdNode, {block(Part::kBuckets), block(Part::kNodes)}, true), Silence::kFoundByName);
  EXPECT_EQ(silence(Kind::kUnknown, {block(Part::kNodes, {}, 8)}), Silence::kUnknownKind);
  EXPECT_EQ(silence(Kind::kPmr, {block(Part::kOther)}), Silence::kUnknownKind);
  EXPECT_EQ(silence(Kind::kAbslFlat, {block(Part::kOther)}), Silence::kUnknownKind);
  EXPECT_EQ(silence(Kind::kGoMap, {block(Part::kBuckets, {}, 16)}), Silence::kNoPeaks);
  EXPECT_EQ(silence(Kind::kTslRobin, {block(Part::kBuckets)}), Silence::kNotCounted);
}

facts::SampleFacts looked(std::int64_t bytes, bool seen, hashmap::Cause cause = hashmap::Cause::kHint) {
  facts::SampleFacts facts = block(Part::kBuckets);
  if (seen) facts.seen = 5;
  facts.cause = cause;
  facts.amounts.values[model::kAllocSpace] = facts.amounts.values[model::kInuseSpace] = bytes;
  return facts;
}

TEST(Silence, OfArraysThatWereLookedAtDependsOnHowMany) {
  EXPECT_EQ(silence(Kind::kAbslNode, {looked(1 << 20, true), looked(1 << 10, false)}, true), Silence::kNone);
  EXPECT_EQ(silence(Kind::kTslRobin, {looked(1 << 20, true)}, true), Silence::kNone);
  EXPECT_EQ(silence(Kind::kAbslFlat, {looked(1 << 20, true), looked(1 << 19, false)}, true), Silence::kPartlySeen);
  EXPECT_EQ(silence(Kind::kAbslFlat, {looked(1 << 10, false)}, true), Silence::kFoundByName);
  EXPECT_EQ(silence(Kind::kAbslFlat, {looked(1 << 20, true, hashmap::Cause::kUnknown)}, true), Silence::kNoCauses);
  EXPECT_EQ(silence(Kind::kGlibHash, {looked(1 << 20, true)}, true), Silence::kUnknownKind);
  EXPECT_TRUE(can_find(Silence::kNoCauses, "large_entries"));
  EXPECT_FALSE(can_find(Silence::kNoCauses, "never_used"));
  EXPECT_FALSE(can_find(Silence::kPartlySeen, "never_used"));
}

TEST(Silence, HasNamesReasonsAndRemedies) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kSilences; ++i) {
    const auto silence = static_cast<Silence>(i);
    EXPECT_EQ(silence_of(name_of(silence)), silence);
    EXPECT_EQ(reason_of(silence).empty(), silence == Silence::kNone);
    EXPECT_EQ(remedy_of(silence).empty(), silence == Silence::kNone);
    names.insert(name_of(silence));
  }
  EXPECT_EQ(names.size(), kSilences);
  EXPECT_EQ(silence_of("another"), Silence::kNone);
}

TEST(Silence, LeavesGrowthToThoseThatDoNotCount) {
  EXPECT_TRUE(can_find(Silence::kNone, ""));
  EXPECT_TRUE(can_find(Silence::kNotCounted, "grown_in_steps"));
  EXPECT_FALSE(can_find(Silence::kNotCounted, ""));
  EXPECT_FALSE(can_find(Silence::kNotCounted, "never_used"));
  EXPECT_FALSE(can_find(Silence::kFoundByName, "grown_in_steps"));
}

// Arrays of F14's vector tables have their entries in the same block.
TEST(Silence, IsOfArraysThatFollowNoKnownRule) {
  facts::SampleFacts value = looked(1024 * 64, true);
  value.bytes = 1024 * 64;
  value.slots = 10'240;
  EXPECT_EQ(silence(Kind::kFollyF14, {value}, true), Silence::kNone);
  facts::SampleFacts vector = looked(1024 * 224, true);
  vector.bytes = 1024 * 224;
  vector.slots = 10'240;
  EXPECT_EQ(silence(Kind::kFollyF14, {vector}, true), Silence::kUnknownKind);
  EXPECT_EQ(silence(Kind::kFollyF14, {value, vector}, true), Silence::kNone);
  vector.slots *= 2;
  EXPECT_EQ(silence(Kind::kFollyF14, {value, vector}, true), Silence::kUnknownKind);
}

}  // namespace
}  // namespace bucketprof::findings
