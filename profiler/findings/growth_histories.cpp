// SPDX-License-Identifier: Apache-2.0
//
// Visits the sizes of the bucket arrays in ascending order. Tables that started with an array of a size, or grew into
// it, may have grown further if the array was full: its peak is the limit of the size. The number of blocks of the
// larger sizes shows how many of them did. If several growth histories have full arrays of a size, those that grew
// further are distributed in proportion to their numbers.
#include "profiler/findings/growth_histories.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "profiler/findings/growth_costs.h"
#include "profiler/findings/lives.h"
#include "profiler/findings/silence.h"

namespace bucketprof::findings {
namespace {

constexpr double kNoTable = 1e-6;  // fewer tables than this are a rounding error

/// Tables of one growth history whose array of one size was full, and which may have grown further.
struct Full {
  std::size_t history = 0;
  std::uint64_t limit = 0;  // entries in the full array
  double tables = 0;
  double variance = 0;  // of `tables`
  double entries = 0;   // mean, at their fullest
};

/// Blocks of one size and one peak that tables grew into.
struct Grown {
  std::uint64_t peak = 0;
  std::uint64_t limit = 0;  // entries that it takes
  double blocks = 0;
  double bytes = 0;
  double entries = 0;   // sum, at their fullest
  double variance = 0;  // of `blocks`
  recognize::FrameRef caller{};
};

class Tracer {
 public:
  Tracer(const TableBlocks& table, std::int64_t interval) : table_(table), rule_(*table.rule), interval_(interval) {}

  std::vector<GrowthHistory> run() && {
    for (const Block& block : table_.blocks) {
      if (is_beside_arrays(table_, block)) {
        overflow_bytes_ += block.allocs() * block.bytes();
        overflow_variance_ += variance(block) * block.bytes() * block.bytes();
      }
      if (block.facts.part != hashmap::Part::kBuckets || block.facts.slots <= 0) continue;
      least_slots_ = std::min(least_slots_, static_cast<std::uint64_t>(block.facts.slots));
      const hashmap::Cause cause = block.facts.cause;
      if (hashmap::replaces_array(cause) && cause != hashmap::Cause::kGrowDouble &&
          cause != hashmap::Cause::kGrowSameSize)
        is_by_rule_ = false;
      if (hashmap::begins_table(block.facts.cause)) start(block);
      if (block.facts.cause == hashmap::Cause::kGrowDouble || block.facts.cause == hashmap::Cause::kRehash) grow(block);
    }
    if (rule_.has_vectors())
      is_by_rule_ = false;  // the hint is what the array takes, not what the vector was asked for
    place_unhinted();
    for (const auto& [slots, arrays] : grown_) arrive(slots, arrays);
    for (const auto& [slots, waiting] : full_) end_all(slots, waiting);
    for (GrowthHistory& history : lineages_)
      std::erase_if(history.ends, [](const End& end) { return end.tables < kNoTable; });
    // Of several it is not known whose growth it is. Peaks of older profiles are rounded: they may seem far too many.
    if (table_.has_looks && lineages_.size() == 1) lineages_[0].grown = std::move(growths_);
    if (interval_ <= 1) count_moves();
    if (interval_ > 1 && is_by_rule_) {
      infer_bytes(rule_, least_slots_, lineages_);
    } else {
      add_overflow(rule_, overflow_bytes_, overflow_variance_, lineages_);
    }
    return std::move(lineages_);
  }

 private:
  struct Heaviest {
    double bytes = -1;
    recognize::FrameRef place;
    std::size_t sample = 0;
    void add(double more, const Block& block) {
      if (more <= bytes) return;
      bytes = more;
      place = block.caller;
      sample = block.sample;
    }
  };

  double variance(const Block& block) const { return block.allocs() * variance_a_block(block.facts.bytes, interval_); }

  std::uint64_t limit_of(const facts::SampleFacts& facts) const {
    return rule_.limit(static_cast<std::uint64_t>(facts.slots), static_cast<std::uint64_t>(facts.bytes));
  }

