// SPDX-License-Identifier: Apache-2.0
//
// The findings over_preallocated and never_used of tables that do not tell how full they were, but whose entries are in
// nodes: no more entries can have been in all arrays of a name than nodes were ever allocated for it. What is claimed
// is saved however these were distributed. Growth in steps is in bounded_growth.cpp.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "profiler/facts/facts.h"
#include "profiler/findings/bounded_growth.h"
#include "profiler/findings/findings.h"
#include "profiler/findings/node_arrays.h"
#include "profiler/findings/worst_cost.h"

namespace bucketprof::findings {
namespace {

constexpr double kFarMore = 8;       // slots for each node: fewer may be a load factor of which nothing is known
constexpr double kFewArrays = 0.05;  // of the arrays of a line
constexpr double kOneTable = 0.5;    // less is no table

double limit_of(const NodeArrays& arrays, std::uint64_t slots) {
  return static_cast<double>(arrays.table->rule->limit(slots));
}

/// Arrays of other sizes that may have taken the place of one of these, by reserve() or growth.
double others_replacing(const NodeArrays& arrays, std::uint64_t slots) {
  double others = 0;
  for (const auto* const lines : {&arrays.reserved, &arrays.grown}) {
    for (const ArrayLine& line : *lines) {
      for (const auto& [other, size] : line.sizes) others += other == slots ? 0 : size.ever;
    }
  }
  return others;
}

bool has_larger(const NodeArrays& arrays, std::uint64_t slots) {
  return std::any_of(arrays.grown.begin(), arrays.grown.end(),
                     [&](const ArrayLine& line) { return line.sizes.upper_bound(slots) != line.sizes.end(); });
}

/// Whether no two of the line's arrays can have had the same entries. A table that was given the same number of slots
/// again has had another array in between; and arrays in use at one moment belong to different tables.
bool are_of_different_tables(const NodeArrays& arrays, const ArrayLine& line) {
  if (line.ever() < 1 + kOneTable || line.in_use() > line.ever() - kOneTable) return true;
  return line.sizes.size() == 1 && others_replacing(arrays, line.sizes.begin()->first) <= kFewArrays * line.ever();
}

/// Whether these may be just the slots that reserve() gives a table for its nodes if it was given a small load factor
/// before, of those that programs have. That is no fault, and leaves no trace in blocks.
bool may_be_sparse(const NodeArrays& arrays, const ArrayLine& line) {
  constexpr std::array<double, 5> kFactors{0.1, 0.125, 0.05, 0.02, 0.01};
  constexpr std::ptrdiff_t kOften = 2;  // of these; the others are for a table or two
  constexpr double kSpecial = 2.5;
  double slots = 0;
  double most = 0;  // slots of the arrays of the next larger sizes
  for (const auto& [each, size] : line.sizes) {
    slots += size.ever * static_cast<double>(each);
    most += size.ever * static_cast<double>(arrays.table->rule->slots_for(each + 1));
  }
  if (slots <= 0 || arrays.nodes <= 0) return false;
  // If the nodes are an estimate, or each array twice as large as the one before, some factor always fits.
  const bool is_special =
      arrays.has_exact_nodes() && arrays.table->rule->kind() != tables::Kind::kBoostNode && line.ever() < kSpecial;
  const std::ptrdiff_t factors = is_special ? std::ssize(kFactors) : kOften;
  return std::any_of(kFactors.begin(), kFactors.begin() + factors, [&](double factor) {
    // Each array is the least with as many slots as needed.
    return arrays.least_nodes <= factor * slots && arrays.nodes * most >= factor * slots * slots;
  });
}

void consider(const FindingContext& context, const NodeArrays& arrays, const ArrayLine& line,
              std::vector<Finding>& findings) {
  const GrowthRule& rule = *arrays.table->rule;
  const double tables = line.ever();
  if (tables < kOneTable) return;
  const std::uint64_t largest = line.sizes.rbegin()->first;
  const std::uint64_t smallest = line.sizes.begin()->first;
  const bool different = are_of_different_tables(arrays, line);
  double room = 0;
  for (const auto& [slots, size] : line.sizes) room += size.ever * limit_of(arrays, slots);
  const bool each_far = limit_of(arrays, smallest) >= kFarMore * arrays.nodes;  // even if all nodes were in one
  if (!each_far && (!different || room < kFarMore * arrays.nodes)) return;
  if (may_be_sparse(arrays, line)) return;

  const double most = std::min(arrays.nodes, has_larger(arrays, largest) ? arrays.nodes : limit_of(arrays, largest));
  Shared shared{.tables = tables, .entries = arrays.nodes, .most_in_one = static_cast<std::uint64_t>(most)};
  // What several arrays of a table held is not bounded in sum.
  if (!different) shared.entries = tables * most;
  const BoundedReserve best = bounded_reserve(rule, shared, line.bytes());
  const Saving saving{.avoidable = line.bytes() - best.worst, .of = line.bytes(), .variance = line.bytes_variance()};
  if (!saving.is_certain() || saving.avoidable <= 0) return;
  if (best.reserve != 0 && rule.slots_for(best.reserve) >= largest) return;

  const double unused = different ? std::max(0.0, tables - arrays.nodes) : 0;
  const auto hint = static_cast<std::uint64_t>(limit_of(arrays, largest));
  const bool never = best.reserve == 0 && unused >= context.thresholds.unused_share * tables;
  // Where one of a few nodes may have been missed, that there was none is not claimed.
  if (never && !arrays.has_exact_nodes()) return;
  Finding finding = context.about(*arrays.table, never ? FindingId::kNeverUsed : FindingId::kOverPreallocated);
  finding.basis = Basis::kBounded;
  if (never) {
    finding.problem = NeverUsed{.unused = unused, .tables = tables, .hint = hint};
  } else {
    finding.problem = OverPreallocated{.tables = tables,
                                       .hint = hint,
                                       .held = shared.most_in_one,
                                       .mean = std::min(arrays.nodes / tables, most),
                                       .filled = shared.most_in_one >= hint,
                                       .nodes = arrays.nodes};
    if (best.reserve != 0) finding.reserve = best.reserve;
  }
  const double each = best.reserve == 0 ? 0 : static_cast<double>(rule.reserved_bytes(best.reserve));
  double in_use = 0;
  for (const auto& [slots, size] : line.sizes)
    in_use += size.in_use * std::max(0.0, static_cast<double>(rule.array_bytes(slots)) - each);
  finding.avoidable_inuse = std::llround(std::min({in_use, saving.avoidable, context.inuse_space, 0x1p62}));
  finding.evidence = {{"tables", tables, "tables"},
                      {"unused_tables", unused, "tables"},
                      {"hint", static_cast<double>(hint), "entries"},
                      {"most_entries", most, "entries"},
                      {"nodes", arrays.nodes, "entries"},
                      {"allocated", line.bytes(), "bytes"},
                      {"needed", best.worst, "bytes"}};
  context.finish(finding, line.place, line.sample, saving);
  findings.push_back(std::move(finding));
}

/// Whether no node of the name can have been missed: every block was recorded, and all code that allocates for these
/// tables has names.
bool sees_all_nodes(const FindingContext& context, const TableBlocks& table) {
  return std::all_of(table.blocks.begin(), table.blocks.end(),
                     [&](const Block& block) { return context.has_all_names(block.caller); });
}

}  // namespace

void find_bounded(const FindingContext& context, const std::vector<TableBlocks>& tables,
                  std::vector<Finding>& findings) {
  if (!context.has_all_names || context.profile.duration_nanos != 0) return;  // what a period does not show came before
  const auto losses = facts::read_facts(context.profile).losses;
  if (losses.contains("blocks")) return;
  for (const TableBlocks& table : tables) {
    const std::optional<NodeArrays> arrays = node_arrays(table, context.interval);
    if (!arrays || !sees_all_nodes(context, table)) continue;
    for (const ArrayLine& line : arrays->reserved) consider(context, *arrays, line, findings);
    find_bounded_growth(context, *arrays, findings);
  }
}

}  // namespace bucketprof::findings
