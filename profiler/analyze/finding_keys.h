// SPDX-License-Identifier: Apache-2.0
//
// Where findings of two profiles are counted. Thread-compatible.
#pragma once

#include <map>
#include <tuple>
#include <utility>

#include "profiler/analyze/diff.h"

namespace bucketprof::analyze {

class FindingKeys {
 public:
  using Key = std::tuple<Name, Name, Name>;  // id, table, function

  explicit FindingKeys(const Diff& diff);

  /// Of one in the later profile: at the site that holds its function.
  [[nodiscard]] Key later(const FindingCost& one) const;
  /// Of one in the earlier profile: likewise, under the later names of its table and function.
  [[nodiscard]] Key former(const FindingCost& one) const;

 private:
  using Functions = std::map<std::pair<Name, Name>, Name>;  // by table and function

  std::map<Name, Name> tables_;
  Functions renamed_;
  Functions held_;
};

}  // namespace bucketprof::analyze
