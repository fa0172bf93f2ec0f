// SPDX-License-Identifier: Apache-2.0
//
// The finding tombstones: a reserved array was replaced by a larger one although its entries would have fitted, because
// erased ones had used up the room.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"

namespace bucketprof::findings {
namespace {

/// Reserved arrays of one size.
struct Reserved {
  double blocks = 0;
  double most = 0;  // entries of any
  double heaviest = -1;
  const Block* place = nullptr;
};

}  // namespace

void find_tombstones(const FindingContext& context, const std::vector<TableBlocks>& tables,
                     std::vector<Finding>& findings) {
  for (const TableBlocks& table : tables) {
    if (!table.rule) continue;
    std::map<std::uint64_t, Reserved> reserved;  // by slots
    double all = 0;
    for (const Block& block : table.blocks) {
      if (block.facts.part != hashmap::Part::kBuckets || block.facts.slots <= 0) continue;
      all += block.allocs() * block.bytes();
      if (block.facts.cause != hashmap::Cause::kHint) continue;
      Reserved& same = reserved[static_cast<std::uint64_t>(block.facts.slots)];
      same.blocks += block.allocs();
      same.most = std::max(same.most, static_cast<double>(block.proven.value_or(block.facts.peak.value_or(0))));
      if (block.allocs() <= same.heaviest) continue;
      same.heaviest = block.allocs();
      same.place = &block;
    }
    for (const auto& [slots, arrays] : reserved) {
      double replaced = 0;
      const std::uint64_t larger = table.rule->next_slots(slots);
      for (const Block& block : table.blocks) {
        if (block.facts.part == hashmap::Part::kBuckets && block.facts.cause == hashmap::Cause::kTombstones &&
            static_cast<std::uint64_t>(block.facts.slots) == larger)
          replaced += block.allocs();
      }
      replaced = std::min(replaced, arrays.blocks);
      const auto bytes = static_cast<double>(table.rule->array_bytes(slots));
      const Saving saving{
          .avoidable = replaced * bytes,
          .of = all,
          .variance = replaced * variance_a_block(static_cast<std::int64_t>(bytes), context.interval) * bytes * bytes};
      if (replaced <= 0 || !saving.is_certain()) continue;
      Finding finding = context.about(table, FindingId::kTombstones);
      finding.basis = table.basis();
      // The smallest number that takes the larger array, in which erased entries are cleared away in place.
      finding.reserve = table.rule->limit(slots) + 1;
      finding.problem = Tombstones{
          .tables = replaced, .takes = table.rule->limit(slots), .held = static_cast<std::uint64_t>(arrays.most)};
      finding.evidence = {{"tables", replaced, "tables"}, {"most_entries", arrays.most, "entries"}};
      context.finish(finding, arrays.place->caller, arrays.place->sample, saving);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace bucketprof::findings
