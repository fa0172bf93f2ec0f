// SPDX-License-Identifier: Apache-2.0
#include "profiler/compare/comparable.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace bucketprof::compare {
namespace {

/// Whether code of the main binary has no symbols.
bool is_nameless(const Costs& costs) {
  const std::string nameless = fmt::format("[{}]", costs.program);
  return std::any_of(costs.sites.begin(), costs.sites.end(),
                     [&nameless](const SiteCost& site) { return site.function.str() == nameless; });
}

}  // namespace

Status comparable(const Costs& a, const Costs& b) {
  const auto interval = [](const Costs& costs) {
    return costs.interval == 1 ? std::string("exact") : fmt::format("sampled every {} bytes", costs.interval);
  };
  if (a.interval != b.interval) return Error{fmt::format("one is {}, the other {}", interval(a), interval(b))};
  const auto moment = [](const Costs& costs) {
    return costs.moment == "peak" ? "at the peak" : costs.moment == "now" ? "at the end" : "of several moments";
  };
  if (a.moment != b.moment && !a.moment.empty() && !b.moment.empty())
    return Error{fmt::format("in-use values of one are {}, of the other {}", moment(a), moment(b))};
  if (a.tells_slack != b.tells_slack) {
    return Error{
        "the tables of one were recorded by the program itself, those of the other recognized by names of functions: "
        "profile both in the same way"};
  }
  // Otherwise all named sites would appear as gone, and one new site would have all costs.
  for (const auto& [one, other] : {std::pair(&a, &b), {&b, &a}}) {
    if (is_nameless(*one) && !other->sites.empty() && !is_nameless(*other)) {
      return Error{
          fmt::format("one lacks the function names of {}: it was built anew, stripped or removed since it ran: "
                      "keep names with `bucketprof convert --to pprof` right after a run",
                      one->program)};
    }
  }
  return ok_status();
}

}  // namespace bucketprof::compare
