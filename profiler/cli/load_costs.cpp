// SPDX-License-Identifier: Apache-2.0
//
// Only one profile is in memory at a time; of each profile, only the costs are kept.
#include "profiler/cli/load_costs.h"

#include <fmt/format.h>

#include <utility>

#include "profiler/base/file.h"
#include "profiler/cli/load.h"
#include "profiler/cli/stale.h"
#include "profiler/compare/baseline.h"
#include "profiler/compare/repetitions.h"
#include "profiler/pprof/read.h"
#include "profiler/recognize/classify.h"

namespace bucketprof::cli {
namespace {

Result<compare::Costs> costs_in(const std::string& file, bool with_findings, Builds builds, bool& is_baseline) {
  auto bytes = read_file(file);
  if (!bytes.ok()) return Error{bytes.error() + ": give the path of a profile or a baseline"};
  is_baseline = compare::looks_like_baseline(*bytes);
  if (is_baseline) {
    auto costs = compare::read_baseline(*bytes);
    if (!costs.ok()) return Error{fmt::format("cannot read: {}: {}", file, costs.error())};
    return costs;
  }
  auto profile = pprof::read_any(*bytes);
  if (!profile.ok()) {
    return Error{fmt::format("cannot read: {}: {}: give a profile of bucketprof or a baseline", file, profile.error())};
  }
  std::string().swap(*bytes);
  if (const std::string stale = builds == Builds::kPresent ? stale_build(*profile) : ""; !stale.empty())
    return Error{fmt::format("cannot check: {}: {}", file, stale)};
  auto costs = compare::costs_of(recognize::classify(with_names(std::move(profile).value())), with_findings);
  if (!costs.ok()) return Error{fmt::format("cannot compare: {}: {}", file, costs.error())};
  return costs;
}

}  // namespace

Result<compare::Costs> load_costs(const std::vector<std::string>& files, bool with_findings, Builds builds) {
  std::vector<compare::Costs> runs;
  for (const std::string& file : files) {
    bool is_baseline = false;
    auto costs = costs_in(file, with_findings, builds, is_baseline);
    if (!costs.ok()) return costs;
    if (is_baseline && files.size() > 1)
      return Error{fmt::format("cannot compare: {}: a baseline stands alone: give it without other files", file)};
    runs.push_back(std::move(costs).value());
  }
  auto side = compare::combine(std::move(runs));
  if (!side.ok()) return Error{fmt::format("cannot compare: {} and the others: {}", files.front(), side.error())};
  return side;
}

}  // namespace bucketprof::cli
