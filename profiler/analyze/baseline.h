// SPDX-License-Identifier: Apache-2.0
//
// Costs as a small text for version control: JSON, a row a line, in the order of names. Without times, addresses and
// lines of source, so that the same program and input give the same bytes. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

#include "profiler/analyze/costs.h"
#include "profiler/base/result.h"

namespace bucketprof::analyze {

[[nodiscard]] std::string write_baseline(const Costs& costs);

/// Whether a file begins as one. What does not is perhaps a profile.
[[nodiscard]] bool looks_like_baseline(std::string_view bytes);

/// An error says what is wrong and in which line; never throws, whatever the bytes.
[[nodiscard]] Result<Costs> read_baseline(std::string_view bytes);

}  // namespace bucketprof::analyze