  GrowthHistory& lineage_of(const Block& block) {
    const bool hinted = block.facts.cause == hashmap::Cause::kHint;
    const bool copied = block.facts.cause == hashmap::Cause::kCopy;
    const auto key = std::tuple(hinted, copied, hinted ? block.caller.location : 0, hinted ? block.caller.function : 0,
                                hinted ? block.caller.line : 0);
    const auto [known, is_new] = by_place_.try_emplace(key, lineages_.size());
    if (is_new) {
      lineages_.emplace_back();
      lineages_.back().table = &table_;
      lineages_.back().hinted = hinted;
      lineages_.back().copied = copied;
      heaviest_.emplace_back();
      held_.push_back(0);
    }
    heaviest_[known->second].add(block.allocs() * array_bytes(table_, block), block);
    return lineages_[known->second];
  }

  void start(const Block& block) {
    GrowthHistory& history = lineage_of(block);
    const auto index = static_cast<std::size_t>(&history - lineages_.data());
    const auto slots = static_cast<std::uint64_t>(block.facts.slots);
    const double tables = block.allocs();
    history.place = heaviest_[index].place;
    history.sample = heaviest_[index].sample;
    history.hint = std::max(history.hint, static_cast<std::uint64_t>(std::max<std::int64_t>(0, block.facts.hint)));
    history.slots = std::max(history.slots, slots);
    history.tables += tables;
    history.start_bytes += tables * array_bytes(table_, block);
    history.bytes += tables * array_bytes(table_, block);
    history.inuse_start_bytes += block.inuse() * array_bytes(table_, block);
    history.inuse_tables += block.inuse();
    history.variance += variance(block) * array_bytes(table_, block) * array_bytes(table_, block);
    const double mean = mean_entries_at_fullest(block.facts);
    const std::uint64_t peak = peak_of(block.facts);
    if (peak == 0) history.unused += tables;
    held_[index] += held(tables, mean, peak);
    // How many entries there were before some were erased is not known.
    if (history.hinted && block.facts.seen && peak < limit_of(block.facts)) {
      if (block.facts.deleted.value_or(0) > 0) history.erased_tables += tables;
      if (!block.facts.deleted) history.unknown_tables += tables;
    }
    arrive_one(index, slots,
               {.peak = peak,
                .limit = limit_of(block.facts),
                .blocks = tables,
                .entries = tables * mean,
                .variance = variance(block)},
               tables);
  }

  void grow(const Block& block) {
    auto& sizes = grown_[static_cast<std::uint64_t>(block.facts.slots)];
    const std::uint64_t peak = peak_of(block.facts);
    const std::uint64_t limit = limit_of(block.facts);
    auto same = std::find_if(sizes.begin(), sizes.end(), [&](const Grown& grown) {
      return grown.peak == peak && grown.limit == limit && is_same_line(grown.caller, block.caller);
    });
    if (same == sizes.end()) same = sizes.insert(same, Grown{.peak = peak, .limit = limit, .caller = block.caller});
    same->blocks += block.allocs();
    same->bytes += block.allocs() * array_bytes(table_, block);
    same->entries += block.allocs() * mean_entries_at_fullest(block.facts);
    same->variance += variance(block);
    growth_.add(block.allocs() * array_bytes(table_, block), block);
    growths_.push_back({block.caller, block.allocs() * array_bytes(table_, block), block.sample});
  }

  /// The peak of a sample's blocks. Delta profiles have no peaks: the mean number of entries is used instead. If the
  /// kind's number of entries is unknown, every array may have been full.
  std::uint64_t peak_of(const facts::SampleFacts& facts) const {
    if (!table_.tells_entries()) return limit_of(facts);
    const double held = std::ceil(mean_entries_at_fullest(facts));
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, facts.peak.value_or(static_cast<std::int64_t>(held))));
  }

  /// `tables` tables of a growth history have `array`. They end with it, unless it was full and they may have grown
  /// further.
  void arrive_one(std::size_t history, std::uint64_t slots, const Grown& array, double tables) {
    const double variance = array.blocks > 0 ? array.variance * tables / array.blocks : 0;
    const double mean = array.blocks > 0 ? array.entries / array.blocks : 0;
    if (array.peak >= array.limit) {
      full_[slots].push_back(
          {.history = history, .limit = array.limit, .tables = tables, .variance = variance, .entries = mean});
    } else if (is_evidence(tables, variance)) {
      end(history, array.peak, mean, tables, variance, slots);
    }
  }

  void end(std::size_t history, std::uint64_t limit, double entries, double tables, double variance,
           std::uint64_t slots) {
    lineages_[history].ends.push_back({.limit = limit,
                                       .entries = entries > 0 ? entries : static_cast<double>(limit),
                                       .tables = tables,
                                       .variance = variance,
                                       .slots = slots});
  }

