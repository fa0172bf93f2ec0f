// SPDX-License-Identifier: Apache-2.0
//
// The finding copied: tables are copied at a line again and again, and the copies are soon destroyed.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "profiler/findings/findings.h"

namespace bucketprof::findings {
namespace {

constexpr double kFewestCopies = 4;  // a few copies are rarely a habit
constexpr double kAdded = 1.01;      // copies that held more than this many times what was copied were added to

/// Sums of the copies that one line made.
struct Copies {
  double made = 0;
  double gone = 0;   // destroyed
  double nodes = 0;  // entries copied into nodes
  double bytes = 0;  // of what was destroyed: arrays and nodes
  double variance = 0;
  double most = 0;  // entries of any copy
  double heaviest = -1;
  std::size_t sample = 0;
};

struct ByLine {
  bool operator()(const recognize::FrameRef& a, const recognize::FrameRef& b) const {
    return std::tuple(a.function, a.line, a.location) < std::tuple(b.function, b.line, b.location);
  }
};

void add(const Block& block, std::int64_t interval, Copies& copies) {
  const double gone = block.allocs() - block.inuse();
  copies.bytes += gone * block.bytes();
  copies.variance += block.allocs() * variance_a_block(block.facts.bytes, interval) * block.bytes() * block.bytes();
}

std::map<recognize::FrameRef, Copies, ByLine> copies_of(const TableBlocks& table, std::int64_t interval) {
  std::map<recognize::FrameRef, Copies, ByLine> lines;
  const auto line_of = [](const Block& block) {
    recognize::FrameRef line = block.caller;
    if (line.function != model::kNone) line.location = model::kNone;  // several calls may be on a line
    return line;
  };
  for (const Block& block : table.blocks) {
    if (block.facts.part != hashmap::Part::kBuckets || block.facts.cause != hashmap::Cause::kCopy) continue;
    Copies& copies = lines[line_of(block)];
    copies.made += block.allocs();
    copies.gone += block.allocs() - block.inuse();
    copies.most = std::max(copies.most, static_cast<double>(block.facts.peak.value_or(0)));
    add(block, interval, copies);
    if (block.allocs() * block.bytes() > copies.heaviest) {
      copies.heaviest = block.allocs() * block.bytes();
      copies.sample = block.sample;
    }
  }
  for (const Block& block : table.blocks) {
    if (block.facts.part != hashmap::Part::kNodes) continue;
    const auto line = lines.find(line_of(block));
    if (line == lines.end()) continue;
    line->second.nodes += block.allocs();
    add(block, interval, line->second);
  }
  return lines;
}

}  // namespace

void find_copies(const FindingContext& context, const std::vector<TableBlocks>& tables,
                 std::vector<Finding>& findings) {
  for (const TableBlocks& table : tables) {
    double all = 0;
    for (const Block& block : table.blocks) all += block.allocs() * block.bytes();
    for (const auto& [line, copies] : copies_of(table, context.interval)) {
      if (copies.gone < kFewestCopies || copies.gone < copies.made / 2) continue;
      // Nodes that came at other lines were added to the copies, so these were wanted.
      if (copies.nodes > 0 && copies.most > kAdded * copies.nodes / copies.made + 1) continue;
      const Saving saving{.avoidable = copies.bytes, .of = all, .variance = copies.variance};
      if (!saving.is_certain()) continue;
      Finding finding = context.about(table, FindingId::kCopied);
      finding.basis = Basis::kInferred;  // a value may have been changed in a copy
      finding.problem = Copied{.copies = copies.made, .gone = copies.gone};
      finding.evidence = {{"copies", copies.made, "tables"},
                          {"destroyed", copies.gone, "tables"},
                          {"copied_entries", copies.nodes, "entries"}};
      context.finish(finding, line, copies.sample, saving);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace bucketprof::findings
