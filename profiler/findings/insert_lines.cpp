// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/insert_lines.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace bucketprof::findings {
namespace {

constexpr double kFarMore = 10;      // times the entries of all other lines
constexpr double kLeastUsed = 0.5;   // share of what was reserved that the others need, or it was a guess
constexpr double kMostUsed = 1.001;  // an array takes a few entries more than was asked for

struct InsertLine {
  double entries = 0;
  recognize::FrameRef place;
  std::size_t sample = 0;
  double heaviest = 0;
};

}  // namespace

std::optional<Unexpected> unexpected_line(std::span<const TableBlocks* const> tables, double hint) {
  std::map<std::tuple<model::FunctionId, std::int64_t, model::LocationId>, InsertLine> lines;
  double all = 0;
  for (const TableBlocks* const table : tables) {
    for (const Block& block : table->blocks) {
      if (block.facts.part != hashmap::Part::kNodes) continue;
      const bool named = block.caller.function != model::kNone;
      InsertLine& line =
          lines[{block.caller.function, block.caller.line, named ? model::kNone : block.caller.location}];
      line.entries += block.allocs();
      all += block.allocs();
      if (block.allocs() <= line.heaviest) continue;
      line.heaviest = block.allocs();
      line.place = block.caller;
      line.sample = block.sample;
    }
  }
  const auto most = std::max_element(lines.begin(), lines.end(),
                                     [](const auto& a, const auto& b) { return a.second.entries < b.second.entries; });
  if (most == lines.end()) return std::nullopt;
  const double other = all - most->second.entries;
  if (other < kLeastUsed * hint || other > kMostUsed * hint || most->second.entries < kFarMore * other)
    return std::nullopt;
  return Unexpected{
      .line = most->second.place, .sample = most->second.sample, .here = most->second.entries, .other = other};
}

}  // namespace bucketprof::findings
