// SPDX-License-Identifier: Apache-2.0
//
// The finding large_entries: flat tables of large entries, whose free slots cost as much as entries. A table with a
// node for each entry has pointers in its array; what it takes for the same entries follows from its own growth rule.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"

namespace bucketprof::findings {
namespace {

constexpr double kLarge = 256;  // bytes of an entry; below, being flat is worth more than a pointer costs

/// The kind of the same library that has nodes; kUnknown if there is none.
tables::Kind with_nodes(tables::Kind kind) {
  if (kind == tables::Kind::kAbslFlat) return tables::Kind::kAbslNode;
  return kind == tables::Kind::kBoostFlat ? tables::Kind::kBoostOpenNode : tables::Kind::kUnknown;
}

}  // namespace

void find_large(const FindingContext& context, const std::vector<TableBlocks>& tables, std::vector<Finding>& findings) {
  for (const TableBlocks& table : tables) {
    const tables::Kind nodes = with_nodes(tables::kind_of(context.profile.str(table.kind)));
    if (!table.rule || nodes == tables::Kind::kUnknown) continue;
    double bytes = 0;
    double entries = 0;
    double needed = 0;
    double variance = 0;
    double arrays = 0;
    double slot_bytes = 0;
    std::int64_t entry_bytes = 0;
    const Block* heaviest = nullptr;
    for (const Block& block : table.blocks) {
      const facts::SampleFacts& facts = block.facts;
      if (facts.part != hashmap::Part::kBuckets || facts.slots <= 0) continue;
      const auto slots = static_cast<std::uint64_t>(facts.slots);
      const double now = block.inuse() * mean_entries_now(facts);
      // What a slot takes, padding included.
      slot_bytes = std::max(slot_bytes, block.bytes() / static_cast<double>(slots + 1));
      entry_bytes = std::max(entry_bytes, facts.entry_bytes);
      arrays += block.inuse();
      bytes += block.inuse() * block.bytes();
      entries += now;
      needed += block.inuse() * static_cast<double>(slots) * (sizeof(void*) + 1.5);  // pointers and metadata
      variance += block.inuse() * variance_a_block(facts.bytes, context.interval) * block.bytes() * block.bytes();
      if (heaviest == nullptr || block.inuse() * block.bytes() > heaviest->inuse() * heaviest->bytes())
        heaviest = &block;
    }
    if (heaviest == nullptr || slot_bytes < kLarge || entries < 1) continue;
    needed += entries * slot_bytes;
    const Saving saving{.avoidable = bytes - needed, .of = bytes, .of_inuse = true, .variance = variance};
    if (!saving.is_certain()) continue;
    Finding finding = context.about(table, FindingId::kLargeEntries);
    finding.basis = table.basis();
    finding.problem = LargeEntries{
        .tables = arrays, .entry_bytes = static_cast<double>(entry_bytes), .bytes = bytes, .needed = needed};
    finding.evidence = {{"entries", entries, "entries"},
                        {"entry_bytes", static_cast<double>(entry_bytes), "bytes"},
                        {"in_use", bytes, "bytes"},
                        {"needed", needed, "bytes"}};
    context.finish(finding, heaviest->caller, heaviest->sample, saving);
    findings.push_back(std::move(finding));
  }
}

}  // namespace bucketprof::findings