  /// All entries that an array held when it was replaced were moved.
  void count_moves() {
    for (std::size_t i = 0; i < lineages_.size(); ++i) {
      double moved = held_[i];
      for (const End& end : lineages_[i].ends) moved -= end.tables * end.entries;
      lineages_[i].moved = std::max(0.0, moved);
    }
  }

  /// Entries of `blocks` arrays at their fullest; `mean` is 0 if entries are not in the arrays.
  static double held(double blocks, double mean, std::uint64_t peak) {
    return blocks * (mean > 0 ? mean : static_cast<double>(peak));
  }

  /// Sets the call site of tables that were not reserved: that of their growth, before which a reserve() belongs.
  void place_unhinted() {
    for (GrowthHistory& history : lineages_) {
      if (history.hinted || history.copied || growth_.bytes < 0) continue;
      history.place = growth_.place;
      history.sample = growth_.sample;
    }
    // No full array precedes the smallest array of growth: the first arrays were not sampled, are not on the heap, or
    // were not full yet. Assume full first arrays, in unknown number.
    if (grown_.empty() || (!full_.empty() && full_.begin()->first < grown_.begin()->first)) return;
    if (interval_ <= 1 && ended_below(grown_.begin()->first)) return;
    auto unhinted = std::find_if(lineages_.begin(), lineages_.end(),
                                 [](const GrowthHistory& known) { return !known.hinted && !known.copied; });
    if (unhinted == lineages_.end()) {
      unhinted = lineages_.insert(lineages_.end(), GrowthHistory());
      held_.push_back(0);
      unhinted->table = &table_;
      unhinted->place = growth_.place;
      unhinted->sample = growth_.sample;
    }
    const auto index = static_cast<std::size_t>(unhinted - lineages_.begin());
    const std::uint64_t first = rule_.first_slots();
    full_[first].push_back({.history = index, .limit = rule_.limit(first), .tables = 0, .entries = 0});
  }

  /// Tables that grew into arrays of `slots` slots come from the next smaller size with full arrays. If these are too
  /// few, the rest come from smaller sizes.
  void arrive(std::uint64_t slots, const std::vector<Grown>& arrays) {
    double left = 0;
    for (const Grown& array : arrays) left += array.blocks;
    for (auto from = full_.lower_bound(slots); left > 0 && from != full_.begin();) {
      --from;
      double waiting = 0;
      for (const Full& full : from->second) waiting += full.tables;
      // In a sampled profile, more tables may have grown than were seen to start.
      const double taken = interval_ > 1 && from == full_.begin() ? left : std::min(left, waiting);
      for (Full& full : from->second) {
        const double share = waiting > 0 ? full.tables / waiting : 1.0 / static_cast<double>(from->second.size());
        go_on(full, taken * share, slots, arrays);
      }
      left -= taken;
    }
    if (left > kNoTable && interval_ <= 1) left -= take_ended(slots, left, arrays);
    if (left < kNoTable || full_.empty() || full_.begin()->first >= slots) return;
    // First arrays that are not on the heap.
    std::vector<Full>& smallest = full_.begin()->second;
    for (Full& full : smallest) go_on(full, left / static_cast<double>(smallest.size()), slots, arrays);
  }

  /// Whether all arrays that replaced others were allocated at this line.
  bool all_grew_at(const recognize::FrameRef& place) const {
    return std::all_of(grown_.begin(), grown_.end(), [&](const auto& size) {
      return std::all_of(size.second.begin(), size.second.end(),
                         [&](const Grown& array) { return is_same_line(array.caller, place); });
    });
  }

  /// Whether a table ended with an array of fewer slots.
  bool ended_below(std::uint64_t slots) const {
    return std::any_of(lineages_.begin(), lineages_.end(), [slots](const GrowthHistory& history) {
      return std::any_of(history.ends.begin(), history.ends.end(),
                         [slots](const End& end) { return end.slots < slots && end.tables > kNoTable; });
    });
  }

