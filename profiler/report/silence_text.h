// SPDX-License-Identifier: Apache-2.0
//
// Why findings were not computed, so that "none" is not taken for health; shared by all reports.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/analyze/analysis.h"

namespace bucketprof::report {

struct SilenceText {
  std::string_view reason;  // name_of(findings::Silence), or "no_table" if none is known
  std::size_t tables = 0;   // that it is about
  std::string text;         // why, and what to do: a sentence without its full stop
};

/// One for each reason; empty if all findings were computed.
[[nodiscard]] std::vector<SilenceText> silence_texts(const analyze::Analysis& analysis);

/// Whether findings were computed for any table, not only those about growth. True if the profile is of a program that
/// has no table.
[[nodiscard]] bool computes_findings(const analyze::Analysis& analysis);

}  // namespace bucketprof::report
