// SPDX-License-Identifier: Apache-2.0
//
// Limits on slack, and tables whose containers do not tell how full they are. Their slack is 0 in a profile because it
// is not known, and must not pass for none.
#pragma once

#include <string>
#include <vector>

#include "profiler/base/result.h"
#include "profiler/compare/checked_row.h"
#include "profiler/compare/diff.h"
#include "profiler/compare/policy.h"

namespace bucketprof::compare {

/// Removes from `rows`, to which the rule applies, those whose slack is not known. Returns a note on what the limit is
/// not checked for, "" if nothing. Fails if the limit can be checked for no row. `tables`: all, for the total.
[[nodiscard]] Result<std::string> leave_out_unknown_slack(const Rule& rule, const Limit& limit,
                                                          const std::vector<Change>& tables,
                                                          std::vector<const CheckedRow*>& rows);

}  // namespace bucketprof::compare
