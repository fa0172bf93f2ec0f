// SPDX-License-Identifier: Apache-2.0
//
// The sentences about a check that its forms share. They hold names as these are: who prints them where a name could do
// harm takes them from a neat() comparison, or escapes the whole. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "profiler/analyze/check.h"

namespace bucketprof::report {

/// A file below this folder without it and without a leading "./"; others as they are. "" is no folder.
[[nodiscard]] std::string below_root(std::string_view file, std::string_view root);

/// A copy with files as below_root() has them and its own names (and its culprits') of at most `width` characters each,
/// without control characters. Width 0: names as they are.
[[nodiscard]] analyze::Comparison neat(const analyze::Comparison& comparison, std::string_view root, std::size_t width);

/// "2 of 14 limits are broken", "14 limits hold", "the profile lacks 3 blocks": what a person wants to know first.
[[nodiscard]] std::string verdict_sentence(const analyze::CheckResult& result);

/// "exact: every block was counted", "sampled, one block about every 512.0 KiB: all values are estimates; confidence 99
/// %"
[[nodiscard]] std::string counting_sentence(const analyze::CheckResult& result);

/// "at the peak", "at the end"
[[nodiscard]] std::string moment_phrase(const analyze::CheckResult& result);

/// ", the median of 3 runs" (exact) or ", the mean of 3 runs" (sampled); "" of one run
[[nodiscard]] std::string runs_phrase(std::int64_t runs, std::int64_t interval);

/// "the profile lacks 3 blocks; max_losses in the policy allows 0"; "" if it lacks none
[[nodiscard]] std::string losses_sentence(const analyze::CheckResult& result);

/// "total", "table users", "table users at shop::load", "over_preallocated of table users at shop::load"
[[nodiscard]] std::string row_name(const analyze::Comparison& comparison);

/// "alloc_space of table users"
[[nodiscard]] std::string subject_of(const analyze::Comparison& comparison);

/// "60.0 MiB -> 72.0 MiB, +12.0 MiB (+20.0 %)"; of a budget "72.0 MiB, 8.0 MiB too much"
[[nodiscard]] std::string values_phrase(const analyze::Comparison& comparison);

/// "+2 %, that is at most 61.2 MiB"; "at most 64.0 MiB"
[[nodiscard]] std::string allowed_phrase(const analyze::Comparison& comparison);

/// "alloc_space of table users grew by 12.0 MiB (+20.0 %) to 72.0 MiB; allowed: +2 %"
[[nodiscard]] std::string comparison_sentence(const analyze::Comparison& comparison);

/// Of a broken limit, how far its values can be trusted, and that sampling does not explain them; "" when exact.
[[nodiscard]] std::string sampling_sentence(const analyze::Comparison& comparison, double confidence);

/// "agreed to until 2027-01-31: the reason"
[[nodiscard]] std::string agreed_phrase(const analyze::Comparison& comparison);

/// "src/users.cpp:12 shop::load, +10.0 MiB, +2 rehashes, new"
[[nodiscard]] std::string culprit_phrase(const analyze::Culprit& culprit, const analyze::Comparison& of);

/// "src/users.cpp:12 shop::load", what is known of it; "" if nothing is. For rows that have no culprits.
[[nodiscard]] std::string place_phrase(const analyze::Comparison& comparison);

}  // namespace bucketprof::report
