// SPDX-License-Identifier: Apache-2.0
//
// The finding many_tiny_tables: thousands of tables with few entries each, whose memory is mostly empty slots, metadata
// and rounding. One table with a composite key would hold the same entries at the usual load.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"

namespace bucketprof::findings {
namespace {

constexpr double kUsualLoad = 0.75;      // share of entries in a table's bytes: between those after and before growing
constexpr std::int64_t kTinySlots = 32;  // at most, of a tiny array: enough for the first arrays of all kinds

/// Sums over all tables of a name, ever allocated or in use now.
struct TinySum {
  double tables = 0;
  double bytes = 0;
  double entries = 0;
  double entry_bytes = 0;  // of all entries
  double variance = 0;
};

struct TinySums {
  TinySum ever;
  TinySum now;
  double tiny_bytes = 0;  // of all tiny arrays ever allocated
  double heaviest = -1;
  const Block* place = nullptr;
};

TinySums tiny_sums_of(const TableBlocks& table, std::int64_t interval) {
  TinySums sums;
  for (const Block& block : table.blocks) {
    const facts::SampleFacts& facts = block.facts;
    const double size = block.bytes();
    const double variance = variance_a_block(facts.bytes, interval) * size * size;
    sums.ever.bytes += block.allocs() * size;
    sums.now.bytes += block.inuse() * size;
    sums.ever.variance += block.allocs() * variance;
    sums.now.variance += block.inuse() * variance;
    const double most = block.allocs() * mean_entries_at_fullest(facts);
    const double left = block.inuse() * mean_entries_now(facts);
    sums.now.entries += left;
    sums.now.entry_bytes += left * static_cast<double>(facts.entry_bytes);
    const bool is_start = hashmap::begins_table(facts.cause);
    if (facts.part == hashmap::Part::kNodes || is_start) {
      sums.ever.entries += most;
      sums.ever.entry_bytes += most * static_cast<double>(facts.entry_bytes);
    }
    if (facts.part != hashmap::Part::kBuckets) continue;
    sums.now.tables += block.inuse();
    if (is_start) sums.ever.tables += block.allocs();
    if (facts.slots > kTinySlots || facts.peak.value_or(0) == 0) continue;
    sums.tiny_bytes += block.allocs() * size;
    if (block.allocs() <= sums.heaviest || !is_start) continue;
    sums.heaviest = block.allocs();
    sums.place = &block;
  }
  return sums;
}

}  // namespace

void find_tiny(const FindingContext& context, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings) {
  for (const TableBlocks& table : tables) {
    const TinySums sums = tiny_sums_of(table, context.interval);
    // Tables in use are worse than temporary ones, so they are reported if there are enough of them.
    const bool alive = sums.now.tables >= context.thresholds.tiny_tables;
    const TinySum& sum = alive ? sums.now : sums.ever;
    if (sums.place == nullptr || sum.tables < context.thresholds.tiny_tables) continue;
    if (sum.entries <= 0 || sum.entries > context.thresholds.tiny_entries * sum.tables) continue;
    if (2 * sums.tiny_bytes < sums.ever.bytes) continue;
    const Saving saving{.avoidable = sum.bytes - sum.entry_bytes / kUsualLoad,
                        .of = sum.bytes,
                        .of_inuse = alive,
                        .variance = sum.variance};
    if (!saving.is_certain()) continue;
    Finding finding = context.about(table, FindingId::kManyTinyTables);
    finding.basis = table.basis();
    finding.problem = ManyTinyTables{.tables = sum.tables,
                                     .in_use = alive,
                                     .entries = sum.entries / sum.tables,
                                     .bytes = sum.bytes / sum.entries,
                                     .entry_bytes = sum.entry_bytes / sum.entries};
    finding.evidence = {{"tables", sum.tables, "tables"},
                        {"entries", sum.entries, "entries"},
                        {"bytes_per_entry", sum.bytes / sum.entries, "bytes"},
                        {"entry_bytes", sum.entry_bytes / sum.entries, "bytes"}};
    context.finish(finding, sums.place->caller, sums.place->sample, saving);
    findings.push_back(std::move(finding));
  }
}

}  // namespace bucketprof::findings
