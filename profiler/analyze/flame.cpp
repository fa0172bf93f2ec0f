// SPDX-License-Identifier: Apache-2.0
//
// A node is a set of samples with the same outermost frames. The heaviest set is split first, by the next frame. Sets
// that are too light are never split, so time and memory depend on the size of the result, not on that of the whole
// tree. There is no recursion, because a file may contain stacks of any depth.
#include "profiler/analyze/flame.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "profiler/base/cxx_name.h"
#include "profiler/base/saturating.h"
#include "profiler/facts/sample_facts.h"
#include "profiler/facts/sample_values.h"
#include "profiler/recognize/frames.h"

namespace bucketprof::analyze {
namespace {

constexpr std::uint32_t kFoldedName = 0;
constexpr std::uint32_t kRootName = 1;

class Grower {
 public:
  Grower(const model::Profile& profile, const FlameLimits& limits)
      : profile_(profile), limits_(limits), width_(profile.sample_types.size()) {}

  Flame grow() && {
    for (const model::ValueType& type : profile_.sample_types) {
      flame_.types.push_back({std::string(profile_.str(type.type)), std::string(profile_.str(type.unit))});
    }
    const std::string_view weight = facts::SampleReader(profile_).weight_type();
    for (std::size_t i = 0; i < width_; ++i) {
      if (flame_.types[i].type == weight) flame_.weight = i;
    }
    name_frames();
    measure();
    plant();
    while (!open_.empty()) {
      const Group group = open_.top();
      open_.pop();
      split(group);
    }
    return std::move(*this).in_order();
  }

 private:
  struct Node {
    std::uint32_t name = 0;
    std::uint32_t parent = 0;
    double share = 0;  // the largest of all types
    std::vector<std::int64_t> own;
  };
  // The samples order_[first, last) of a node, still to be split by their frame at `depth` (0: the outermost).
  struct Group {
    std::uint32_t node = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t depth = 0;
    double share = 0;
    friend bool operator<(const Group& a, const Group& b) {
      return a.share != b.share ? a.share < b.share : a.node > b.node;
    }
  };

  std::uint32_t name(std::string text) {
    const auto [found, is_new] = by_text_.try_emplace(std::move(text), static_cast<std::uint32_t>(flame_.names.size()));
    if (is_new) {
      flame_.names.push_back(found->first);
      flame_.container.push_back(recognize::is_container_code(found->first));
    }
    return found->second;
  }

  // Collects the names of each location and, from them, those of each sample's stack, outermost frame first.
  void name_frames() {
    flame_.names = {kFolded, ""};
    flame_.container = {false, false};
    std::vector<std::uint32_t> functions;
    functions.reserve(profile_.functions.size());
    for (const model::Function& function : profile_.functions) {
      functions.push_back(name(qualified_name(profile_.str(function.name))));
    }
    const recognize::Frames frames(profile_);
    std::vector<std::vector<std::uint32_t>> locations;
    locations.reserve(profile_.locations.size());
    for (model::LocationId id = 0; id < profile_.locations.size(); ++id) {
      auto& names = locations.emplace_back();
      const auto& lines = profile_.locations[id].lines;
      for (auto line = lines.rbegin(); line != lines.rend(); ++line) names.push_back(functions[line->function]);
      if (lines.empty()) names.push_back(name(frames.describe({id, model::kNone, 0}).function));
    }
    starts_.reserve(profile_.samples.size() + 1);
    starts_.push_back(0);
    for (std::size_t sample = 0; sample < profile_.samples.size(); ++sample) {
      const auto stack = profile_.stack(sample);
      const std::size_t first = path_.size();
      for (auto frame = stack.rbegin(); frame != stack.rend() && path_.size() - first <= limits_.depth; ++frame) {
        path_.insert(path_.end(), locations[*frame].begin(), locations[*frame].end());
      }
      starts_.push_back(path_.size());
    }
  }

  // Computes the total that shares refer to, by type. Of negative values (of a difference) the absolute value counts.
  void measure() {
    sums_.assign(width_, 0);
    for (std::size_t sample = 0; sample < profile_.samples.size(); ++sample) {
      const auto values = profile_.values(sample);
      for (std::size_t i = 0; i < width_; ++i) sums_[i] += std::abs(static_cast<double>(values[i]));
    }
  }

  double share(std::span<const double> sums) const {
    double most = 0;
    for (std::size_t i = 0; i < width_; ++i) {
      if (sums_[i] > 0) most = std::max(most, sums[i] / sums_[i]);
    }
    return most;
  }

