// SPDX-License-Identifier: Apache-2.0
//
// The findings overflow_heavy and same_size_growth: more overflow buckets than a good hash explains. Either keys
// collide, or entries are inserted and erased in a nearly full table, which fills its overflow chains until it is
// rehashed at the same size. This never happens to a table without erasures, however bad its hash, so same-size growth
// distinguishes the two.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"
#include "profiler/findings/growth_histories.h"

namespace bucketprof::findings {
namespace {

struct Sum {
  double blocks = 0;
  double bytes = 0;
  double variance = 0;  // of bytes
  double heaviest = -1;
  recognize::FrameRef place;
  std::size_t sample = 0;

  void add(const Block& block, std::int64_t interval) {
    const double more = block.allocs() * block.bytes();
    blocks += block.allocs();
    bytes += more;
    variance += block.allocs() * variance_a_block(block.facts.bytes, interval) * block.bytes() * block.bytes();
    if (more <= heaviest) return;
    heaviest = more;
    place = block.caller;
    sample = block.sample;
  }
};

struct Sums {
  Sum overflow;
  Sum same_size;
  double arrays = 0;    // bytes of all bucket arrays
  double expected = 0;  // bytes of overflow that a good hash explains
  double tables = 0;
  std::uint64_t slots = 0;  // of the largest array from a same-size growth
};

Sums sums_of(const TableBlocks& table, std::int64_t interval) {
  Sums sums;
  for (const Block& block : table.blocks) {
    const facts::SampleFacts& facts = block.facts;
    if (facts.part == hashmap::Part::kOverflow) sums.overflow.add(block, interval);
    if (facts.part != hashmap::Part::kBuckets) continue;
    const auto slots = static_cast<std::uint64_t>(std::max<std::int64_t>(0, facts.slots));
    sums.arrays += block.allocs() * block.bytes();
    const double held = std::min(mean_entries_at_fullest(facts), static_cast<double>(table.rule->limit(slots)));
    sums.expected += block.allocs() * table.rule->overflow_bytes(slots, held);
    if (hashmap::begins_table(facts.cause)) sums.tables += block.allocs();
    if (facts.cause != hashmap::Cause::kGrowSameSize) continue;
    sums.same_size.add(block, interval);
    sums.slots = std::max(sums.slots, slots);
  }
  return sums;
}

/// The tables that began at the call from which most bytes were rewritten.
struct Rewritten {
  const Block* first = nullptr;  // their first array
  double tables = 0;
  double arrays = 0;  // bytes
  double held = 0;    // the most entries of any
  std::uint64_t most_slots = 0;
  bool is_plain = true;  // none did anything but grow, and be rewritten
};

Rewritten rewritten_in(const TableBlocks& table) {
  std::map<model::StringId, double> bytes;  // by start
  for (const Block& block : table.blocks) {
    if (block.facts.part == hashmap::Part::kBuckets && block.facts.cause == hashmap::Cause::kGrowSameSize)
      bytes[block.facts.start] += block.allocs() * block.bytes();
  }
  const auto most =
      std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  Rewritten found;
  for (const Block& block : table.blocks) {
    if (block.facts.part != hashmap::Part::kBuckets || block.facts.start != most->first) continue;
    found.arrays += block.allocs() * block.bytes();
    found.held = std::max(found.held, mean_entries_at_fullest(block.facts));
    constexpr tables::Life kPlain = tables::kReplaced | tables::kReserved | tables::kChurned;
    found.is_plain = found.is_plain && (block.facts.life.value_or(0) & ~kPlain) == 0;
    found.most_slots =
        std::max(found.most_slots, static_cast<std::uint64_t>(std::max<std::int64_t>(0, block.facts.slots)));
    if (!hashmap::begins_table(block.facts.cause)) continue;
    found.tables += block.allocs();
    if (most->first == 0) continue;  // not told
    if (found.first == nullptr || block.allocs() > found.first->allocs()) found.first = &block;
  }
  return found;
}

void find_same_size(const FindingContext& context, const TableBlocks& table, const Sums& sums,
                    std::vector<Finding>& findings) {
  // At half the load hardly any bucket of the bundled map overflows: the advice saves both the rehashing and the
  // overflow, but costs a larger array. Boost's tables are rewritten, too, but no reserve() ends it.
  if (context.profile.str(table.kind) != tables::name_of(tables::Kind::kGoMap)) return;
  const Rewritten rewritten = rewritten_in(table);
  constexpr double kNearlyAll = 0.95;  // or it is not known whose the overflow is
  if (rewritten.arrays < kNearlyAll * sums.arrays || !rewritten.is_plain || rewritten.most_slots > sums.slots) return;
  const double overflow = sums.overflow.bytes * rewritten.arrays / std::max(1.0, sums.arrays);
  const std::uint64_t larger = table.rule->next_slots(sums.slots);
  const double extra = std::max(1.0, rewritten.tables) * (static_cast<double>(table.rule->bytes(larger)) +
                                                          table.rule->overflow_bytes(larger, rewritten.held));
  const Saving saving{.avoidable = rewritten.arrays + overflow - extra,
                      .of = sums.arrays + sums.overflow.bytes,
                      .variance = sums.same_size.variance + sums.overflow.variance};
  if (!saving.is_certain()) return;
  Finding finding = context.about(table, FindingId::kSameSizeGrowth);
  finding.reserve = table.rule->limit(larger);
  SameSizeGrowth problem{.arrays = sums.same_size.blocks};
  // Where the tables began is where a reserve() belongs.
  if (rewritten.first != nullptr && !is_same_line(rewritten.first->caller, sums.same_size.place)) {
    finding.reserved_at = context.frames.describe(rewritten.first->caller);
    problem.reserved_at = short_place(*finding.reserved_at);
  }
  finding.problem = std::move(problem);
  finding.evidence = {{"same_size_growths", sums.same_size.blocks, "blocks"},
                      {"rewritten", sums.same_size.bytes, "bytes"},
                      {"overflow", sums.overflow.bytes, "bytes"},
                      {"arrays", sums.arrays, "bytes"}};
  context.finish(finding, sums.same_size.place, sums.same_size.sample, saving);
  findings.push_back(std::move(finding));
}

void find_overflow_in(const FindingContext& context, const TableBlocks& table, const Sums& sums,
                      std::vector<Finding>& findings) {
  const Saving saving{
      .avoidable = sums.overflow.bytes - sums.expected, .of = sums.overflow.bytes, .variance = sums.overflow.variance};
  if (!saving.is_certain()) return;
  Finding finding = context.about(table, FindingId::kOverflowHeavy);
  finding.problem = OverflowHeavy{.percent = 100 * sums.overflow.bytes / (sums.overflow.bytes + sums.arrays),
                                  .percent_good = 100 * sums.expected / std::max(1.0, sums.expected + sums.arrays)};
  finding.evidence = {{"overflow_blocks", sums.overflow.blocks, "blocks"},
                      {"overflow", sums.overflow.bytes, "bytes"},
                      {"expected_overflow", sums.expected, "bytes"},
                      {"arrays", sums.arrays, "bytes"}};
  context.finish(finding, sums.overflow.place, sums.overflow.sample, saving);
  findings.push_back(std::move(finding));
}

}  // namespace

void find_overflow(const FindingContext& context, const std::vector<TableBlocks>& tables,
                   std::vector<Finding>& findings) {
  for (const TableBlocks& table : tables) {
    if (!table.rule) continue;
    const Sums sums = sums_of(table, context.interval);
    if (sums.same_size.bytes > 0 && sums.same_size.bytes >= context.thresholds.same_size_share * sums.arrays) {
      find_same_size(context, table, sums, findings);
    } else if (sums.overflow.bytes >= context.thresholds.overflow_share * (sums.overflow.bytes + sums.arrays)) {
      find_overflow_in(context, table, sums, findings);
    }
  }
}

}  // namespace bucketprof::findings
