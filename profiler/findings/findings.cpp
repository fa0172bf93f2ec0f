// SPDX-License-Identifier: Apache-2.0
//
// The limits, errors and texts that all findings share.
#include "profiler/findings/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "profiler/base/cxx_name.h"
#include "profiler/base/grouped.h"

namespace bucketprof::findings {
namespace {

constexpr double kMostBytes = 0x1p62;   // upper limit of a sum
constexpr double kNormal95 = 1.959964;  // 95 % of a normal distribution lie within this many standard deviations

constexpr double kModel = 0.01;  // relative error of the formulas for avoidable bytes, rarely exceeded

double error_of(double variance) { return kNormal95 * std::sqrt(std::max(0.0, variance)); }

Confidence confidence_of(double avoidable, double error) {
  if (error <= avoidable / 10) return Confidence::kHigh;
  return error <= avoidable / 2 ? Confidence::kMedium : Confidence::kLow;
}

}  // namespace

bool FindingContext::is_worth_it(double avoidable, double of, bool of_inuse, double variance) const {
  return avoidable >= thresholds.min_bytes && avoidable >= thresholds.min_share * of &&
         avoidable >= thresholds.min_share_of_all * (of_inuse ? inuse_space : alloc_space) &&
         avoidable > error_of(variance);
}

Finding FindingContext::about(const TableBlocks& table, FindingId id) const {
  Finding finding;
  finding.id = id;
  finding.tables = {std::string(profile.str(table.table))};
  finding.kind = profile.str(table.kind);
  return finding;
}

void FindingContext::finish(Finding& finding, const recognize::FrameRef& place, std::size_t sample, double avoidable,
                            double variance) const {
  // The sizes and sums in a file may contradict each other.
  avoidable = std::min({avoidable, finding.of_inuse ? inuse_space : alloc_space, kMostBytes});
  const double error = error_of(variance) + kModel * avoidable;
  finding.site = frames.describe(place);
  finding.stack = frames.stack(sample);
  finding.avoidable = std::llround(avoidable);
  finding.avoidable_inuse = finding.of_inuse ? finding.avoidable : std::min(finding.avoidable_inuse, finding.avoidable);
  finding.error = interval > 1 ? std::llround(std::ceil(std::min(error, kMostBytes))) : 0;
  finding.confidence = interval > 1 ? confidence_of(avoidable, error) : Confidence::kExact;
  finding.key = fmt::format("{}:{}:{}", name_of(finding.id), finding.tables.empty() ? "" : finding.tables.front(),
                            qualified_name(finding.site.function));
}

std::string count_text(double number) { return grouped(std::llround(std::min(number, kMostBytes))); }

std::string tables_text(double tables) {
  return count_text(tables) + (std::llround(tables) == 1 ? " table" : " tables");
}

std::vector<Finding> find_all(const model::Profile& profile, const facts::SampleReader& reader,
                              const recognize::Frames& frames, const Thresholds& thresholds) {
  const std::vector<TableBlocks> tables = table_blocks(profile, reader, frames);
  FindingContext context{.profile = profile, .frames = frames, .thresholds = thresholds, .interval = profile.period};
  for (const TableBlocks& table : tables) {
    for (const Block& block : table.blocks) {
      context.alloc_space += std::max(0.0, static_cast<double>(block.facts.amounts.of[model::kAllocSpace]));
      context.inuse_space += std::max(0.0, static_cast<double>(block.facts.amounts.of[model::kInuseSpace]));
    }
  }
  std::vector<Finding> findings;
  for (const auto find : {find_reserves, find_emptied, find_overflow, find_tiny}) find(context, tables, findings);
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.avoidable != b.avoidable ? a.avoidable > b.avoidable : a.key < b.key;
  });
  return findings;
}

}  // namespace bucketprof::findings
