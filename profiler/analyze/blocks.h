// SPDX-License-Identifier: Apache-2.0
//
// The samples of a profile that speak of tables, each with its table's name and kind and the line that allocated: what
// findings are made from. Thread-compatible. Borrows the profile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "profiler/analyze/frames.h"
#include "profiler/analyze/growth_rule.h"
#include "profiler/analyze/sample_facts.h"
#include "profiler/model/profile.h"

namespace bucketprof::analyze {

struct Block {
  SampleFacts facts;
  FrameRef caller;
  std::size_t sample = 0;
  [[nodiscard]] double allocs() const { return at_least_0(facts.amounts.of[model::kAllocObjects]); }
  [[nodiscard]] double inuse() const { return at_least_0(facts.amounts.of[model::kInuseObjects]); }
  [[nodiscard]] double bytes() const { return at_least_0(facts.bytes); }

 private:
  // The difference of two profiles has negative numbers: there is nothing to find in them.
  static double at_least_0(std::int64_t number) { return number > 0 ? static_cast<double>(number) : 0; }
};

/// All blocks of the tables of one name and kind.
struct TableBlocks {
  model::StringId table = 0;
  model::StringId kind = 0;
  std::vector<Block> blocks;
  std::optional<GrowthRule> rule;  // as the largest bucket block shows it
};

/// Ordered by what they are, not by where they stand in the profile: threads do not come in the same order in every
/// run, and what is found must not depend on it, not even in the last digit of a sum.
[[nodiscard]] std::vector<TableBlocks> table_blocks(const model::Profile& profile, const SampleReader& reader,
                                                    const Frames& frames);

/// Entries that a block holds on average: credited to it, at its fullest (alloc) or at the profile's moment (inuse).
/// 0 for blocks that hold none.
[[nodiscard]] double mean_entries_at_fullest(const SampleFacts& facts);
[[nodiscard]] double mean_entries_now(const SampleFacts& facts);

/// Variance of an estimate of how many such blocks there were, for each of them: (1-p)/p, p the probability that a
/// block of this size is sampled with this mean interval. 0 when exact.
[[nodiscard]] double variance_a_block(std::int64_t bytes, std::int64_t interval);

}  // namespace bucketprof::analyze
