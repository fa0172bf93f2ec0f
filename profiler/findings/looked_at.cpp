// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/looked_at.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace bucketprof::findings {
namespace {

using hashmap::Cause;

/// All arrays of one size that were looked at.
struct OfSize {
  double blocks = 0;
  double grown = 0;      // of these, those that replaced others
  double reserved = 0;   // of these, those that were reserved
  bool all_full = true;  // of entries
  bool all_worn = true;  // of entries and of what erased ones left
  std::uint64_t limit = 0;
  std::int64_t most = 0;  // entries seen in one
};

bool is_looked_at(const Block& block) {
  return block.facts.part == hashmap::Part::kBuckets && block.facts.seen && !block.facts.peak;
}

std::uint64_t slots_of(const Block& block) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, block.facts.slots));
}
std::int64_t limit_of(const GrowthRule& rule, const Block& block) {
  const auto bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, block.facts.bytes));
  return static_cast<std::int64_t>(rule.limit(slots_of(block), bytes));
}
/// Entries and the marks of erased ones, which take room as well.
std::int64_t taken_in(const Block& block) {
  std::int64_t taken = 0;
  return __builtin_add_overflow(*block.facts.seen, block.facts.deleted.value_or(0), &taken) ? *block.facts.seen : taken;
}

class Looks {
 public:
  explicit Looks(const TableBlocks& table) : rule_(*table.rule) {
    for (const Block& block : table.blocks) {
      if (!is_looked_at(block) || block.facts.slots <= 0) continue;
      OfSize& size = sizes_[slots_of(block)];
      const std::int64_t limit = limit_of(rule_, block);
      size.blocks += block.allocs();
      if (block.facts.cause == Cause::kRehash) size.grown += block.allocs();
      if (block.facts.cause == Cause::kHint) size.reserved += block.allocs();
      size.all_full = size.all_full && *block.facts.seen >= limit;
      size.all_worn = size.all_worn && *block.facts.seen < limit && taken_in(block) >= limit;
      size.most = std::max(size.most, *block.facts.seen);
      size.limit = std::max(size.limit, static_cast<std::uint64_t>(limit));
    }
    for (const auto& [slots, size] : sizes_) before_[rule_.next_slots(slots)] = &size;
  }

  /// Whether arrays were replaced long before they held what the rule says. tsl's tables can be given a load factor,
  /// of which nothing else tells; what they would allocate is then not known.
  [[nodiscard]] bool has_other_load() const {
    constexpr double kNearly = 0.9;
    return rule_.kind() == tables::Kind::kTslRobin &&
           std::any_of(before_.begin(), before_.end(), [&](const auto& replaced) {
             const auto next = sizes_.find(replaced.first);
             const OfSize& size = *replaced.second;
             return next != sizes_.end() && next->second.grown > 0 &&
                    static_cast<double>(size.most) < kNearly * static_cast<double>(size.limit);
           });
  }

  void use(Block& block) const {
    facts::SampleFacts& facts = block.facts;
    const std::int64_t limit = limit_of(rule_, block);
    std::int64_t peak = *facts.seen;
    if (facts.cause == Cause::kRehash) peak = std::max(peak, replaced_by(slots_of(block)));
    block.proven = peak;
    // What an argument of reserve() is advised for must have had room. Erased entries may have been there together.
    const bool is_replaced = taken_in(block) >= limit && !sizes_.empty() && sizes_.rbegin()->first > slots_of(block);
    if (facts.cause == Cause::kHint || is_replaced) peak = std::max(peak, std::min(taken_in(block), limit));
    facts.peak = peak;
    if (peak != *facts.seen) set_slack(facts);
    if (facts.cause == Cause::kHint && facts.hint <= 0) facts.hint = limit;
    if (facts.cause == Cause::kRehash && tables::wears_out(rule_.kind()) && is_by_tombstones(slots_of(block)))
      facts.cause = Cause::kTombstones;
  }

