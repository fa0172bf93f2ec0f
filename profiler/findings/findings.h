// SPDX-License-Identifier: Apache-2.0
//
// Finds what wastes memory in the tables of a profile, what avoids it, and how many bytes that saves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiler/findings/blocks.h"
#include "profiler/findings/finding.h"

namespace bucketprof::findings {

/// Finding context: what the functions below need from the profile.
struct FindingContext {
  const model::Profile& profile;
  const recognize::Frames& frames;
  const Thresholds& thresholds;
  std::int64_t interval = 0;  // mean sampling interval in bytes; 1: exact
  double alloc_space = 0;     // bytes of all tables
  double inuse_space = 0;

  /// Whether `avoidable` bytes reach the thresholds and exceed their sampling error, of which `variance` is the square
  /// of the standard deviation. `of` is the bytes of the tables concerned: in use if `of_inuse`, else ever allocated.
  [[nodiscard]] bool is_worth_it(double avoidable, double of, bool of_inuse, double variance) const;

  /// A new finding about `table`, with its id, table name and kind.
  [[nodiscard]] Finding about(const TableBlocks& table, FindingId id) const;

  /// Sets what every finding has: key, site, stack, and the avoidable bytes with their error and confidence.
  void finish(Finding& finding, const recognize::FrameRef& place, std::size_t sample, double avoidable,
              double variance) const;
};

/// Rounded numbers for sentences: "1,234", and "1 table" or "12 tables".
[[nodiscard]] std::string count_text(double number);
[[nodiscard]] std::string tables_text(double tables);

/// One function per group of findings. Each appends to `findings`.
void find_reserves(const FindingContext& context, const std::vector<TableBlocks>& tables,
                   std::vector<Finding>& findings);
void find_emptied(const FindingContext& context, const std::vector<TableBlocks>& tables,
                  std::vector<Finding>& findings);
void find_overflow(const FindingContext& context, const std::vector<TableBlocks>& tables,
                   std::vector<Finding>& findings);
void find_tiny(const FindingContext& context, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);

/// All findings, the most avoidable bytes first. Empty for a profile without the labels table, part and cause.
[[nodiscard]] std::vector<Finding> find_all(const model::Profile& profile, const facts::SampleReader& reader,
                                            const recognize::Frames& frames, const Thresholds& thresholds);

}  // namespace bucketprof::findings
