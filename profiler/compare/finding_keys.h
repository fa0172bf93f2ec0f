// SPDX-License-Identifier: Apache-2.0
//
// Keys by which the findings of two profiles are paired, given the diff of their tables and sites. Immutable.
#pragma once

#include <map>
#include <tuple>
#include <utility>

#include "profiler/compare/diff.h"

namespace bucketprof::compare {

class FindingKeys {
 public:
  using Key = std::tuple<Name, Name, Name>;  // id, table, function

  explicit FindingKeys(const Diff& diff);

  /// The key of a finding of the later profile: its function is the site that it was merged into, if any.
  [[nodiscard]] Key later(const FindingCost& finding) const;
  /// The key of a finding of the earlier profile: likewise, with the later names of its table and function.
  [[nodiscard]] Key former(const FindingCost& finding) const;

 private:
  using Functions = std::map<std::pair<Name, Name>, Name>;  // by table and function

  std::map<Name, Name> tables_;
  Functions renamed_;
  Functions held_;
};

}  // namespace bucketprof::compare