  /// An array that was not full was replaced, too, if no full one explains a larger one: by reserve() on a table in
  /// use. Takes up to `wanted` tables from those that ended with the next smaller arrays, and returns how many.
  double take_ended(std::uint64_t slots, double wanted, const std::vector<Grown>& arrays) {
    double taken = 0;
    while (wanted - taken > kNoTable) {
      const End* largest = nullptr;
      for (const GrowthHistory& history : lineages_) {
        for (const End& end : history.ends) {
          if (end.slots >= slots || end.tables < kNoTable) continue;
          if (largest == nullptr || end.slots > largest->slots) largest = &end;
        }
      }
      if (largest == nullptr) break;
      taken += take(slots, wanted - taken, arrays, largest->slots);
    }
    return taken;
  }
  double take(std::uint64_t slots, double wanted, const std::vector<Grown>& arrays, std::uint64_t from) {
    double taken = 0;
    for (std::size_t i = 0; i < lineages_.size(); ++i) {
      for (std::size_t e = 0; e < lineages_[i].ends.size() && wanted - taken > kNoTable; ++e) {
        End& end = lineages_[i].ends[e];
        const double tables = std::min(end.tables, wanted - taken);
        if (end.slots != from || tables < kNoTable) continue;
        Full left{.history = i, .limit = std::uint64_t(end.entries), .tables = end.tables, .entries = end.entries};
        end.tables -= tables;
        taken += tables;
        if (!all_grew_at(lineages_[i].place)) {
          lineages_[i].enlarged_elsewhere = true;
          lineages_[i].most_slots = std::numeric_limits<std::uint64_t>::max();
        }
        go_on(left, tables, slots, arrays);  // may add ends: `end` is not valid any more
      }
    }
    return taken;
  }

  void go_on(Full& full, double tables, std::uint64_t slots, const std::vector<Grown>& arrays) {
    if (tables <= 0) return;
    GrowthHistory& history = lineages_[full.history];
    full.tables = std::max(0.0, full.tables - tables);
    history.growths += tables;
    history.moved += tables * static_cast<double>(full.limit);
    double all = 0;
    for (const Grown& array : arrays) all += array.blocks;
    for (const Grown& array : arrays) {
      const double share = tables / all;
      history.bytes += array.bytes * share;
      full.variance += array.variance * share;
      if (array.blocks > 0) {
        const double bytes = array.bytes / array.blocks;
        history.variance += array.variance * share * bytes * bytes;
      }
      const double each = array.blocks > 0 ? array.entries / array.blocks : 0;
      held_[full.history] += held(array.blocks * share, each, array.peak);
      arrive_one(full.history, slots, array, array.blocks * share);
    }
  }

  void end_all(std::uint64_t slots, const std::vector<Full>& waiting) {
    for (const Full& full : waiting) {
      // The number of tables that grew further is an estimate, too, so a small rest may be none.
      if (is_evidence(full.tables, full.variance))
        end(full.history, full.limit, full.entries, full.tables, full.variance, slots);
    }
  }

  const TableBlocks& table_;
  const GrowthRule& rule_;
  std::int64_t interval_;
  std::vector<GrowthHistory> lineages_;
  std::vector<Heaviest> heaviest_;
  std::vector<double> held_;  // by growth history: entries of all its arrays, each at its fullest
  std::map<std::tuple<bool, bool, model::LocationId, model::FunctionId, std::int64_t>, std::size_t> by_place_;
  std::map<std::uint64_t, std::vector<Full>> full_;    // by slots
  std::map<std::uint64_t, std::vector<Grown>> grown_;  // by slots
  Heaviest growth_;
  std::vector<GrownAt> growths_;
  std::uint64_t least_slots_ = std::numeric_limits<std::uint64_t>::max();  // of the smallest array
  bool is_by_rule_ = true;                                                 // no array can be from a later reserve()
  double overflow_bytes_ = 0;
  double overflow_variance_ = 0;
};

}  // namespace

bool is_same_line(const recognize::FrameRef& a, const recognize::FrameRef& b) {
  return a.function == b.function && a.line == b.line && (a.function != model::kNone || a.location == b.location);
}

std::vector<GrowthHistory> growth_histories(const TableBlocks& table, std::int64_t interval) {
  if (!table.rule) return {};
  FillEvidence fill;
  for (const Block& block : table.blocks) fill.add(block.facts);
  if (table.has_looks && !fill.tells_fill()) return {};
  for (const Block& block : table.blocks) {
    if (!table.tells_entries() || table.has_looks) break;
    // Delta profiles have no peaks, so they do not show how full an array was if the entries are in nodes.
    if (block.facts.part == hashmap::Part::kBuckets && !block.facts.peak && block.facts.entry_bytes <= 0) return {};
  }
  return tells_lives(table) ? lives(table, interval) : Tracer(table, interval).run();
}

}  // namespace bucketprof::findings
