// SPDX-License-Identifier: Apache-2.0
//
// The samples of a profile that belong to tables, by table name and kind, each with its call site. Findings are
// computed from them. All ids are the profile's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "profiler/facts/sample_facts.h"
#include "profiler/findings/finding.h"
#include "profiler/findings/growth_rule.h"
#include "profiler/model/profile.h"
#include "profiler/recognize/frames.h"

namespace bucketprof::findings {

struct Block {
  facts::SampleFacts facts;
  recognize::FrameRef caller;
  std::size_t sample = 0;
  std::optional<std::int64_t>
      proven{};  // of arrays that were looked at: entries that they did hold; the peak may be more
  [[nodiscard]] double allocs() const { return at_least_0(facts.amounts.values[model::kAllocObjects]); }
  [[nodiscard]] double inuse() const { return at_least_0(facts.amounts.values[model::kInuseObjects]); }
  [[nodiscard]] double bytes() const { return at_least_0(facts.bytes); }

 private:
  // The difference of two profiles has negative values; findings ignore them.
  static double at_least_0(std::int64_t number) { return number > 0 ? static_cast<double>(number) : 0; }
};

/// All blocks of the tables with one name and kind.
struct TableBlocks {
  model::StringId table = 0;
  model::StringId kind = 0;
  std::vector<Block> blocks;
  std::optional<GrowthRule> rule;  // deduced from the bucket blocks; empty if unknown, or if they contradict it
  bool has_looks = false;          // arrays were looked at (looked_at.h)

  /// Whether it is known how many entries arrays held: the container tells, or they were looked at. Requires a rule.
  [[nodiscard]] bool tells_entries() const { return has_looks || rule->tells_entries(); }
  /// What findings about these tables are from.
  [[nodiscard]] Basis basis() const { return has_looks ? Basis::kSeen : Basis::kCounted; }
};

/// Tables and blocks are sorted by their contents, not by their place in the profile, which depends on the order in
/// which threads ran. Findings must not depend on it, not even by the rounding of a sum.
[[nodiscard]] std::vector<TableBlocks> table_blocks(const model::Profile& profile, const facts::SampleReader& reader,
                                                    const recognize::Frames& frames);

/// Bytes of a bucket block and its companion. Requires a rule.
[[nodiscard]] double array_bytes(const TableBlocks& table, const Block& block);

/// Whether the block is not an array but is counted with them: overflow, or a vector of entries. Requires a rule.
[[nodiscard]] bool is_beside_arrays(const TableBlocks& table, const Block& block);

/// Whether an estimated number of tables is evidence: its standard error is at most half of it.
[[nodiscard]] bool is_evidence(double tables, double variance);

/// Mean number of entries credited to a block of the sample, at the block's fullest (from the alloc values) or at the
/// profile's moment (from the in-use values). 0 for blocks that hold no entries.
[[nodiscard]] double mean_entries_at_fullest(const facts::SampleFacts& facts);
[[nodiscard]] double mean_entries_now(const facts::SampleFacts& facts);

/// Variance of the estimated number of blocks of this size, per block: (1-p)/p, where p = 1 - exp(-bytes/interval) is
/// the probability that such a block is sampled. 0 in an exact profile.
[[nodiscard]] double variance_a_block(std::int64_t bytes, std::int64_t interval);

}  // namespace bucketprof::findings
