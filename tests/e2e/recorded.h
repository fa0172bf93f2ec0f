// SPDX-License-Identifier: Apache-2.0
//
// Records what a function does with tables, in a child of the test, and analyses the profile. Much quicker than a
// program for each: all children have the same addresses, whose names are looked up once. Not for use from several
// threads.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "profiler/analyze/analysis.h"
#include "profiler/base/at.h"

namespace bucketprof::e2e {

struct Recording {
  std::uint64_t interval = 1;  // mean bytes between samples; 1: exact
  std::uint64_t seed = 1;
  At at = At::kPeak;
};

struct Recorded {
  analyze::Analysis analysis;
  std::string text;  // what the function returned
};

/// Tables that `work` destroys before it returns are not in use in the profile. A child that fails is a failure of the
/// test, and the result is empty.
[[nodiscard]] Recorded recorded(const std::function<std::string()>& work, const Recording& recording = {},
                                const findings::Thresholds& thresholds = {});

}  // namespace bucketprof::e2e
