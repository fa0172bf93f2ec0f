// SPDX-License-Identifier: Apache-2.0
//
// Classification of whole profiles: labels, values, what is left out, and how long it takes.
#include "profiler/recognize/classify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "profiler/analyze/analysis.h"
#include "profiler/model/validate.h"
#include "tests/support/heap_profile.h"
#include "tests/support/random_profile.h"
#include "tests/support/same_profile.h"
#include "tests/support/sample_profile.h"
#include "tests/support/sanitized.h"
#include "tests/support/totals.h"

namespace bucketprof::recognize {
namespace {

using testing_support::HeapProfile;

const std::vector<std::string> kNode{"operator new", "std::__detail::_Hashtable_alloc::_M_allocate_node",
                                     "_ZNSt13unordered_mapIi4CartSt4hashIiESt8equal_toIiESaISt4pairIKiS0_EEE7reserveEm",
                                     "fill", "main"};
const std::vector<std::string> kGrown{"operator new",
                                      "std::_Hashtable::_M_rehash",
                                      "std::_Hashtable::_M_insert_unique_node",
                                      "std::unordered_map::operator[]",
                                      "fill",
                                      "main"};
const std::vector<std::string> kReserved{"std::_Hashtable::_M_rehash", "std::unordered_map::reserve", "fill", "main"};
const std::vector<std::string> kText{"operator new", "std::__cxx11::basic_string::_M_create", "fill", "main"};

HeapProfile mixed() {
  HeapProfile heap;
  heap.add(kNode, 40, 10).add(kGrown, 13 * 8).add(kGrown, 29 * 8).add(kReserved, 503 * 8).add(kText, 50, 3);
  heap.add_table("named", {"bucketprof::hashmap::Map::insert", "fill", "main"});
  return heap;
}

std::array<std::int64_t, 6> sums(const model::Profile& profile) {
  std::array<std::int64_t, 6> sum{};
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += profile.values(i)[j];
  }
  return sum;
}

std::map<std::string, std::string> labels_of(const model::Profile& profile, std::size_t sample) {
  std::map<std::string, std::string> labels;
  for (const model::Label& label : profile.labels(sample)) {
    labels[std::string(profile.str(label.key))] =
        label.is_number ? fmt::format("{} {}", label.num, profile.str(label.unit)) : profile.str(label.str);
  }
  return labels;
}

TEST(Classify, GivesLabelsThatOurRulesAccept) {
  HeapProfile heap = mixed();
  heap.builder().header().time_nanos = 1;
  heap.builder().comment("bucketprof.version 0.1.0");
  heap.builder().comment("bucketprof.losses blocks=0");
  const model::Profile before = std::move(heap).finish();
  for (const Unclassified unclassified : {Unclassified::kLeaveOut, Unclassified::kOneRow, Unclassified::kKeep}) {
    const model::Profile after = classify(before, {unclassified});
    const Status valid = model::validate_ours(after);
    EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  }
  EXPECT_TRUE(model::validate_ours(before).ok());
}

TEST(Classify, SizesTellFirstArraysAndCapacities) {
  const model::Profile profile = classify(std::move(mixed()).finish());
  ASSERT_EQ(profile.samples.size(), 5U);
  EXPECT_EQ(tests::label_text(profile, 0, "table"), "int -> Cart");
  EXPECT_EQ(tests::label_number(profile, 0, "slots"), -1);
  EXPECT_EQ(tests::label_text(profile, 1, "cause"), "first_insert");
  EXPECT_EQ(tests::label_number(profile, 1, "slots"), 13);
  EXPECT_EQ(tests::label_text(profile, 2, "cause"), "rehash");
  EXPECT_EQ(tests::label_number(profile, 2, "slots"), 29);
  EXPECT_EQ(tests::label_text(profile, 2, "table"), "std::unordered_map");  // its function names have no types
  EXPECT_EQ(tests::label_text(profile, 3, "cause"), "hint");
  EXPECT_EQ(tests::label_number(profile, 3, "slots"), 503);
}

// Boost's chained tables allocate two blocks at a time, of which one is the array.
TEST(Classify, SizesTellTheArraysOfBoostsChainedTables) {
  const std::vector<std::string> frames{"operator new",
                                        "boost::unordered::detail::grouped_bucket_array::grouped_bucket_array",
                                        "boost::unordered::detail::table::rehash_impl", "fill", "main"};
  HeapProfile heap;
  heap.add(frames, 98'318 * 8).add(frames, (98'317 / 64 + 1) * 32).add(frames, 7);
  const model::Profile profile = classify(std::move(heap).finish());
  ASSERT_EQ(profile.samples.size(), 3U);
  EXPECT_EQ(tests::label_number(profile, 0, "slots"), 98'317);
  EXPECT_EQ(tests::label_number(profile, 1, "slots"), -1);
  EXPECT_EQ(tests::label_number(profile, 2, "slots"), -1);
}

// The labels that classification adds to a sample depend on that sample only, not on the samples before it or on what
// is left out.
TEST(Classify, EachSampleGetsTheLabelsThatItGetsAlone) {
  const std::vector<std::vector<std::string>> stacks{kNode, kGrown, kReserved, kText};
  std::size_t capacities = 0;
  for (std::uint64_t seed = 0; seed < testing_support::rounds(300); ++seed) {
    testing_support::Random random(seed);
    HeapProfile heap;
    heap.builder().comment("bucketprof.agent version=1");  // classifies even if no sample is of a table
    std::vector<HeapProfile> alone;
    const auto add = [&](HeapProfile& to, std::size_t stack, std::int64_t bytes, std::int64_t objects, int form,
                         std::uint64_t line) {
      std::vector<std::string> frames = stacks[stack];
      frames.push_back(fmt::format("caller{}", line));  // so that no two samples are merged
      if (form == 0) return (void)to.add_table(fmt::format("named {}", line), frames);
      if (form == 1) return (void)to.add_unsized(frames, bytes, objects);
      to.add(frames, bytes, objects);
    };
    for (std::uint64_t i = 0, count = 1 + random.below(30); i < count; ++i) {
      const std::size_t stack = random.below(stacks.size());
      const auto bytes = static_cast<std::int64_t>(8 * (1 + random.below(6000)) + (random.one_in(8) ? 1 : 0));
      const auto objects = static_cast<std::int64_t>(1 + (random.one_in(2) ? random.below(5) : 0));
      const int form = static_cast<int>(random.below(4));
      add(heap, stack, bytes, objects, form, i);
      add(alone.emplace_back(), stack, bytes, objects, form, i);
    }
    const model::Profile before = std::move(heap).finish();
    std::vector<std::map<std::string, std::string>> expected;
    for (HeapProfile& one : alone) {
      const model::Profile profile = classify(std::move(one).finish(), {Unclassified::kKeep});
      expected.push_back(labels_of(profile, 0));
      const std::int64_t bytes = tests::label_number(profile, 0, "bytes");
      if (tests::label_text(profile, 0, "kind") == "std_node" && tests::label_text(profile, 0, "part") == "buckets" &&
          bytes > 0) {
        EXPECT_EQ(tests::label_number(profile, 0, "slots"), bytes % 8 == 0 ? bytes / 8 : -1) << bytes;
        ++capacities;
      }
    }
    for (const Unclassified unclassified : {Unclassified::kLeaveOut, Unclassified::kOneRow, Unclassified::kKeep}) {
      const model::Profile after = classify(before, {unclassified});
      std::size_t at = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        auto labels = expected[i];
        if (!labels.contains("table")) {
          if (unclassified == Unclassified::kLeaveOut) continue;
          if (unclassified == Unclassified::kOneRow) {
            labels.merge(std::map<std::string, std::string>{
                {"table", kOtherTable}, {"kind", "unknown"}, {"part", "other"}, {"cause", "unknown"}});
            const std::int64_t one = before.values(i)[0] == 1 ? before.values(i)[1] : 0;
            if (one > 0 && !labels.contains("bytes")) labels["bytes"] = fmt::format("{} bytes", one);
          }
        }
        ASSERT_LT(at, after.samples.size()) << seed;
        EXPECT_EQ(labels_of(after, at), labels) << "seed " << seed << " sample " << i;
        EXPECT_TRUE(std::ranges::equal(after.values(at), before.values(i)));
        EXPECT_TRUE(std::ranges::equal(after.stack(at), before.stack(i)));
        ++at;
      }
      EXPECT_EQ(at, after.samples.size()) << seed;
    }
  }
  EXPECT_GT(capacities, testing_support::rounds(500));
}

