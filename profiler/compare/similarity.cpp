// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/similarity.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace bucketprof::compare {
namespace {

constexpr std::size_t kMostOnASide = 200;

std::vector<std::uint16_t> pairs_of(std::string_view name) {
  std::vector<std::uint16_t> pairs;
  for (std::size_t i = 1; i < name.size(); ++i) {
    pairs.push_back(static_cast<std::uint16_t>(static_cast<unsigned char>(name[i - 1]) << 8U |
                                               static_cast<unsigned char>(name[i])));
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace

double name_similarity(std::string_view a, std::string_view b) {
  if (a == b) return 1;
  const auto of_a = pairs_of(a);
  const auto of_b = pairs_of(b);
  if (of_a.empty() || of_b.empty()) return 0;
  std::vector<std::uint16_t> common;
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), std::back_inserter(common));
  return 2 * static_cast<double>(common.size()) / static_cast<double>(of_a.size() + of_b.size());
}

double list_similarity(std::span<const Name> a, std::span<const Name> b) {
  const auto is_name = [](const Name& name) { return !name.empty(); };
  const std::ptrdiff_t all = std::count_if(a.begin(), a.end(), is_name) + std::count_if(b.begin(), b.end(), is_name);
  if (all == 0) return 1;
  std::vector<std::size_t> longest(b.size() + 1, 0);  // of a's first elements and each prefix of b
  for (const Name name : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = longest[j + 1];
      longest[j + 1] = name == b[j] && !name.empty() ? diagonal + 1 : std::max(above, longest[j]);
      diagonal = above;
    }
  }
  return 2 * static_cast<double>(longest.back()) / static_cast<double>(all);
}

double cost_similarity(const Cost& a, const Cost& b) {
  double sum = 0;
  constexpr std::array kCompared{model::kAllocObjects, model::kAllocSpace};
  for (const model::SampleType type : kCompared) {
    const auto [less, more] = std::minmax(a.values[type], b.values[type]);
    sum += more <= 0 ? 1 : std::max(0.0, static_cast<double>(less)) / static_cast<double>(more);
  }
  return sum / kCompared.size();
}

std::vector<SimilarPair> most_similar_pairs(std::size_t befores, std::size_t afters, double least,
                                            const std::function<double(std::size_t, std::size_t)>& similarity) {
  std::vector<std::tuple<double, std::size_t, std::size_t>> candidates;
  for (std::size_t i = 0; i < std::min(befores, kMostOnASide); ++i) {
    for (std::size_t j = 0; j < std::min(afters, kMostOnASide); ++j) {
      if (const double alike = similarity(i, j); alike >= least) candidates.emplace_back(-alike, i, j);
    }
  }
  std::sort(candidates.begin(), candidates.end());
  std::vector<bool> taken_before(befores);
  std::vector<bool> taken_after(afters);
  std::vector<SimilarPair> pairs;
  for (const auto& [alike, i, j] : candidates) {
    if (taken_before[i] || taken_after[j]) continue;
    taken_before[i] = taken_after[j] = true;
    pairs.push_back({i, j});
  }
  return pairs;
}

}  // namespace bucketprof::compare
