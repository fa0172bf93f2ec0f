// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/bounded_growth.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "profiler/findings/insert_lines.h"

namespace bucketprof::findings {
namespace {

constexpr double kRounding = 0.25;      // variance of a number of blocks in a sampled profile, which is a whole number
constexpr double kErrors = 3;           // standard errors that a difference of estimates must have
constexpr double kAnyTable = 0.5;       // less is no table
constexpr double kUsualTables = 2.5;    // whose growth once is the normal price
constexpr std::size_t kLeastSteps = 4;  // sizes that one line reserves, a batch at a time
constexpr double kLeastFilled = 0.8;    // what must have come, of what fills each array before the next is reserved
constexpr double kMostKept = 1.05;      // arrays in use for each table that has one
constexpr double kLeastKept = 0.9;      // likewise

/// Arrays that followed each other, with the number that grew into each.
struct Chain {
  recognize::FrameRef place;
  std::size_t sample = 0;
  std::uint64_t hint = 0;                                     // what the first array takes, if it was reserved
  std::vector<std::pair<std::uint64_t, ArraysOfSize>> steps;  // by slots, ascending
  double variance = 0;                                        // of the bytes of what was replaced
};

/// Tables whose last array has as many slots.
struct Ended {
  std::uint64_t slots = 0;
  std::uint64_t before = 0;  // slots of the array that it replaced; 0: none
  double tables = 0;
  double in_use = 0;
};

std::vector<Ended> ended_of(const Chain& chain) {
  std::vector<Ended> ended;
  double later = 0;
  for (auto step = chain.steps.rbegin(); step != chain.steps.rend(); ++step) {
    const auto before = std::next(step);
    const double ever = step->second.ever;
    ended.push_back({.slots = step->first,
                     .before = before == chain.steps.rend() ? 0 : before->first,
                     .tables = ever - later,
                     .in_use = step->second.in_use});
    later = ever;
  }
  std::reverse(ended.begin(), ended.end());
  return ended;
}

double tables_of(const std::vector<Ended>& ended) {
  double sum = 0;
  for (const Ended& end : ended) sum += end.tables;
  return sum;
}

/// What tables that ended so had in all, with the usual load factor.
struct Held {
  double least = 0;
  double most = 0;
};
Held held_by(const GrowthRule& rule, const std::vector<Ended>& ended) {
  Held held;
  for (const Ended& end : ended) {
    if (end.before != 0) held.least += end.tables * static_cast<double>(rule.limit(end.before));
    held.most += end.tables * static_cast<double>(rule.limit(end.slots));
  }
  return held;
}

/// Whether the nodes show that these tables have about the usual load factor: with a larger one more must have come,
/// with a smaller one fewer would have been enough.
bool has_usual_load(const NodeArrays& arrays, const Chain& chain) {
  const Held held = held_by(*arrays.table->rule, ended_of(chain));
  return arrays.has_exact_nodes() && arrays.nodes > held.least && arrays.nodes <= held.most;
}

struct Claim {
  std::uint64_t reserve = 0;
  double needed = 0;
  std::uint64_t most = 0;  // entries of the largest table, at most
  bool by_nodes = false;   // fewer nodes ever came than the last array takes
};

/// The best argument for tables that ended so, and what they allocate with it at most.
Claim claim_of(const NodeArrays& arrays, const std::vector<Ended>& ended) {
  const GrowthRule& rule = *arrays.table->rule;
  const auto nodes = static_cast<std::uint64_t>(std::min(arrays.nodes, 0x1p60));
  const auto most_of = [&](const Ended& end) { return std::min(rule.limit(end.slots), nodes); };
  Claim best{.needed = -1};
  for (const Ended& last : ended) {
    if (last.tables < kAnyTable) continue;
    const std::uint64_t reserve = most_of(last);
    double needed = 0;
    for (const Ended& end : ended) {
      const std::uint64_t most = most_of(end);
      needed += end.tables * rule.cost(reserve, most, static_cast<double>(most)).all();
    }
    best.most = std::max(best.most, reserve);
    best.by_nodes = best.most == nodes;
    if (best.needed >= 0 && needed >= best.needed) continue;
    best.reserve = reserve;
    best.needed = needed;
  }
  return best;
}

void report(const FindingContext& context, const NodeArrays& arrays, const Chain& chain,
            std::vector<Finding>& findings) {
  if (chain.steps.size() < 2) return;
  const GrowthRule& rule = *arrays.table->rule;
  const std::vector<Ended> ended = ended_of(chain);
  // Nodes that are moved from table to table, as by merge(), bound nothing.
  if (arrays.nodes < held_by(rule, ended).least) return;
  const Claim claim = claim_of(arrays, ended);
  if (claim.needed < 0 || rule.slots_for(claim.reserve) <= chain.steps.front().first) return;
  Saving saving{.avoidable = -claim.needed, .variance = chain.variance};
  double growths = 0;
  double moved = 0;
  double replaced_in_use = 0;
  double replaced_bytes = 0;
  for (std::size_t i = 0; i < chain.steps.size(); ++i) {
    const auto& [slots, size] = chain.steps[i];
    saving.avoidable += size.bytes;
    saving.of += size.bytes;
    if (i > 0) growths += size.ever;
    const double replaced = std::max(0.0, size.ever - ended[i].tables);
    moved += replaced * static_cast<double>(rule.limit(slots));
    const double kept = std::clamp(size.in_use - ended[i].tables, 0.0, replaced);
    replaced_in_use += kept;
    replaced_bytes += kept * static_cast<double>(rule.array_bytes(slots));
  }
  if (!saving.is_certain()) return;
  const double tables = tables_of(ended);
  Finding finding = context.about(*arrays.table, FindingId::kGrownInSteps);
  finding.basis = claim.by_nodes ? Basis::kBounded : Basis::kInferred;
  finding.reserve = claim.reserve;
  GrownInSteps grown{.tables = tables,
                     .hint = chain.hint,
                     .growths = growths,
                     .moved = moved,
                     .held = claim.most,
                     .held_is_known = false};
  recognize::FrameRef place = chain.place;
  std::size_t sample = chain.sample;
  if (chain.hint > 0) {
    const TableBlocks* const table = arrays.table;
    if (const auto at = unexpected_line({&table, 1}, static_cast<double>(chain.hint) * tables)) {
      grown.expected = at->other;
      grown.unexpected = at->here;
      finding.reserved_at = context.frames.describe(place);
      grown.reserved_at = short_place(*finding.reserved_at);
      place = at->line;
      sample = at->sample;
    }
  }
  finding.problem = grown;
  // As of tables that tell: once is the normal price, unless it raised the high-water mark.
  finding.is_note = chain.hint == 0 && tables <= kUsualTables && replaced_in_use < kAnyTable;
  finding.avoidable_inuse = std::llround(std::min({replaced_bytes, saving.avoidable, context.inuse_space, 0x1p62}));
  finding.evidence = {{"tables", tables, "tables"},
                      {"hint", static_cast<double>(chain.hint), "entries"},
                      {"most_entries", static_cast<double>(claim.most), "entries"},
                      {"growths", growths, "blocks"},
                      {"moved_entries", moved, "entries"},
                      {"nodes", arrays.nodes, "entries"},
                      {"allocated", saving.of, "bytes"},
                      {"needed", claim.needed, "bytes"}};
  context.finish(finding, place, sample, saving);
  findings.push_back(std::move(finding));
}

/// The part of `sizes` that follows from an array of `slots` slots on, each from the one before.
Chain chain_from(const GrowthRule& rule, const ArraySizes& sizes, std::uint64_t slots, bool is_sampled) {
  Chain chain;
  for (;;) {
    const auto size = sizes.find(slots);
    // Of small arrays a sampled profile may have none.
    if (size == sizes.end() && (!is_sampled || !chain.steps.empty())) break;
    if (size != sizes.end()) chain.steps.emplace_back(slots, size->second);
    const std::uint64_t next = rule.next_slots(slots);
    if (next <= slots || sizes.empty() || next > sizes.rbegin()->first) break;
    slots = next;
  }
  return chain;
}

/// The same chain from what a sample tells. Small arrays have few samples, or none; but a table has had all smaller
/// ones before its last. That it ended before the largest of all is taken for true if it is more than an error.
Chain smoothed(const GrowthRule& rule, const Chain& sampled) {
  Chain chain;
  if (sampled.steps.empty()) return chain;
  const std::uint64_t least = sampled.steps.front().first;
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t slots = rule.first_slots(); slots < least; slots = rule.next_slots(slots)) sizes.push_back(slots);
  const std::size_t unseen = sizes.size();
  for (const auto& [slots, size] : sampled.steps) sizes.push_back(slots);
  double tables = 0;
  double variance = 0;  // of `tables`
  double replaced = 0;  // error of the bytes of what was replaced
  double guessed = 0;   // bytes of sizes that were not seen
  for (std::size_t i = sizes.size(); i-- > 0;) {
    ArraysOfSize size;
    if (i >= unseen) {
      size = sampled.steps[i - unseen].second;
      const double more = size.ever - tables;
      if (tables <= 0 || more > kErrors * std::sqrt(size.variance + variance)) {
        tables = size.ever;
        variance = size.variance + kRounding;
      }
    }
    const auto each = static_cast<double>(rule.array_bytes(sizes[i]));
    size.ever = tables;
    size.bytes = tables * each;
    chain.steps.emplace_back(sizes[i], size);
    if (i + 1 == sizes.size()) continue;
    replaced += std::sqrt(variance) * each;  // the same tables had all of them, so their errors are one
    if (i < unseen) guessed += size.bytes;
  }
  std::reverse(chain.steps.begin(), chain.steps.end());
  // What was not seen counts as two of its errors: these tables may have begun later.
  chain.variance = replaced * replaced + guessed * guessed / 4;
  return chain;
}

/// Whether each size but the last has as many arrays as the next one, at least.
bool is_whole(const Chain& chain) {
  if (chain.steps.empty()) return false;
  for (std::size_t i = 1; i < chain.steps.size(); ++i) {
    if (chain.steps[i].second.ever > chain.steps[i - 1].second.ever + kAnyTable) return false;
  }
  return true;
}

/// Whether any of the sizes follows from an array of `slots` slots.
bool follows_from(const GrowthRule& rule, std::uint64_t slots, const ArraySizes& sizes) {
  while (!sizes.empty() && slots <= sizes.rbegin()->first) {
    if (sizes.contains(slots)) return true;
    const std::uint64_t next = rule.next_slots(slots);
    if (next <= slots) break;
    slots = next;
  }
  return false;
}

void place_at(Chain& chain, const ArrayLine& line) {
  chain.place = line.place;
  chain.sample = line.sample;
}

/// Tables that grew from a first array on: those of each line if all of them did all their growing there, else all.
/// Returns whether all growth is explained so.
void grown_from_first(const FindingContext& context, const NodeArrays& arrays, std::vector<Finding>& findings) {
  const GrowthRule& rule = *arrays.table->rule;
  const bool is_sampled = context.interval > 1;
  // What was reserved may have grown by the same sizes.
  for (const ArrayLine& line : arrays.reserved) {
    for (const auto& [slots, size] : line.sizes) {
      if (follows_from(rule, rule.first_slots(), {{rule.next_slots(slots), {}}})) return;
    }
  }
  std::vector<Chain> each;
  ArraySizes all;
  const ArrayLine* heaviest = nullptr;
  bool apart = true;
  std::size_t begin = 0;  // lines with first arrays
  for (const ArrayLine& line : arrays.grown) {
    Chain chain = chain_from(rule, line.sizes, rule.first_slots(), is_sampled);
    const bool has_all = chain.steps.size() == line.sizes.size();
    if (is_sampled) chain = smoothed(rule, chain);
    begin += line.sizes.contains(rule.first_slots()) ? 1 : 0;
    const bool is_chain = has_all && is_whole(chain);
    // Lines that grow what was reserved have other sizes, and are not meant here.
    if (!is_chain && follows_from(rule, rule.first_slots(), line.sizes)) apart = false;
    for (const auto& [slots, size] : line.sizes) {
      ArraysOfSize& sum = all[slots];
      sum.ever += size.ever;
      sum.in_use += size.in_use;
      sum.bytes += size.bytes;
      sum.variance += size.variance;
    }
    if (heaviest == nullptr || line.bytes() > heaviest->bytes()) heaviest = &line;
    if (!is_chain) continue;
    place_at(chain, line);
    each.push_back(std::move(chain));
  }
  // The first array of libstdc++ depends on the load factor, of other libraries it does not.
  const bool is_usual = rule.kind() == tables::Kind::kStdNode;
  if (apart) {
    for (const Chain& chain : each) {
      if (is_usual || has_usual_load(arrays, chain)) report(context, arrays, chain, findings);
    }
    return;
  }
  // Of several lines where tables begin, it is not known which of them grew elsewhere.
  if (begin > 1) return;
  Chain chain = chain_from(rule, all, rule.first_slots(), is_sampled);
  if (is_sampled) chain = smoothed(rule, chain);
  if (!is_whole(chain) || heaviest == nullptr || (!is_usual && !has_usual_load(arrays, chain))) return;
  place_at(chain, *heaviest);
  report(context, arrays, chain, findings);
}

/// Tables that grew beyond what a line reserved for them.
void grown_beyond(const FindingContext& context, const NodeArrays& arrays, std::vector<Finding>& findings) {
  const GrowthRule& rule = *arrays.table->rule;
  if (context.interval > 1) return;  // how many of the small arrays grew is not known
  ArraySizes grown;
  for (const ArrayLine& line : arrays.grown) {
    for (const auto& [slots, size] : line.sizes) {
      ArraysOfSize& sum = grown[slots];
      sum.ever += size.ever;
      sum.in_use += size.in_use;
      sum.bytes += size.bytes;
    }
  }
  const Chain first = chain_from(rule, grown, rule.first_slots(), false);
  for (const auto& [slots, size] : first.steps) grown.erase(slots);  // may be either's
  // Of two lines or sizes, it would not be known which grew.
  if (grown.empty() || arrays.reserved.size() != 1 || arrays.reserved.front().sizes.size() != 1) return;
  const ArrayLine& line = arrays.reserved.front();
  const auto& [slots, size] = *line.sizes.begin();
  Chain chain = chain_from(rule, grown, rule.next_slots(slots), false);
  if (chain.steps.size() != grown.size()) return;
  chain.steps.insert(chain.steps.begin(), {slots, size});
  chain.hint = rule.limit(slots);
  if (!is_whole(chain) || !has_usual_load(arrays, chain)) return;
  place_at(chain, line);
  report(context, arrays, chain, findings);
}

/// Tables that one line reserves again and again, each time for a batch more. That it is not many tables of many sizes
/// is shown by three facts: each size has at most as many arrays as the one before, only the last are in use, and as
/// many nodes came as fill each array before the next is reserved.
void reserved_in_steps(const FindingContext& context, const NodeArrays& arrays, const ArrayLine& line,
                       std::vector<Finding>& findings) {
  if (context.interval > 1 || line.sizes.size() < kLeastSteps || arrays.reserved.size() != 1 || !arrays.grown.empty())
    return;
  const GrowthRule& rule = *arrays.table->rule;
  Chain chain;
  place_at(chain, line);
  chain.steps.assign(line.sizes.begin(), line.sizes.end());
  chain.hint = rule.limit(chain.steps.front().first);
  if (!is_whole(chain)) return;
  const std::vector<Ended> ended = ended_of(chain);
  const Held held = held_by(rule, ended);
  double kept = 0;
  double last_kept = 0;
  for (const Ended& end : ended) {
    kept += end.in_use;
    last_kept += std::min(end.in_use, end.tables);
  }
  const double tables = tables_of(ended);
  if (arrays.nodes < kLeastFilled * held.least || arrays.nodes > held.most) return;
  if (kept > kMostKept * tables + 1 || last_kept < kLeastKept * tables) return;
  report(context, arrays, chain, findings);
}

}  // namespace

void find_bounded_growth(const FindingContext& context, const NodeArrays& arrays, std::vector<Finding>& findings) {
  grown_from_first(context, arrays, findings);
  grown_beyond(context, arrays, findings);
  for (const ArrayLine& line : arrays.reserved) reserved_in_steps(context, arrays, line, findings);
}

}  // namespace bucketprof::findings
