// SPDX-License-Identifier: Apache-2.0
//
// Whether the costs of two profiles mean the same, so that their difference does.
#pragma once

#include "profiler/base/result.h"
#include "profiler/compare/costs.h"

namespace bucketprof::compare {

/// ok() if two profiles can be compared. Otherwise the error gives the reason: their intervals or moments differ, their
/// tables were found in different ways, or only one of them lacks the program's function names.
[[nodiscard]] Status comparable(const Costs& a, const Costs& b);

}  // namespace bucketprof::compare
