// SPDX-License-Identifier: Apache-2.0
//
// Limits on findings, and tables that findings cannot be computed for (findings/silence.h). That they have none must
// not pass for health.
#pragma once

#include <string>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/compare/costs.h"
#include "profiler/compare/policy.h"

namespace bucketprof::compare {

/// A note on the tables, of those that the rule is about, for which the limit's findings cannot be computed; "" if
/// there are none. Fails if they can be computed for no table of the rule, and there are some. `where` follows "the
/// findings of each finding" in these texts, for example " in the baseline".
[[nodiscard]] Result<std::string> unknown_findings(const Rule& rule, const Limit& limit, const Costs& costs,
                                                   std::string_view where);

}  // namespace bucketprof::compare
