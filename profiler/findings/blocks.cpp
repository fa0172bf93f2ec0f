// SPDX-License-Identifier: Apache-2.0
//
// Groups samples by table, and estimates the entries of a block and the variance of block counts.
#include "profiler/findings/blocks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "profiler/base/statistics.h"
#include "profiler/findings/load_factor.h"
#include "profiler/findings/looked_at.h"

namespace bucketprof::findings {
namespace {

double mean_entries(const facts::SampleFacts& facts, model::SampleType objects, model::SampleType space,
                    model::SampleType slack) {
  const auto& values = facts.amounts.values;
  if (facts.entry_bytes <= 0 || values[objects] <= 0) return 0;
  const double bytes = static_cast<double>(values[space]) - static_cast<double>(values[slack]);
  return std::max(0.0, bytes / static_cast<double>(facts.entry_bytes) / static_cast<double>(values[objects]));
}

constexpr std::size_t kMostSeen = 1000;

std::vector<SeenArray> seen_arrays(const TableBlocks& table) {
  std::vector<SeenArray> seen;
  std::int64_t in_vectors = 0;  // bytes of an entry in a vector beside the arrays
  for (const Block& block : table.blocks) {
    const facts::SampleFacts& facts = block.facts;
    if (facts.part == hashmap::Part::kOther && facts.slots > 0)
      in_vectors = std::max(in_vectors, facts.bytes / facts.slots);
    if (facts.part != hashmap::Part::kBuckets) continue;
    seen.push_back({facts.slots, facts.bytes, facts.entry_bytes, facts.cause});
  }
  for (SeenArray& array : seen) array.entry_bytes = std::max(array.entry_bytes, in_vectors);
  // Many samples have arrays of one size. A file may have any number of sizes: the largest tell enough.
  std::sort(seen.rbegin(), seen.rend());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  seen.resize(std::min(seen.size(), kMostSeen));
  return seen;
}

std::vector<ArraySize> array_sizes(const TableBlocks& table) {
  std::map<std::uint64_t, ArraySize> sizes;
  for (const Block& block : table.blocks) {
    const facts::SampleFacts& facts = block.facts;
    if (facts.part != hashmap::Part::kBuckets || facts.slots <= 0) continue;
    const auto slots = static_cast<std::uint64_t>(facts.slots);
    const std::uint64_t limit = facts.limit > 0 ? static_cast<std::uint64_t>(facts.limit) : slots;
    ArraySize& size =
        sizes.try_emplace(slots, ArraySize{.slots = slots, .least_limit = limit, .most_limit = limit}).first->second;
    size.least_limit = std::min(size.least_limit, limit);
    size.most_limit = std::max(size.most_limit, limit);
    size.peak = std::max(size.peak, static_cast<std::uint64_t>(std::max<std::int64_t>(0, facts.peak.value_or(0))));
    size.grown = size.grown || facts.cause == hashmap::Cause::kRehash;
  }
  std::vector<ArraySize> sorted;
  sorted.reserve(sizes.size());
  for (const auto& [slots, size] : sizes) sorted.push_back(size);
  return sorted;
}

void find_rule(TableBlocks& table, tables::Kind kind) {
  const std::optional<LoadFactor> factor = load_factor_of(kind, array_sizes(table));
  if (!factor) return;
  table.rule = GrowthRule::of(kind, seen_arrays(table), factor->value);
  if (!table.rule || !factor->inferred) return;
  for (Block& block : table.blocks) {  // which say what reserved arrays take with the usual load factor
    if (block.facts.hint > 0)
      block.facts.hint = static_cast<std::int64_t>(table.rule->limit(static_cast<std::uint64_t>(block.facts.slots)));
  }
}

void sort_blocks(const model::Profile& profile, std::vector<Block>& blocks) {
  const auto rank = [&profile](const Block& block) {
    const facts::SampleFacts& facts = block.facts;
    const model::FunctionId function = block.caller.function;
    const std::string_view name = function == model::kNone ? "" : profile.str(profile.functions[function].name);
    return std::tuple(name, block.caller.line, facts.part, facts.cause, facts.bytes, facts.entry_bytes, facts.slots,
                      facts.hint, facts.limit, facts.peak, facts.seen, facts.deleted, facts.amounts.values);
  };
  std::stable_sort(blocks.begin(), blocks.end(), [&rank](const Block& a, const Block& b) { return rank(a) < rank(b); });
}

}  // namespace

std::vector<TableBlocks> table_blocks(const model::Profile& profile, const facts::SampleReader& reader,
                                      const recognize::Frames& frames) {
  std::vector<TableBlocks> tables;
  std::map<std::pair<model::StringId, model::StringId>, std::size_t> known;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    facts::SampleFacts facts = reader.read(i);
    if (facts.table == 0) continue;
    const auto [place, is_new] = known.try_emplace({facts.table, facts.kind}, tables.size());
    if (is_new) tables.push_back({.table = facts.table, .kind = facts.kind, .blocks = {}, .rule = {}});
    tables[place->second].blocks.push_back({.facts = facts, .caller = frames.caller(i), .sample = i});
  }
  std::sort(tables.begin(), tables.end(), [&profile](const TableBlocks& a, const TableBlocks& b) {
    return std::pair(profile.str(a.table), profile.str(a.kind)) < std::pair(profile.str(b.table), profile.str(b.kind));
  });
  for (TableBlocks& table : tables) {
    sort_blocks(profile, table.blocks);
    find_rule(table, tables::kind_of(profile.str(table.kind)));
    use_looks(table);
  }
  return tables;
}

double array_bytes(const TableBlocks& table, const Block& block) {
  return block.bytes() +
         static_cast<double>(table.rule->companion_bytes(static_cast<std::uint64_t>(block.facts.slots)));
}

bool is_beside_arrays(const TableBlocks& table, const Block& block) {
  return block.facts.part == hashmap::Part::kOverflow ||
         (table.rule->has_vectors() && block.facts.part == hashmap::Part::kOther);
}

bool is_evidence(double tables, double variance) {
  constexpr double kMostRelativeVariance = 0.25;  // 0.5^2
  constexpr double kNoTable = 1e-6;               // fewer tables than this are a rounding error
  return tables > kNoTable && variance <= kMostRelativeVariance * tables * tables;
}

double mean_entries_at_fullest(const facts::SampleFacts& facts) {
  return mean_entries(facts, model::kAllocObjects, model::kAllocSpace, model::kAllocSlack);
}

double mean_entries_now(const facts::SampleFacts& facts) {
  return mean_entries(facts, model::kInuseObjects, model::kInuseSpace, model::kInuseSlack);
}

double variance_a_block(std::int64_t bytes, std::int64_t interval) {
  if (interval <= 1 || bytes <= 0) return 0;
  const double sampled = sampling_probability(static_cast<double>(bytes), static_cast<double>(interval));
  return (1 - sampled) / sampled;
}

}  // namespace bucketprof::findings
