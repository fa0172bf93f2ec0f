// SPDX-License-Identifier: Apache-2.0
//
// Finds what wastes memory in the tables of a profile, what avoids it, and how many bytes that saves.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "profiler/findings/blocks.h"
#include "profiler/findings/finding.h"

namespace bucketprof::findings {

/// Bytes that an advice saves.
struct Saving {
  double avoidable = 0;
  double of = 0;          // bytes of the tables concerned
  bool of_inuse = false;  // both count bytes in use at the profile's moment, not ever allocated
  double variance = 0;    // of `avoidable`, from sampling; 0: exact

  /// Whether it is more than its own sampling error.
  [[nodiscard]] bool is_certain() const;
};

/// Whether all code of the file that has this line has names, inlined functions included: what it allocates for tables
/// is then known to be theirs.
using HasAllNames = std::function<bool(const recognize::FrameRef&)>;

/// Finding context: what the functions below need from the profile.
struct FindingContext {
  const model::Profile& profile;
  const recognize::Frames& frames;
  const Thresholds& thresholds;
  std::int64_t interval = 0;  // mean sampling interval in bytes; 1: exact
  double alloc_space = 0;     // bytes of all tables
  double inuse_space = 0;
  HasAllNames has_all_names{};  // empty: not known

  /// Whether the saving reaches the thresholds.
  [[nodiscard]] bool is_worth_reporting(const Saving& saving) const;

  /// A new finding about `table`, with its id, table name and kind.
  [[nodiscard]] Finding about(const TableBlocks& table, FindingId id) const;

  /// Sets what every finding has: key, site, stack, and the avoidable bytes with their error and confidence.
  void finish(Finding& finding, const recognize::FrameRef& place, std::size_t sample, const Saving& saving) const;
};

/// One function per group of findings. Each appends to `findings`.
void find_reserves(const FindingContext& context, const std::vector<TableBlocks>& tables,
                   std::vector<Finding>& findings);
void find_emptied(const FindingContext& context, const std::vector<TableBlocks>& tables,
                  std::vector<Finding>& findings);
void find_overflow(const FindingContext& context, const std::vector<TableBlocks>& tables,
                   std::vector<Finding>& findings);
void find_copies(const FindingContext& context, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);
void find_tombstones(const FindingContext& context, const std::vector<TableBlocks>& tables,
                     std::vector<Finding>& findings);
void find_large(const FindingContext& context, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);
void find_bounded(const FindingContext& context, const std::vector<TableBlocks>& tables,
                  std::vector<Finding>& findings);
void find_tiny(const FindingContext& context, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);

/// All findings, the most avoidable bytes first, including those that are not worth reporting
/// (Finding::is_worth_reporting). Empty for a profile without the labels table, part and cause. Without `has_all_names`
/// nothing is bounded by the nodes that were allocated, as some may have been missed.
[[nodiscard]] std::vector<Finding> find_all(const model::Profile& profile, const facts::SampleReader& reader,
                                            const recognize::Frames& frames, const Thresholds& thresholds,
                                            const HasAllNames& has_all_names = {});

/// Those that are worth reporting.
[[nodiscard]] std::vector<Finding> find_reported(const model::Profile& profile, const facts::SampleReader& reader,
                                                 const recognize::Frames& frames, const Thresholds& thresholds,
                                                 const HasAllNames& has_all_names = {});

}  // namespace bucketprof::findings
