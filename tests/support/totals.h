// SPDX-License-Identifier: Apache-2.0
//
// Labels of samples, and sums over the samples of a profile of ours by label.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "profiler/model/profile.h"
#include "profiler/model/schema.h"

namespace bucketprof::tests {

using Values = std::array<std::int64_t, model::kSampleTypeCount>;

/// Text of a string label, or "".
[[nodiscard]] std::string label_text(const model::Profile& profile, std::size_t sample, std::string_view key);
/// A number label, or -1.
[[nodiscard]] std::int64_t label_number(const model::Profile& profile, std::size_t sample, std::string_view key);

/// Sum of the samples whose `table` is `table` and, if not empty, whose `part` is `part`.
[[nodiscard]] Values totals(const model::Profile& profile, std::string_view table, std::string_view part = "");

}  // namespace bucketprof::tests
