// SPDX-License-Identifier: Apache-2.0
#include "profiler/findings/worst_cost.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bucketprof::findings {
namespace {

constexpr double kNearly = 0.8;  // of what the best argument saves

struct Point {
  double entries = 0;
  double bytes = 0;
};

/// The costs of one table where they rise: with the first entry, and with each one that makes it take another array.
std::vector<Point> rises(const GrowthRule& rule, std::uint64_t reserve, std::uint64_t most) {
  std::vector<Point> points;
  const auto add = [&](std::uint64_t entries) {
    points.push_back({static_cast<double>(entries), rule.cost(reserve, entries, static_cast<double>(entries)).all()});
  };
  add(0);
  if (most == 0) return points;
  add(1);
  std::uint64_t slots = reserve == 0 ? rule.first_slots() : rule.slots_for(reserve);
  for (std::uint64_t limit = rule.limit(slots); limit < most;) {
    add(limit + 1);
    const std::uint64_t next = rule.next_slots(slots);
    if (next <= slots || rule.limit(next) <= limit) break;  // the largest array of the library
    slots = next;
    limit = rule.limit(slots);
  }
  add(most);
  return points;
}

bool is_below(const Point& a, const Point& between, const Point& b) {
  return (between.bytes - a.bytes) * (b.entries - a.entries) <= (b.bytes - a.bytes) * (between.entries - a.entries);
}

/// The least concave function above the points, at `entries`.
double concave_at(const std::vector<Point>& points, double entries) {
  std::vector<Point> hull;
  for (const Point& point : points) {
    while (hull.size() > 1 && is_below(hull[hull.size() - 2], hull.back(), point)) hull.pop_back();
    hull.push_back(point);
  }
  for (std::size_t i = 1; i < hull.size(); ++i) {
    if (entries > hull[i].entries || hull[i].entries <= hull[i - 1].entries) continue;
    const double share = (entries - hull[i - 1].entries) / (hull[i].entries - hull[i - 1].entries);
    return hull[i - 1].bytes + share * (hull[i].bytes - hull[i - 1].bytes);
  }
  return hull.back().bytes;
}

std::uint64_t each_of(const Shared& shared) {
  if (shared.tables <= 0) return 0;
  const double each = std::ceil(shared.entries / shared.tables - 1e-9);
  return std::min(shared.most_in_one, static_cast<std::uint64_t>(std::clamp(each, 0.0, 0x1p60)));
}

}  // namespace

double worst_cost(const GrowthRule& rule, std::uint64_t reserve, const Shared& shared) {
  if (shared.tables <= 0) return 0;
  const double each = std::min(shared.entries / shared.tables, static_cast<double>(shared.most_in_one));
  return shared.tables * concave_at(rises(rule, reserve, shared.most_in_one), each);
}

double even_cost(const GrowthRule& rule, std::uint64_t reserve, const Shared& shared) {
  const std::uint64_t each = each_of(shared);
  return shared.tables * rule.cost(reserve, each, static_cast<double>(each)).all();
}

BoundedReserve bounded_reserve(const GrowthRule& rule, const Shared& shared, double bytes) {
  std::vector<std::uint64_t> arguments{0};
  // What reserve() of libstdc++ makes smaller than a first array saves nothing worth a number in the source.
  const auto add = [&](std::uint64_t argument) {
    if (argument > 0 && argument <= shared.most_in_one && rule.slots_for(argument) >= rule.first_slots())
      arguments.push_back(argument);
  };
  const std::uint64_t each = each_of(shared);
  for (std::uint64_t argument = each; argument > 0 && argument < shared.most_in_one; argument *= 2) add(argument);
  add(shared.most_in_one);
  std::vector<BoundedReserve> all;
  all.reserve(arguments.size());
  for (const std::uint64_t argument : arguments)
    all.push_back({.reserve = argument, .worst = worst_cost(rule, argument, shared)});
  const auto best =
      std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.worst < b.worst; });
  BoundedReserve chosen = *best;
  double even = even_cost(rule, chosen.reserve, shared);
  for (const BoundedReserve& other : all) {
    const double other_even = even_cost(rule, other.reserve, shared);
    if (bytes - other.worst < kNearly * (bytes - best->worst) || other_even >= even) continue;
    chosen = other;
    even = other_even;
  }
  return chosen;
}

}  // namespace bucketprof::findings
