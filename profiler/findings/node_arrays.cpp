// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/node_arrays.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "profiler/findings/growth_histories.h"

namespace bucketprof::findings {
namespace {

constexpr std::int64_t kLeastNode = 16;    // bytes: a pointer, and an entry
constexpr std::size_t kMostNodeSizes = 2;  // with and without a stored hash; more are blocks of a pool

ArrayLine& line_of(std::vector<ArrayLine>& lines, const Block& block) {
  const auto known = std::find_if(lines.begin(), lines.end(),
                                  [&](const ArrayLine& line) { return is_same_line(line.place, block.caller); });
  if (known != lines.end()) return *known;
  lines.emplace_back();
  lines.back().place = block.caller;
  return lines.back();
}

void add(const TableBlocks& table, const Block& block, std::int64_t interval, std::vector<ArrayLine>& lines) {
  ArrayLine& line = line_of(lines, block);
  const double bytes = block.allocs() * array_bytes(table, block);
  if (bytes > line.heaviest) {
    line.heaviest = bytes;
    line.place = block.caller;
    line.sample = block.sample;
  }
  ArraysOfSize& size = line.sizes[static_cast<std::uint64_t>(block.facts.slots)];
  size.ever += block.allocs();
  size.in_use += block.inuse();
  size.bytes += bytes;
  size.variance += block.allocs() * variance_a_block(block.facts.bytes, interval);
}

template <class Of>
double sum_of(const ArraySizes& sizes, Of&& of) {
  double sum = 0;
  for (const auto& [slots, size] : sizes) sum += of(size);
  return sum;
}

}  // namespace

double ArrayLine::ever() const {
  return sum_of(sizes, [](const ArraysOfSize& size) { return size.ever; });
}
double ArrayLine::in_use() const {
  return sum_of(sizes, [](const ArraysOfSize& size) { return size.in_use; });
}
double ArrayLine::bytes() const {
  return sum_of(sizes, [](const ArraysOfSize& size) { return size.bytes; });
}
double ArrayLine::bytes_variance() const {
  return sum_of(sizes, [](const ArraysOfSize& size) { return size.bytes_variance(); });
}

std::optional<NodeArrays> node_arrays(const TableBlocks& table, std::int64_t interval) {
  if (!table.rule || tables::entries_of(table.rule->kind()) != tables::Entries::kInNodes) return std::nullopt;
  NodeArrays found{.table = &table};
  double variance = 0;
  std::set<std::int64_t> node_bytes;
  for (const Block& block : table.blocks) {
    const facts::SampleFacts& facts = block.facts;
    if (facts.peak || facts.life || facts.entry_bytes > 0) return std::nullopt;  // these tell
    if (facts.part == hashmap::Part::kNodes) {
      // A block of several sizes in one sample says nothing of their number.
      if (facts.bytes <= 0) return std::nullopt;
      found.nodes += block.allocs();
      variance += block.allocs() * variance_a_block(facts.bytes, interval);
      node_bytes.insert(facts.bytes);
      if (node_bytes.size() > kMostNodeSizes) return std::nullopt;
    }
    if (facts.part != hashmap::Part::kBuckets) continue;
    if (facts.slots <= 0 && table.rule->kind() == tables::Kind::kBoostNode) continue;  // counted with its array
    if (facts.slots <= 0) return std::nullopt;
    const auto slots = static_cast<std::uint64_t>(facts.slots);
    if (static_cast<double>(table.rule->bytes(slots)) != block.bytes()) return std::nullopt;
    if (facts.cause == hashmap::Cause::kHint) add(table, block, interval, found.reserved);
    const bool grew = facts.cause == hashmap::Cause::kFirstInsert || facts.cause == hashmap::Cause::kRehash;
    if (grew) add(table, block, interval, found.grown);
  }
  found.least_nodes = found.nodes;
  if (interval > 1) {
    // Two standard errors, and as a sample stands for many, those that may have been missed if there was none.
    constexpr double kMissed = 3;
    const auto node = static_cast<double>(node_bytes.empty() ? kLeastNode : *node_bytes.begin());
    found.least_nodes = std::max(0.0, found.nodes - 2 * std::sqrt(variance));
    found.nodes += 2 * std::sqrt(variance) + kMissed * static_cast<double>(interval) / node;
  }
  return found;
}

}  // namespace bucketprof::findings
