// SPDX-License-Identifier: Apache-2.0
//
// The finding emptied: arrays in use whose tables have only few of their former entries left. Capacity that was never
// needed is another finding, over_preallocated, so only what the most entries needed is counted.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "profiler/facts/facts.h"
#include "profiler/findings/findings.h"

namespace bucketprof::findings {
namespace {

/// Sums of the emptied arrays of one table name.
struct Kept {
  double tables = 0;
  double entries = 0;  // now
  double most = 0;     // sum of the most entries of each table
  double bytes = 0;
  double avoidable = 0;
  double variance = 0;
  double heaviest = -1;
  recognize::FrameRef place;
  std::size_t sample = 0;
};

std::int64_t peak_of(const Block& block) { return block.proven.value_or(block.facts.peak.value_or(0)); }

/// How many of the arrays in use may belong to tables that are just growing: if they are full, or erased entries used
/// up their room, as many as there are arrays in use that would replace them.
double maybe_growing(const TableBlocks& table, const Block& block) {
  const GrowthRule& rule = *table.rule;
  const auto slots = static_cast<std::uint64_t>(block.facts.slots);
  const auto bytes = static_cast<std::uint64_t>(block.facts.bytes);
  const bool full = peak_of(block) >= static_cast<std::int64_t>(rule.limit(slots, bytes));
  double beside = 0;
  for (const Block& other : table.blocks) {
    const hashmap::Cause cause = other.facts.cause;
    // In containers other than the bundled map, growth has the cause rehash.
    const bool grown = full && (cause == hashmap::Cause::kGrowDouble || cause == hashmap::Cause::kRehash);
    const bool doubled = (grown || cause == hashmap::Cause::kTombstones) &&
                         static_cast<std::uint64_t>(other.facts.slots) == rule.next_slots(slots);
    const bool same = cause == hashmap::Cause::kGrowSameSize && other.facts.slots == block.facts.slots;
    if (other.facts.part == hashmap::Part::kBuckets && (doubled || same)) beside += other.inuse();
  }
  return beside;
}

/// The most entries that tables of a name hold on average, which held as many as this block's once, or more. If entries
/// are in nodes, the arrays do not show their number: all nodes may be those of the fullest tables.
double most_in_nodes(const TableBlocks& table, const Block& like) {
  double nodes = 0;
  double arrays = 0;
  for (const Block& block : table.blocks) {
    if (block.facts.part == hashmap::Part::kNodes) nodes += block.inuse();
    if (block.facts.part == hashmap::Part::kBuckets && peak_of(block) >= peak_of(like)) arrays += block.inuse();
  }
  return arrays > 0 ? nodes / arrays : 0;
}

void look_at(const FindingContext& context, const TableBlocks& table, const Block& block, Kept& kept) {
  const GrowthRule& rule = *table.rule;
  const auto most = static_cast<std::uint64_t>(std::max<std::int64_t>(0, peak_of(block)));
  const double now = block.proven                  ? static_cast<double>(*block.facts.seen)
                     : block.facts.entry_bytes > 0 ? mean_entries_now(block.facts)
                                                   : most_in_nodes(table, block);
  const double tables = std::max(0.0, block.inuse() - maybe_growing(table, block));
  if (most == 0 || tables <= 0 || now > context.thresholds.emptied_fill * static_cast<double>(most)) return;
  const auto slots = std::min(rule.slots_for(most), static_cast<std::uint64_t>(block.facts.slots));
  const double needed = now < 1 ? 0 : static_cast<double>(rule.array_bytes(rule.slots_for(std::llround(now))));
  const double avoidable = std::max(0.0, static_cast<double>(rule.array_bytes(slots)) - needed);
  kept.tables += tables;
  kept.entries += tables * now;
  kept.most += tables * static_cast<double>(most);
  const auto companion = static_cast<double>(rule.companion_bytes(static_cast<std::uint64_t>(block.facts.slots)));
  kept.bytes += tables * (block.bytes() + companion);
  kept.avoidable += tables * avoidable;
  kept.variance += tables * variance_a_block(block.facts.bytes, context.interval) * avoidable * avoidable;
  if (tables * avoidable > kept.heaviest) {
    kept.heaviest = tables * avoidable;
    kept.place = block.caller;
    kept.sample = block.sample;
  }
}

/// An emptied table keeps its overflow buckets, but its array has room for all entries that are left.
void add_overflow(const FindingContext& context, const TableBlocks& table, Kept& kept) {
  double arrays = 0;
  for (const Block& block : table.blocks) arrays += block.facts.part == hashmap::Part::kBuckets ? block.inuse() : 0;
  if (arrays <= 0) return;
  const double share = std::min(1.0, kept.tables / arrays);
  for (const Block& block : table.blocks) {
    if (block.facts.part != hashmap::Part::kOverflow) continue;
    const double bytes = share * block.bytes();
    kept.bytes += block.inuse() * bytes;
    kept.avoidable += block.inuse() * bytes;
    kept.variance += block.inuse() * variance_a_block(block.facts.bytes, context.interval) * bytes * bytes;
  }
}

/// Whether in-use values may be those of the high-water mark. A flat table often makes it when it is reserved: its
/// entries are not gone then, but have not come yet.
bool is_at_peak(const model::Profile& profile) {
  const facts::Facts facts = facts::read_facts(profile);
  return std::any_of(facts.moments.begin(), facts.moments.end(),
                     [](const facts::Moment& moment) { return moment.at == "peak"; });
}

}  // namespace

void find_emptied(const FindingContext& context, const std::vector<TableBlocks>& tables,
                  std::vector<Finding>& findings) {
  if (is_at_peak(context.profile)) return;
  for (const TableBlocks& table : tables) {
    if (!table.rule || table.rule->has_vectors()) continue;  // which do not show how many entries are left
    Kept kept;
    for (const Block& block : table.blocks) {
      if (block.facts.part == hashmap::Part::kBuckets) look_at(context, table, block, kept);
    }
    if (kept.tables <= 0) continue;
    add_overflow(context, table, kept);
    const Saving saving{.avoidable = kept.avoidable, .of = kept.bytes, .of_inuse = true, .variance = kept.variance};
    if (!saving.is_certain()) continue;
    Finding finding = context.about(table, FindingId::kEmptied);
    finding.basis = table.basis();
    finding.problem =
        Emptied{.tables = kept.tables, .most = kept.most / kept.tables, .left = kept.entries / kept.tables};
    finding.evidence = {{"tables", kept.tables, "tables"},
                        {"entries_now", kept.entries, "entries"},
                        {"most_entries", kept.most, "entries"},
                        {"in_use", kept.bytes, "bytes"}};
    context.finish(finding, kept.place, kept.sample, saving);
    findings.push_back(std::move(finding));
  }
}

}  // namespace bucketprof::findings
