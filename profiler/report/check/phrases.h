// SPDX-License-Identifier: Apache-2.0
//
// The sentences about a check that its output formats share. They contain names unchanged: where a name could do harm,
// the caller must pass a sanitized() comparison or escape the sentence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "profiler/compare/check.h"

namespace bucketprof::report {

/// The path `file` without a leading "./" and, if it is below the folder `root`, relative to that. An empty `root` is
/// no folder.
[[nodiscard]] std::string below_root(std::string_view file, std::string_view root);

/// A copy with paths relative to `root` (below_root()), in which names, paths and those of the culprits have at most
/// `width` characters and no control characters. With width 0, names are unchanged.
[[nodiscard]] compare::Comparison sanitized(const compare::Comparison& comparison, std::string_view root,
                                            std::size_t width);

/// The overall result: "2 of 14 limits are broken", "14 limits hold", "the profile lacks 3 blocks".
[[nodiscard]] std::string verdict_sentence(const compare::CheckResult& result);

/// "exact: every block was counted" or
/// "sampled, one block about every 512.0 KiB: all values are estimates; confidence 99 %"
[[nodiscard]] std::string counting_sentence(const compare::CheckResult& result);

/// The moment of the in-use values: "at the peak", "at the end"; a general phrase if it is unknown or there are several
[[nodiscard]] std::string moment_phrase(const compare::CheckResult& result);

/// ", the median of 3 runs" (exact) or ", the mean of 3 runs" (sampled); "" for a single run
[[nodiscard]] std::string runs_phrase(std::int64_t runs, std::int64_t interval);

/// "the profile lacks 3 blocks; max_losses in the policy allows 0"; "" if there are no losses
[[nodiscard]] std::string losses_sentence(const compare::CheckResult& result);

/// "total", "table users", "table users at shop::load", "over_preallocated of table users at shop::load"
[[nodiscard]] std::string row_name(const compare::Comparison& comparison);

/// "alloc_space of table users"
[[nodiscard]] std::string subject_of(const compare::Comparison& comparison);

/// "60.0 MiB -> 72.0 MiB, +12.0 MiB (+20.0 %)"; for a budget "72.0 MiB, 8.0 MiB too much"
[[nodiscard]] std::string values_phrase(const compare::Comparison& comparison);

/// "+2 %, that is at most 61.2 MiB"; for a budget "at most 64.0 MiB"
[[nodiscard]] std::string allowed_phrase(const compare::Comparison& comparison);

/// "alloc_space of table users grew by 12.0 MiB (+20.0 %) to 72.0 MiB; allowed: +2 %"
[[nodiscard]] std::string comparison_sentence(const compare::Comparison& comparison);

/// For a broken limit: its values with their errors, and that sampling alone does not explain them; "" when exact.
[[nodiscard]] std::string sampling_sentence(const compare::Comparison& comparison, double confidence);

/// "agreed to until 2027-01-31: the reason"
[[nodiscard]] std::string waived_phrase(const compare::Comparison& comparison);

/// "src/users.cpp:12 shop::load, +10.0 MiB, +2 rehashes, new"
[[nodiscard]] std::string culprit_phrase(const compare::Culprit& culprit, const compare::Comparison& of);

/// "src/users.cpp:12 shop::load", as far as known; "" if nothing is known. For rows without culprits.
[[nodiscard]] std::string place_phrase(const compare::Comparison& comparison);

}  // namespace bucketprof::report
