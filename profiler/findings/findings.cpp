// SPDX-License-Identifier: Apache-2.0
//
// The limits and errors that all findings share.
#include "profiler/findings/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "profiler/base/cxx_name.h"
#include "profiler/base/statistics.h"

namespace bucketprof::findings {
namespace {

constexpr double kMostBytes = 0x1p62;  // upper limit of a sum
constexpr double kModel = 0.01;        // relative error of the formulas for avoidable bytes, rarely exceeded

// Blocks are sampled as in a Poisson process. The upper limit of n such events is about n + 1.96 sqrt(n) + 2, and one
// of them stands for variance / sum bytes.
double error_of(const Saving& saving) {
  const double variance = std::max(0.0, saving.variance);
  return kNormal95 * std::sqrt(variance) + (saving.of > 0 ? 2 * variance / saving.of : 0);
}

Confidence confidence_of(double avoidable, double error) {
  if (error <= avoidable / 10) return Confidence::kHigh;
  return error <= avoidable / 2 ? Confidence::kMedium : Confidence::kLow;
}

}  // namespace

bool Saving::is_certain() const { return avoidable > error_of(*this); }

bool FindingContext::is_worth_reporting(const Saving& saving) const {
  const double all = saving.of_inuse ? inuse_space : alloc_space;
  return saving.avoidable >= thresholds.min_bytes && saving.avoidable >= thresholds.min_share * saving.of &&
         saving.avoidable >= thresholds.min_share_of_all * all;
}

Finding FindingContext::about(const TableBlocks& table, FindingId id) const {
  Finding finding;
  finding.id = id;
  finding.tables = {std::string(profile.str(table.table))};
  finding.kind = profile.str(table.kind);
  return finding;
}

void FindingContext::finish(Finding& finding, const recognize::FrameRef& place, std::size_t sample,
                            const Saving& saving) const {
  // The sizes and sums in a file may contradict each other.
  const double avoidable = std::min({saving.avoidable, saving.of_inuse ? inuse_space : alloc_space, kMostBytes});
  const double error = error_of(saving) + kModel * avoidable;
  finding.of_inuse = saving.of_inuse;
  finding.is_worth_reporting = is_worth_reporting(saving);
  finding.site = frames.describe(place);
  finding.stack = frames.stack(sample);
  finding.avoidable = std::llround(avoidable);
  finding.avoidable_inuse = finding.of_inuse ? finding.avoidable : std::min(finding.avoidable_inuse, finding.avoidable);
  finding.error = interval > 1 ? std::llround(std::ceil(std::min(error, kMostBytes))) : 0;
  finding.confidence = interval > 1 ? confidence_of(avoidable, error) : Confidence::kExact;
  finding.key = fmt::format("{}:{}:{}", name_of(finding.id), finding.tables.empty() ? "" : finding.tables.front(),
                            qualified_name(finding.site.function));
}

namespace {

/// A table that is kept large for entries that are gone is not to be reserved for them.
void reconcile(std::vector<Finding>& findings) {
  std::set<std::string> emptied;
  for (const Finding& finding : findings) {
    if (finding.id == FindingId::kEmptied) emptied.insert(finding.tables.begin(), finding.tables.end());
  }
  std::erase_if(findings, [&](const Finding& finding) {
    return finding.id == FindingId::kGrownInSteps &&
           std::all_of(finding.tables.begin(), finding.tables.end(),
                       [&](const std::string& table) { return emptied.contains(table); });
  });
}

}  // namespace

std::vector<Finding> find_all(const model::Profile& profile, const facts::SampleReader& reader,
                              const recognize::Frames& frames, const Thresholds& thresholds,
                              const HasAllNames& has_all_names) {
  const std::vector<TableBlocks> tables = table_blocks(profile, reader, frames);
  FindingContext context{.profile = profile,
                         .frames = frames,
                         .thresholds = thresholds,
                         .interval = profile.period,
                         .has_all_names = has_all_names};
  for (const TableBlocks& table : tables) {
    for (const Block& block : table.blocks) {
      context.alloc_space += std::max(0.0, static_cast<double>(block.facts.amounts.values[model::kAllocSpace]));
      context.inuse_space += std::max(0.0, static_cast<double>(block.facts.amounts.values[model::kInuseSpace]));
    }
  }
  std::vector<Finding> findings;
  for (const auto find :
       {find_reserves, find_emptied, find_overflow, find_tiny, find_copies, find_tombstones, find_large, find_bounded})
    find(context, tables, findings);
  reconcile(findings);
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.is_note != b.is_note) return b.is_note;
    return a.avoidable != b.avoidable ? a.avoidable > b.avoidable : a.key < b.key;
  });
  return findings;
}

std::vector<Finding> find_reported(const model::Profile& profile, const facts::SampleReader& reader,
                                   const recognize::Frames& frames, const Thresholds& thresholds,
                                   const HasAllNames& has_all_names) {
  std::vector<Finding> findings = find_all(profile, reader, frames, thresholds, has_all_names);
  std::erase_if(findings, [](const Finding& finding) { return !finding.is_worth_reporting; });
  return findings;
}

}  // namespace bucketprof::findings
