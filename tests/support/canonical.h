// SPDX-License-Identifier: Apache-2.0
//
// A profile's samples as text that does not depend on ids and table order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::testing_support {

/// One line per sample, sorted: addresses with names and lines, labels, values.
[[nodiscard]] std::vector<std::string> canonical_samples(const model::Profile& profile);

/// The sum of each sample type.
[[nodiscard]] std::vector<std::int64_t> totals(const model::Profile& profile);

}  // namespace bucketprof::testing_support