TEST(Classify, WhatIsLeftOutIsCounted) {
  const model::Profile before = std::move(mixed()).finish();
  const model::Profile after = classify(before);
  const facts::Facts facts = facts::read_facts(after);
  EXPECT_TRUE(facts.classified);
  const auto all = sums(before);
  const auto kept = sums(after);
  for (const auto type : {model::kAllocObjects, model::kAllocSpace, model::kInuseObjects, model::kInuseSpace}) {
    EXPECT_EQ(kept[type] + facts.other.values[type], all[type]);
  }
  EXPECT_EQ(facts.other.values[model::kAllocSpace], 150);
}

TEST(Classify, TheRestIsOneRowOrStays) {
  const model::Profile before = std::move(mixed()).finish();
  const model::Profile row = classify(before, {Unclassified::kOneRow});
  EXPECT_EQ(sums(row), sums(before));
  EXPECT_EQ(tests::label_text(row, 4, "table"), kOtherTable);
  EXPECT_EQ(tests::label_text(row, 4, "part"), "other");
  const model::Profile kept = classify(before, {Unclassified::kKeep});
  EXPECT_EQ(sums(kept), sums(before));
  EXPECT_EQ(tests::label_text(kept, 4, "table"), "");
  // Classifying the result again changes nothing.
  EXPECT_EQ(testing_support::first_difference(classify(kept, {Unclassified::kKeep}), kept), "");
}

