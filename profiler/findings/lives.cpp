// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/lives.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "profiler/findings/growth_costs.h"

namespace bucketprof::findings {
namespace {

/// Which tables a history is about: those that began at one call, or, if most beginnings are unknown, in one way.
struct Beginning {
  bool reserved = false;
  model::StringId start = 0;
  friend auto operator<=>(const Beginning&, const Beginning&) = default;
};

class Reader {
 public:
  Reader(const TableBlocks& table, std::int64_t interval)
      : table_(table), rule_(*table.rule), kind_(table.rule->kind()), interval_(interval) {}

  std::vector<GrowthHistory> run() && {
    has_many_hints_ = has_many_hints();
    for (const Block& block : table_.blocks) {
      if (is_beside_arrays(table_, block)) {
        overflow_bytes_ += block.allocs() * block.bytes();
        overflow_variance_ += variance(block) * block.bytes() * block.bytes();
      }
      if (block.facts.part == hashmap::Part::kBuckets && block.facts.slots > 0) add(block);
    }
    std::vector<GrowthHistory> histories;
    if (tables::copies_arrays(kind_)) add_copies();
    for (auto& [beginning, history] : histories_) {
      if (interval_ <= 1 && !is_explained(history)) history.told.life |= tables::kEnlarged;
      if (beginning.start == 0 && (interval_ <= 1 || (beginning.reserved && has_many_hints_)))
        history.told.is_unclear = true;
      if (interval_ > 1 && !copies_.empty() && tables::copies_arrays(kind_)) history.told.is_unclear = true;
      set_place(history);
      history.told.overflow_bytes = overflow_bytes_;
      histories.push_back(std::move(history.told));
    }
    if (interval_ > 1 && is_by_rule_ && !rule_.has_vectors()) {
      infer_bytes(rule_, least_slots_, histories);
    } else {
      add_overflow(rule_, overflow_bytes_, overflow_variance_, histories);
    }
    return histories;
  }

 private:
  struct Told {
    GrowthHistory told;
    const Block* first = nullptr;  // the block at the call where the tables began
    double first_bytes = -1;
    const Block* grown = nullptr;  // that with the most bytes of growth
    double grown_bytes = -1;
    std::map<std::uint64_t, double> replaced;   // arrays by the slots of what usually replaces them
    std::map<std::uint64_t, double> replacing;  // by their slots
  };

  /// Whether tables were reserved at several lines.
  bool has_many_hints() const {
    const Block* first = nullptr;
    for (const Block& block : table_.blocks) {
      if (block.facts.part != hashmap::Part::kBuckets || block.facts.cause != hashmap::Cause::kHint) continue;
      if (first != nullptr && !is_same_line(first->caller, block.caller)) return true;
      first = &block;
    }
    return false;
  }

  double variance(const Block& block) const { return block.allocs() * variance_a_block(block.facts.bytes, interval_); }

  Told& history_of(const Block& block) {
    const tables::Life life = *block.facts.life;
    const bool reserved = (life & tables::kReserved) != 0;
    // A reserve() for few entries allocates what a first entry does, so exact profiles need not tell them apart.
    const bool by_start = interval_ <= 1 || (reserved && has_many_hints_);
    const Beginning beginning{.reserved = reserved && interval_ > 1, .start = by_start ? block.facts.start : 0};
    Told& history = histories_[beginning];
    history.told.table = &table_;
    history.told.hinted = history.told.hinted || reserved;
    return history;
  }

  void add(const Block& block) {
    const tables::Life life = *block.facts.life;
    if (block.facts.cause == hashmap::Cause::kCopy) {
      copies_.push_back(&block);
      return;
    }
    if ((life & tables::kCopied) != 0) return;
    const auto slots = static_cast<std::uint64_t>(block.facts.slots);
    const double bytes = block.allocs() * array_bytes(table_, block);
    Told& history = history_of(block);
    GrowthHistory& told = history.told;
    told.bytes += bytes;
    told.variance += variance(block) * array_bytes(table_, block) * array_bytes(table_, block);
    told.most_slots = std::max(told.most_slots, slots);
    least_slots_ = std::min(least_slots_, slots);
    if (hashmap::begins_table(block.facts.cause)) {
      start(block, history);
    } else {
      told.growths += block.allocs();
      told.doubled = told.doubled || block.facts.cause == hashmap::Cause::kTombstones;
      history.replacing[slots] += block.allocs();
      told.grown.push_back({block.caller, bytes, block.sample});
      if (bytes > history.grown_bytes) history.grown_bytes = bytes, history.grown = &block;
    }
    note_life(block, told);
    if ((life & tables::kReplaced) != 0) {
      told.moved += block.allocs() * entries_at_fullest(block);
      told.replaced_inuse += block.inuse() * array_bytes(table_, block);
      history.replaced[rule_.next_slots(slots)] += block.allocs();
    } else {
      told.ended_inuse += block.inuse();
      end(block, told);
    }
  }