 private:
  /// The least entries in an array that replaced another one, if that is known to have been full; else 0.
  std::int64_t replaced_by(std::uint64_t slots) const {
    const auto before = before_.find(slots);
    const auto here = sizes_.find(slots);
    if (before == before_.end() || here == sizes_.end() || !before->second->all_full ||
        before->second->blocks < here->second.grown)
      return 0;
    return static_cast<std::int64_t>(before->second->limit) + 1;
  }

  /// Whether arrays of this size replaced reserved ones that only erased entries had filled up.
  bool is_by_tombstones(std::uint64_t slots) const {
    const auto before = before_.find(slots);
    const auto here = sizes_.find(slots);
    return before != before_.end() && here != sizes_.end() && before->second->all_worn &&
           before->second->reserved >= before->second->blocks && before->second->reserved >= here->second.grown;
  }

  /// Slack at the fullest, as it would be with the peak.
  static void set_slack(facts::SampleFacts& facts) {
    auto& values = facts.amounts.values;
    std::int64_t held = 0;
    std::int64_t all = 0;
    if (facts.entry_bytes <= 0 || facts.bytes <= 0 || values[model::kAllocSpace] <= 0 ||
        __builtin_mul_overflow(*facts.peak, facts.entry_bytes, &held) ||
        __builtin_mul_overflow(std::min(held, facts.bytes), values[model::kAllocObjects], &all))
      return;
    values[model::kAllocSlack] = std::max<std::int64_t>(0, values[model::kAllocSpace] - std::max<std::int64_t>(0, all));
  }

  const GrowthRule& rule_;
  std::map<std::uint64_t, OfSize> sizes_;          // by slots
  std::map<std::uint64_t, const OfSize*> before_;  // by the slots of what replaces a full one
};

/// Slots of an array that a table grew into, by its size; 0 if no such table has one.
std::uint64_t slots_of_grown(const GrowthRule& rule, std::uint64_t bytes) {
  std::uint64_t slots = rule.first_slots();
  while (rule.bytes(slots) < bytes) {
    const std::uint64_t next = rule.next_slots(slots);
    if (next <= slots) return 0;
    slots = next;
  }
  return rule.bytes(slots) == bytes ? slots : 0;
}

/// Small arrays are not looked at. But those that tables grew into, and out of, were full.
void tell_small(TableBlocks& table) {
  const GrowthRule& rule = *table.rule;
  std::map<std::uint64_t, double> blocks;  // by slots
  std::vector<Block*> small;
  for (Block& block : table.blocks) {
    facts::SampleFacts& facts = block.facts;
    const bool is_grown = facts.cause == Cause::kRehash || facts.cause == Cause::kFirstInsert;
    if (facts.part != hashmap::Part::kBuckets || !is_grown) continue;
    if (!facts.seen && !facts.peak && facts.bytes > 0) {
      facts.slots = static_cast<std::int64_t>(slots_of_grown(rule, static_cast<std::uint64_t>(facts.bytes)));
      if (facts.slots > 0) small.push_back(&block);
    }
    // Names do not tell the first array from those that replace it.
    if (facts.cause == Cause::kRehash && slots_of(block) == rule.first_slots()) facts.cause = Cause::kFirstInsert;
    blocks[slots_of(block)] += block.allocs();
  }
  for (Block* const block : small) {
    const auto next = blocks.find(rule.next_slots(slots_of(*block)));
    if (next == blocks.end() || next->second < blocks[slots_of(*block)]) continue;
    block->facts.peak = limit_of(rule, *block);
    block->proven = block->facts.peak;
  }
}

}  // namespace

void use_looks(TableBlocks& table) {
  table.has_looks = std::any_of(table.blocks.begin(), table.blocks.end(), is_looked_at);
  if (!table.has_looks || !table.rule) return;
  tell_small(table);
  const Looks looks(table);
  if (looks.has_other_load()) {
    table.rule.reset();
    return;
  }
  for (Block& block : table.blocks) {
    if (is_looked_at(block) && block.facts.slots > 0) looks.use(block);
  }
}

}  // namespace bucketprof::findings
