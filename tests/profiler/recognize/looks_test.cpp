// SPDX-License-Identifier: Apache-2.0
//
// What is taken of looks at blocks: only what names confirm, or what proves itself where there are none.
#include "profiler/recognize/looks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <limits>
#include <string>
#include <vector>

#include "profiler/facts/facts.h"
#include "profiler/model/validate.h"
#include "profiler/recognize/classify.h"
#include "tests/support/heap_profile.h"
#include "tests/support/same_profile.h"
#include "tests/support/totals.h"

namespace bucketprof::recognize {
namespace {

using hashmap::Part;
using layout::Layout;
using layout::Look;
using tables::Kind;
using testing_support::HeapProfile;
using tests::label_number;
using tests::label_text;

const std::string kAbsl = "absl::lts_20230802::container_internal::raw_hash_set";
const std::vector<std::string> kAbslReserved{"operator new", kAbsl + "::resize", kAbsl + "::reserve", "fill", "main"};
const std::vector<std::string> kLookedVector{"operator new", "std::vector::_M_realloc_insert", "fill", "main"};
const std::vector<std::string> kLookedText{"operator new", "std::__cxx11::basic_string::_M_create", "fill", "main"};
const std::vector<std::string> kLookedUser{"operator new", "fill", "main"};
const std::vector<std::string> kLookedNameless{"operator new", "", "main"};
const std::vector<std::string> kLookedStd{"operator new", "std::_Hashtable::_M_rehash", "std::unordered_map::reserve",
                                          "main"};

constexpr std::int64_t kLookedBytes = 17 * 131'072;
constexpr Look kLook{
    .layout = Layout::kAbsl, .slot_bytes = 16, .slots = 131'071, .full = 400, .deleted = 3, .is_proven = true};

model::Profile classified(HeapProfile heap, Unclassified rest = Unclassified::kLeaveOut) {
  return classify(std::move(heap).finish(), {rest});
}

model::LooksTaken looks_in(const model::Profile& profile) {
  return model::read_looks(model::find_comment(profile, model::kCommentLooks)).value_or(model::LooksTaken());
}

TEST(Looks, AreTakenWhereNamesSayTheSame) {
  HeapProfile heap;
  heap.add_looked(kAbslReserved, kLookedBytes, kLook, 3, 1);
  const model::Profile profile = classified(std::move(heap));
  ASSERT_EQ(profile.samples.size(), 1U);
  EXPECT_EQ(label_text(profile, 0, "table"), "absl::flat_hash_map");
  EXPECT_EQ(label_text(profile, 0, "cause"), "hint");
  EXPECT_EQ(label_number(profile, 0, "slots"), 131'071);
  EXPECT_EQ(label_number(profile, 0, "seen"), 400);
  EXPECT_EQ(label_number(profile, 0, "deleted"), 3);
  EXPECT_EQ(label_number(profile, 0, "entry_bytes"), 16);
  EXPECT_EQ(label_text(profile, 0, "layout"), "");
  EXPECT_EQ(label_number(profile, 0, "slot_bytes"), -1);
  EXPECT_EQ(profile.values(0)[model::kAllocSlack], 3 * (kLookedBytes - 400 * 16));
  EXPECT_EQ(profile.values(0)[model::kInuseSlack], kLookedBytes - 400 * 16);
  EXPECT_EQ(looks_in(profile), (model::LooksTaken{.accepted = 3}));
}

TEST(Looks, NeitherIsTakenWhereNamesSayAnother) {
  Look other = kLook;
  other.layout = Layout::kHashbrown;
  for (const auto& [frames, look] : {std::pair(kAbslReserved, other), std::pair(kLookedStd, kLook)}) {
    HeapProfile heap;
    heap.add_looked(frames, 8 * 1031, look, 2);
    const model::Profile profile = classified(std::move(heap));
    ASSERT_EQ(profile.samples.size(), 1U);
    for (const char* key : {"seen", "deleted", "entry_bytes", "slot_bytes"}) {
      EXPECT_EQ(label_number(profile, 0, key), -1) << key;
    }
    EXPECT_EQ(label_text(profile, 0, "layout"), "");
    // What names tell of slots stays.
    EXPECT_EQ(label_number(profile, 0, "slots"), frames == kLookedStd ? 1031 : -1);
    EXPECT_EQ(profile.values(0)[model::kAllocSlack], 0);
    EXPECT_EQ(looks_in(profile).rejected, 2);
    EXPECT_EQ(facts::read_facts(profile).looks_rejected, 2);
  }
}

// Nothing but a byte tells arrays of absl's older releases from phmap's, and few entries are no proof: names are.
TEST(Looks, ANameDecidesWhatBytesLeaveOpen) {
  for (const auto& [layout, is_proven] : {std::pair(Layout::kPhmap, true), std::pair(Layout::kAbsl, false)}) {
    Look look = kLook;
    look.layout = layout;
    look.is_proven = is_proven;
    HeapProfile heap;
    heap.add_looked(kAbslReserved, kLookedBytes, look, 2);
    const model::Profile profile = classified(std::move(heap));
    EXPECT_EQ(label_number(profile, 0, "seen"), 400);
    EXPECT_EQ(label_text(profile, 0, "kind"), "absl_flat");
    EXPECT_EQ(looks_in(profile), (model::LooksTaken{.accepted = 2}));
  }
}

TEST(Looks, ProveATableWhereNothingHasAName) {
  HeapProfile heap;
  heap.without_lines()
      .add_looked(kLookedNameless, kLookedBytes, kLook)
      .add_looked(kLookedUser, kLookedBytes / 2, kLook);
  const model::Profile profile = classified(std::move(heap));
  ASSERT_EQ(profile.samples.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(label_text(profile, i, "table"), "absl::flat_hash_map; slots of 16 bytes");
    EXPECT_EQ(label_text(profile, i, "kind"), "absl_flat");
    EXPECT_EQ(label_text(profile, i, "part"), "buckets");
    EXPECT_EQ(label_text(profile, i, "cause"), "unknown");
    EXPECT_EQ(label_number(profile, i, "seen"), 400);
    EXPECT_EQ(label_number(profile, i, "entry_bytes"), 16);
  }
  EXPECT_EQ(looks_in(profile).by_bytes, 2);
}

TEST(Looks, ProveNothingWhereNamesWouldShowATable) {
  HeapProfile heap;
  heap.builder().comment("bucketprof.agent version=1");
  heap.add_looked(kLookedVector, kLookedBytes, kLook)
      .add_looked(kLookedText, kLookedBytes, kLook)
      .add_looked(kLookedUser, kLookedBytes, kLook);
  Look few = kLook;
  few.slots = 63;
  few.full = 3;
  heap.without_lines().add_looked(kLookedNameless, 1100, few);
  Look dense = kLook;
  dense.layout = Layout::kDense;
  heap.add_looked(kLookedNameless, 8 * 1024, dense);
  const model::Profile before = std::move(heap).finish();
  EXPECT_TRUE(classify(before).samples.empty());
  const model::Profile row = classify(before, {Unclassified::kOneRow});
  ASSERT_EQ(row.samples.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(label_text(row, i, "table"), kOtherTable);
    EXPECT_EQ(label_number(row, i, "seen"), -1);
    EXPECT_EQ(label_number(row, i, "slots"), -1);
  }
  // What is kept can be classified later.
  const model::Profile kept = classify(before, {Unclassified::kKeep});
  EXPECT_EQ(label_text(kept, 0, "layout"), "absl");
  EXPECT_EQ(model::find_comment(kept, model::kCommentLooks), "");
}

TEST(Looks, AreWeighedOnce) {
  HeapProfile heap;
  heap.builder().header().time_nanos = 1;
  heap.builder().comment("bucketprof.version 0.1.0");
  heap.builder().comment("bucketprof.losses blocks=0");
  heap.builder().comment("bucketprof.agent version=1");
  heap.add_looked(kAbslReserved, kLookedBytes, kLook)
      .add_looked(kLookedStd, 8 * 1031, kLook)
      .add_looked(kLookedVector, kLookedBytes, kLook);
  heap.without_lines().add_looked(kLookedUser, kLookedBytes, kLook);
  const model::Profile before = std::move(heap).finish();
  EXPECT_TRUE(model::validate_ours(before).ok());
  for (const Unclassified rest : {Unclassified::kLeaveOut, Unclassified::kOneRow, Unclassified::kKeep}) {
    const model::Profile once = classify(before, {rest});
    const Status valid = model::validate_ours(once);
    EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
    if (rest != Unclassified::kLeaveOut) {  // which then counts as left out what was
      EXPECT_EQ(testing_support::first_difference(classify(once, {rest}), once), "");
    }
    // A profile that was stored with everything is read as one that was not classified yet.
    if (rest == Unclassified::kKeep) {
      const model::Profile twice = classify(once);
      EXPECT_EQ(twice.samples.size(), classify(before).samples.size());
      EXPECT_EQ(facts::read_facts(twice).looks_rejected, 1);
    }
  }
}

TEST(Looks, OfLayoutsOfLaterVersionsAreLeftOut) {
  HeapProfile heap;
  heap.add_looked(kAbslReserved, kLookedBytes, kLook);
  model::Profile profile = std::move(heap).finish();
  for (std::string& text : profile.strings) {
    if (text == "absl") text = "a later one";
  }
  profile = classify(std::move(profile));
  EXPECT_EQ(label_text(profile, 0, "table"), "absl::flat_hash_map");
  EXPECT_EQ(label_text(profile, 0, "layout"), "");
  EXPECT_EQ(label_number(profile, 0, "seen"), -1);
}

TEST(Looks, SayWhereEntriesAre) {
  EXPECT_EQ(entry_bytes_of(Kind::kAbslFlat, kLook), 16);
  EXPECT_EQ(entry_bytes_of(Kind::kAbslNode, kLook), 0);
  EXPECT_EQ(entry_bytes_of(Kind::kAnkerlDense, {.layout = Layout::kDense, .slot_bytes = 8, .slots = 64}), 0);
  EXPECT_EQ(entry_bytes_of(Kind::kQt6Hash, {.layout = Layout::kQt6, .slot_bytes = 1, .slots = 128}), 0);
  EXPECT_EQ(entry_bytes_of(Kind::kTslRobin, {.layout = Layout::kRobin, .slot_bytes = 24, .slots = 64}), 24);
}

TEST(Looks, SlackIsNeverBelowZeroOrTooLarge) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(slack_of(2, 100, 5, 16), 40);
  EXPECT_EQ(slack_of(2, 100, 7, 16), 0);
  EXPECT_EQ(slack_of(2, 100, 5, 0), 200);
  EXPECT_EQ(slack_of(2, 100, kMost, 16), 0);
  EXPECT_EQ(slack_of(kMost, 100, 0, 16), 0);
  EXPECT_EQ(slack_of(-1, 100, 0, 16), 0);
}

TEST(Looks, EachLayoutThatProvesItselfHasANameWithoutComma) {
  for (const layout::LayoutRow& row : layout::kLayouts) {
    if (!row.proves_itself) continue;
    const std::string name = name_by_bytes({.layout = row.layout, .slot_bytes = 1, .slots = 64});
    EXPECT_EQ(name, fmt::format("{}; slots of 1 byte", row.table));
    EXPECT_EQ(name.find(','), std::string::npos);
    const Look proven{.layout = row.layout, .slots = 64, .is_proven = true};
    EXPECT_EQ(judge(proven, Kind::kUnknown, {}, true), Verdict::kByBytes);
    EXPECT_EQ(judge(proven, Kind::kUnknown, {}, false), Verdict::kNothing);
    EXPECT_EQ(judge({.layout = row.layout, .slots = 64}, Kind::kUnknown, {}, true), Verdict::kNothing);
    EXPECT_EQ(judge({.layout = row.layout, .slots = 64}, row.kind, Part::kBuckets, false), Verdict::kAccepted);
    EXPECT_EQ(judge({.layout = row.layout, .slots = 64}, row.kind, Part::kNodes, false), Verdict::kRejected);
  }
}

}  // namespace
}  // namespace bucketprof::recognize