  void start(const Block& block, Told& history) {
    GrowthHistory& told = history.told;
    const double tables = block.allocs();
    const double bytes = tables * array_bytes(table_, block);
    told.hint = std::max(told.hint, static_cast<std::uint64_t>(std::max<std::int64_t>(0, block.facts.hint)));
    const auto slots = static_cast<std::uint64_t>(block.facts.slots);
    told.varies = told.varies || (told.hinted && told.slots != 0 && told.slots != slots);
    told.slots = std::max(told.slots, slots);
    told.tables += tables;
    told.start_bytes += bytes;
    told.inuse_start_bytes += block.inuse() * array_bytes(table_, block);
    told.inuse_tables += block.inuse();
    if (bytes > history.first_bytes) history.first_bytes = bytes, history.first = &block;
  }

  void note_life(const Block& block, GrowthHistory& told) {
    constexpr tables::Life kByRule = tables::kReplaced | tables::kReserved | tables::kRefilled;
    const tables::Life life = *block.facts.life;
    const double bytes = block.allocs() * array_bytes(table_, block);
    told.life |= life;
    is_by_rule_ = is_by_rule_ && (life & ~kByRule) == 0;
    if ((life & tables::kAgain) != 0) told.again_bytes += bytes;
  }

  /// The most entries that a table had in the block: an upper limit if peaks are rounded.
  std::uint64_t peak_of(const Block& block) const {
    const auto slots = static_cast<std::uint64_t>(block.facts.slots);
    if (!table_.tells_entries()) return rule_.limit(slots, static_cast<std::uint64_t>(block.facts.bytes));
    const double held = std::ceil(mean_entries_at_fullest(block.facts));
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, block.facts.peak.value_or(static_cast<std::int64_t>(held))));
  }
  double entries_at_fullest(const Block& block) const {
    const double mean = mean_entries_at_fullest(block.facts);  // 0 if entries are in nodes
    return mean > 0 ? mean : static_cast<double>(peak_of(block));
  }

  void end(const Block& block, GrowthHistory& told) {
    const double tables = block.allocs();
    const double spread = variance(block);
    if (!is_evidence(tables, spread)) return;
    const auto slots = static_cast<std::uint64_t>(block.facts.slots);
    // What is rounded up may be more than the array takes.
    const std::uint64_t limit = rule_.limit(slots, static_cast<std::uint64_t>(block.facts.bytes));
    const std::uint64_t peak = facts::may_be_rounded(peak_of(block)) ? std::min(peak_of(block), limit) : peak_of(block);
    if (peak == 0) told.unused += tables;
    told.ends.push_back(
        {.limit = peak, .entries = entries_at_fullest(block), .tables = tables, .variance = spread, .slots = slots});
  }

  /// Whether all growth may be that of full arrays. If not, reserve() replaced one, which may have been full.
  static bool is_explained(const Told& history) {
    return std::all_of(history.replacing.begin(), history.replacing.end(), [&](const auto& arrays) {
      const auto from = history.replaced.find(arrays.first);
      return from != history.replaced.end() && from->second >= arrays.second;
    });
  }

  /// Copies belong to their sources, whose arrays they repeat.
  void add_copies() {
    for (const Block* const block : copies_) {
      const auto source = std::find_if(histories_.begin(), histories_.end(),
                                       [&](const auto& known) { return known.first.start == block->facts.start; });
      if (source == histories_.end()) continue;
      GrowthHistory& told = source->second.told;
      told.life |= tables::kCopied;
      told.bytes += block->allocs() * array_bytes(table_, *block);
      told.copies.push_back({.slots = static_cast<std::uint64_t>(block->facts.slots),
                             .limit = peak_of(*block),
                             .arrays = block->allocs()});
    }
  }

  void set_place(Told& history) const {
    GrowthHistory& told = history.told;
    const bool by_growth = interval_ > 1 && told.hint == 0 && history.grown != nullptr;
    const Block* const at = by_growth || history.first == nullptr ? history.grown : history.first;
    if (at == nullptr) return;
    told.place = at->caller;
    told.sample = at->sample;
    // Without the beginnings it is not known where a reserve() is enlarged.
    told.enlarged_elsewhere = (told.life & tables::kEnlarged) != 0 &&
                              (by_growth || std::any_of(told.grown.begin(), told.grown.end(), [&](const auto& grown) {
                                 return !is_same_line(grown.place, told.place);
                               }));
    if (by_growth) told.most_slots = ~std::uint64_t{0};
  }

  const TableBlocks& table_;
  const GrowthRule& rule_;
  tables::Kind kind_;
  std::int64_t interval_;
  std::map<Beginning, Told> histories_;
  std::vector<const Block*> copies_;
  std::uint64_t least_slots_ = ~std::uint64_t{0};
  bool is_by_rule_ = true;
  bool has_many_hints_ = false;
  double overflow_bytes_ = 0;
  double overflow_variance_ = 0;
};

}  // namespace

bool tells_lives(const TableBlocks& table) {
  // These free an array before they allocate the next one, so none seems to be replaced.
  if (table.rule && table.rule->has_vectors()) return false;
  bool any = false;
  for (const Block& block : table.blocks) {
    if (block.facts.part != hashmap::Part::kBuckets) continue;
    if (!block.facts.life) return false;
    any = true;
  }
  return any;
}

std::vector<GrowthHistory> lives(const TableBlocks& table, std::int64_t interval) {
  return Reader(table, interval).run();
}

}  // namespace bucketprof::findings
