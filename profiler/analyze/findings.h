// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with the tables of a profile, what avoids it, and how many bytes that saves. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiler/analyze/blocks.h"
#include "profiler/analyze/finding.h"

namespace bucketprof::analyze {

/// What the makers of findings share.
struct Inquiry {
  const model::Profile& profile;
  const Frames& frames;
  const Thresholds& thresholds;
  std::int64_t interval = 0;  // 1: exact
  double alloc_space = 0;     // of all tables
  double inuse_space = 0;

  /// Whether avoidable bytes are worth a finding: of bytes that all they speak of have, with such a variance.
  [[nodiscard]] bool is_worth_it(double avoidable, double of, bool of_inuse, double variance) const;

  /// A finding about the tables of one name.
  [[nodiscard]] Finding about(const TableBlocks& table, FindingId id) const;

  /// Fills in what every finding has: key, site, stack, avoidable bytes with their error.
  void finish(Finding& finding, const FrameRef& place, std::size_t sample, double avoidable, double variance) const;
};

/// "1,234" and "1 table" or "12 tables": numbers in sentences, rounded.
[[nodiscard]] std::string count_text(double number);
[[nodiscard]] std::string tables_text(double tables);

/// Makers, one for each family; each appends what it finds.
void find_reserves(const Inquiry& inquiry, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);
void find_emptied(const Inquiry& inquiry, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);
void find_overflow(const Inquiry& inquiry, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);
void find_tiny(const Inquiry& inquiry, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings);

/// All of them, the most avoidable bytes first. A profile without table, part and cause labels has none.
[[nodiscard]] std::vector<Finding> find_all(const model::Profile& profile, const SampleReader& reader,
                                            const Frames& frames, const Thresholds& thresholds);

}  // namespace bucketprof::analyze