  void plant() {
    order_.resize(profile_.samples.size());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = {static_cast<std::uint32_t>(i), 0};
    nodes_.push_back({kRootName, 0, 1, std::vector<std::int64_t>(width_)});
    open_.push({0, 0, order_.size(), 0, 1});
  }

  bool ends(std::uint32_t sample, std::size_t depth) const { return starts_[sample] + depth >= starts_[sample + 1]; }

  void add_own(Node& node, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const auto values = profile_.values(order_[i].sample);
      for (std::size_t type = 0; type < width_; ++type) add_saturated(node.own[type], values[type]);
    }
  }

  double share_of(std::size_t first, std::size_t last) const {
    std::vector<double> sums(width_);
    for (std::size_t i = first; i < last; ++i) {
      const auto values = profile_.values(order_[i].sample);
      for (std::size_t type = 0; type < width_; ++type) sums[type] += std::abs(static_cast<double>(values[type]));
    }
    return share(sums);
  }

  void split(const Group& group) {
    const auto begin = order_.begin() + static_cast<std::ptrdiff_t>(group.first);
    const auto end = order_.begin() + static_cast<std::ptrdiff_t>(group.last);
    // Samples that end here come first: kFoldedName is 0 and no function has it.
    for (auto entry = begin; entry != end; ++entry) {
      entry->next = ends(entry->sample, group.depth) ? kFoldedName : path_[starts_[entry->sample] + group.depth];
    }
    if (!std::is_sorted(begin, end)) std::sort(begin, end);  // most groups have one next frame only
    std::size_t at = group.first;
    while (at < group.last && ends(order_[at].sample, group.depth)) ++at;
    add_own(nodes_[group.node], group.first, at);
    Node folded{kFoldedName, group.node, -1, std::vector<std::int64_t>(width_)};
    bool is_folding = false;
    while (at < group.last) {
      const std::size_t first = at;
      const std::uint32_t next = order_[first].next;
      while (at < group.last && order_[at].next == next) ++at;
      const double weight = share_of(first, at);
      // Each open node, this one and the new one may still get a folded child.
      const bool is_full = nodes_.size() + open_.size() + 3 > limits_.nodes;
      if (weight < limits_.share || group.depth >= limits_.depth || is_full) {
        add_own(folded, first, at);
        is_folding = true;
        continue;
      }
      nodes_.push_back({next, group.node, weight, std::vector<std::int64_t>(width_)});
      open_.push({static_cast<std::uint32_t>(nodes_.size() - 1), first, at, group.depth + 1, weight});
    }
    if (is_folding) nodes_.push_back(std::move(folded));
  }

  // Writes the nodes in preorder. A folded node has the share -1, so it is the last of its siblings.
  Flame in_order() && {
    std::vector<std::vector<std::uint32_t>> children(nodes_.size());
    for (std::uint32_t i = 1; i < nodes_.size(); ++i) children[nodes_[i].parent].push_back(i);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> waiting{{0, 0}};  // node here, parent in the result
    while (!waiting.empty()) {
      const auto [from, parent] = waiting.back();
      waiting.pop_back();
      const auto to = static_cast<std::uint32_t>(flame_.nodes.size());
      flame_.nodes.push_back({nodes_[from].name, parent});
      flame_.own.insert(flame_.own.end(), nodes_[from].own.begin(), nodes_[from].own.end());
      auto& inner = children[from];
      std::sort(inner.begin(), inner.end(), [this](std::uint32_t a, std::uint32_t b) {
        if (nodes_[a].share != nodes_[b].share) return nodes_[a].share < nodes_[b].share;
        return flame_.names[nodes_[a].name] > flame_.names[nodes_[b].name];
      });
      for (const std::uint32_t node : inner) waiting.emplace_back(node, to);
    }
    return std::move(flame_);
  }

  struct Place {
    std::uint32_t sample = 0;
    std::uint32_t next = 0;  // name of its frame at the depth by which samples are being split
    friend bool operator<(const Place& a, const Place& b) {
      return std::pair(a.next, a.sample) < std::pair(b.next, b.sample);
    }
  };

  const model::Profile& profile_;
  const FlameLimits& limits_;
  std::size_t width_;  // sample types
  Flame flame_;
  std::unordered_map<std::string, std::uint32_t> by_text_;
  std::vector<std::uint32_t> path_;  // the names of all samples' stacks, one after the other
  std::vector<std::size_t> starts_;  // by sample: where its stack starts in path_; then the end
  std::vector<double> sums_;         // by type
  std::vector<Place> order_;
  std::vector<Node> nodes_;
  std::priority_queue<Group> open_;
};

}  // namespace

Flame flame(const model::Profile& profile, const FlameLimits& limits) { return Grower(profile, limits).grow(); }

}  // namespace bucketprof::analyze