TEST(Classify, LabelledSamplesStayAsTheyAre) {
  const model::Profile before = std::move(mixed()).finish();
  const model::Profile after = classify(before);
  const std::size_t last = after.samples.size() - 1;
  EXPECT_EQ(tests::label_text(after, last, "table"), "named");
  EXPECT_EQ(after.labels(last).size(), 2U);
  EXPECT_TRUE(std::ranges::equal(after.values(last), before.values(5)));
  const model::Profile ours = testing_support::sample_profile();
  EXPECT_EQ(testing_support::first_difference(classify(ours), ours), "");
}

TEST(Classify, ProfilesWithoutKnownTablesStayAsTheyAre) {
  for (std::uint64_t seed = 0; seed < testing_support::rounds(200); ++seed) {
    for (const model::Profile& profile :
         {testing_support::random_profile(seed), testing_support::random_foreign_profile(seed)}) {
      for (const Unclassified unclassified : {Unclassified::kLeaveOut, Unclassified::kOneRow, Unclassified::kKeep}) {
        EXPECT_EQ(testing_support::first_difference(classify(profile, {unclassified}), profile), "") << seed;
      }
    }
  }
}

TEST(Classify, TimeInATableIsNoMemory) {
  HeapProfile heap = mixed();
  for (model::ValueType& type : heap.builder().header().sample_types) {
    type = {heap.builder().string("cpu"), heap.builder().string("nanoseconds")};
  }
  const model::Profile profile = std::move(heap).finish();
  EXPECT_EQ(testing_support::first_difference(classify(profile), profile), "");
}

TEST(Classify, OnlyAnAgentsProfileMayBeEmptyThen) {
  HeapProfile heap;
  heap.add(kText);
  EXPECT_EQ(classify(std::move(heap).finish()).samples.size(), 1U);
  HeapProfile agents;
  agents.builder().comment("bucketprof.agent version=1");
  const model::Profile profile = classify(std::move(agents.add(kText)).finish());
  EXPECT_EQ(profile.samples.size(), 0U);
  const analyze::Analysis analysis = analyze::analyze(profile);
  EXPECT_EQ(analysis.facts.other.values[model::kAllocSpace], 64);
  EXPECT_THAT(analysis.missing, testing::Contains(testing::HasSubstr("no stack has a known one")));
}

TEST(Classify, NodesAreEntriesInTheAnalysis) {
  HeapProfile heap;
  heap.add(kNode, 40, 10).add({"std::_Hashtable::_M_rehash", kNode[2], "fill", "main"}, 13 * 8);
  const analyze::Analysis analysis = analyze::analyze(classify(std::move(heap).finish()));
  ASSERT_EQ(analysis.tables.size(), 1U);
  const analyze::Counts& counts = analysis.tables[0].counts;
  EXPECT_EQ(counts.entries, 10);
  EXPECT_EQ(counts.capacity, 13);
  EXPECT_EQ(counts.ever, 1);
  EXPECT_TRUE(analysis.findings.empty());
  EXPECT_THAT(analysis.missing, testing::Not(testing::Contains(testing::HasSubstr("open tables"))));
}

TEST(Classify, OpenTablesAreSaidToLackTheirFill) {
  HeapProfile heap;
  heap.add({"llvm::DenseMap::allocateBuckets", "llvm::DenseMap::grow", "llvm::DenseMapBase::operator[]", "f"});
  const analyze::Analysis analysis = analyze::analyze(classify(std::move(heap).finish()));
  EXPECT_EQ(analysis.tables.at(0).counts.ever, std::nullopt);
  EXPECT_THAT(analysis.missing, testing::Contains(testing::HasSubstr("fill of 1 open table")));
}

// The time is only recorded (--gtest_output), not checked, because machines differ.
TEST(Classify, OfAHundredThousandSamplesEachTableIsFound) {
  HeapProfile heap;
  constexpr int kFunctions = testing_support::kSanitized ? 2000 : 20'000;
  constexpr int kSamples = testing_support::kSanitized ? 2000 : 100'000;
  testing_support::Random random(7);
  std::vector<std::string> names;
  for (int i = 0; i < kFunctions; ++i) {
    names.push_back(i % 4 == 0   ? fmt::format("std::_Hashtable::_M_insert_{}", i)
                    : i % 4 == 1 ? fmt::format("absl::lts_20230802::container_internal::raw_hash_set::f{}", i)
                                 : fmt::format("company::product::(anonymous namespace)::Class{}::method", i));
  }
  for (int i = 0; i < kSamples; ++i) {
    std::vector<std::string> frames = i % 2 == 0 ? kNode : kText;
    while (frames.size() < 20) frames.push_back(names[random.below(kFunctions)]);
    heap.add(frames, 16 + i % 512);
  }
  model::Profile profile = std::move(heap).finish();
  const auto start = std::chrono::steady_clock::now();
  const model::Profile after = classify(std::move(profile));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(after.samples.size(), std::size_t{kSamples} / 2);
  RecordProperty("seconds", fmt::format("{:.3f}", took.count()));
}

}  // namespace
}  // namespace bucketprof::recognize
