// SPDX-License-Identifier: Apache-2.0
//
// All block sizes up to some limit, most of which no table allocates: an array is found exactly where one size equation
// holds and all others that hold mean the same capacity. The equations are written here once more, from the sizes that
// Abseil's releases allocate.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>

#include "profiler/alloc/infer.h"
#include "tests/support/sized.h"

namespace absl::sizes::container_internal {
/// What Abseil's tables allocate their arrays as.
template <std::size_t Alignment>
struct alignas(Alignment) AlignedType {
  char bytes[Alignment];
};
}  // namespace absl::sizes::container_internal

namespace bucketprof::alloc {
namespace {

using hashmap::Part;
using tables::AbslLayout;
using testing_support::Sized;

constexpr std::uint64_t kMostBytes = 40'000;
constexpr std::uint64_t kGroup = tables::AbslArrays::kWidth;

std::uint64_t up(std::uint64_t n, std::uint64_t alignment) { return (n + alignment - 1) / alignment * alignment; }

/// Bytes of an array of c slots, the last `blocked` of which have no storage.
std::uint64_t array_bytes(AbslLayout layout, std::uint64_t c, std::uint64_t blocked, std::uint64_t s, std::uint64_t a) {
  const std::uint64_t word = std::max<std::uint64_t>(a, 8);
  switch (layout) {
    case AbslLayout::k20220623:
      return up(up(c + kGroup, a) + c * s, a);
    case AbslLayout::k20230802:
    case AbslLayout::k20240722:
      return up(up(8 + c + kGroup, a) + c * s, word);
    case AbslLayout::k20250814:
      return up(up(c == 1 ? 8 : 8 + c + kGroup, a) + c * s, word);
    case AbslLayout::k20260526:
      return up(c == 1 ? s : up(8 + c + kGroup, a) + c * s, word);
    default:
      return up(c == 1 ? s : up((c <= 127 ? 1 : 8) + c + kGroup, a) + (c - blocked) * s, a);
  }
}

std::uint64_t most_blocked(AbslLayout layout, std::uint64_t c) {
  if (layout != AbslLayout::k20260817 || c == 1) return 0;
  if (c > kGroup) return 5;
  const auto limit = [](std::uint64_t n) { return n >= kGroup - 1 ? n - 1 : n; };
  return limit(c) - limit(c / 2) - 1;
}

/// The capacities that tables of these layouts may have, by the bytes of their blocks.
std::map<std::uint64_t, std::set<std::uint64_t>> capacities(AbslLayout from, AbslLayout to, std::uint64_t s,
                                                            std::uint64_t a) {
  std::map<std::uint64_t, std::set<std::uint64_t>> found;
  for (AbslLayout layout = from; layout <= to; layout = tables::next(layout)) {
    const std::uint64_t in_table = layout == AbslLayout::k20260817 ? 8 : 16;
    const bool small = layout >= AbslLayout::k20240722 && s <= in_table && a <= 8;
    for (std::uint64_t c = small ? 3 : 1; c < kMostBytes; c = 2 * c + 1) {
      for (std::uint64_t blocked = 0; blocked <= most_blocked(layout, c); ++blocked)
        found[array_bytes(layout, c, blocked, s, a)].insert(c);
    }
  }
  return found;
}

struct Counts {
  std::uint64_t found = 0;
  std::uint64_t others = 0;
};

template <std::size_t Bytes, std::size_t Alignment>
void check(AbslLayout from, AbslLayout to, AbslVersion version, Kind declared, Counts& counts) {
  using Block = absl::sizes::container_internal::AlignedType<Alignment>;
  const auto flat = capacities(from, to, Bytes, Alignment);
  const auto node = capacities(from, to, 8, 8);
  for (std::uint64_t words = 1; words * sizeof(Block) < kMostBytes; ++words) {
    const std::uint64_t bytes = words * sizeof(Block);
    std::set<std::pair<Kind, std::uint64_t>> may_be;
    for (const Kind kind : {Kind::kAbslFlat, Kind::kAbslNode}) {
      if (declared != kind && declared != Kind::kUnknown) continue;
      const auto& all = kind == Kind::kAbslFlat ? flat : node;
      if (const auto known = all.find(bytes); known != all.end()) {
        for (const std::uint64_t c : known->second) may_be.emplace(kind, c);
      }
    }
    const Inferred facts = infer<Block, Sized<Bytes, Alignment>>(declared, words, version);
    if (may_be.size() == 1) {
      ASSERT_EQ(facts.part, Part::kBuckets) << bytes;
      ASSERT_EQ(facts.kind, may_be.begin()->first) << bytes;
      ASSERT_EQ(facts.slots, may_be.begin()->second) << bytes;
      ++counts.found;
    } else {
      ASSERT_EQ(facts.part, Part::kOther) << bytes;
      ASSERT_EQ(facts.kind, declared) << bytes;
      ASSERT_EQ(facts.slots, 0U) << bytes;
      ++counts.others;
    }
  }
}

template <std::size_t Bytes, std::size_t Alignment>
void check_all() {
  SCOPED_TRACE(std::to_string(Bytes) + " bytes, alignment " + std::to_string(Alignment));
  using enum AbslLayout;
  for (const Kind declared : {Kind::kAbslFlat, Kind::kAbslNode, Kind::kUnknown}) {
    if (declared != Kind::kAbslFlat && Alignment != 8) continue;  // nodes are pointers
    Counts counts;
    for (AbslLayout layout = k20220623; layout <= k20260817; layout = tables::next(layout)) {
      SCOPED_TRACE("layout " + std::to_string(static_cast<int>(layout)));
      ASSERT_NO_FATAL_FAILURE((check<Bytes, Alignment>(layout, layout, AbslVersion{layout}, declared, counts)));
    }
    // A version that is not known: the type of the block is that of the releases before 20260107.
    ASSERT_NO_FATAL_FAILURE((check<Bytes, Alignment>(k20220623, k20250814, AbslVersion{}, declared, counts)));
    // An array of 8-byte entries and one of pointers to nodes are the same.
    if (declared == Kind::kUnknown && Bytes == 8) {
      EXPECT_EQ(counts.found, 0U);
    } else {
      EXPECT_GT(counts.found, 20U);
    }
    EXPECT_GT(counts.others, 1000U);
  }
}

TEST(InferSizes, OfSmallEntries) {
  check_all<3, 1>();
  check_all<8, 4>();
  check_all<8, 8>();
}
TEST(InferSizes, OfLargerEntries) {
  check_all<16, 8>();
  check_all<24, 8>();
  check_all<40, 8>();
  check_all<100, 4>();
  check_all<300, 1>();
}
TEST(InferSizes, OfAlignedEntries) {
  check_all<32, 16>();
  check_all<64, 64>();
}

// 15g - 1 elements and g + 1 groups of 16 bytes, in units of elements; g is a power of two, and at least 2.
TEST(InferSizes, OfBoostsArrays) {
  using Entry = Sized<24, 8>;
  std::map<std::uint64_t, std::uint64_t> arrays;
  for (std::uint64_t groups = 2; groups < 4096; groups *= 2) {
    const std::uint64_t bytes = sizeof(Entry) * (15 * groups - 1) + 16 * (groups + 1) - 1;
    arrays[(bytes + sizeof(Entry) - 1) / sizeof(Entry)] = 15 * groups - 1;
  }
  for (std::uint64_t n = 2; n < 60'000; ++n) {
    const Inferred facts = infer<Entry, Entry>(Kind::kBoostFlat, n);
    const auto known = arrays.find(n);
    ASSERT_EQ(facts.part, known == arrays.end() ? Part::kOther : Part::kBuckets) << n;
    ASSERT_EQ(facts.slots, known == arrays.end() ? 0 : known->second) << n;
    ASSERT_EQ((infer<Entry, Entry>(Kind::kUnknown, n).part), Part::kOther) << n;
  }
}

}  // namespace
}  // namespace bucketprof::alloc
