// SPDX-License-Identifier: Apache-2.0
//
// A phrase for the allocations that a profile of all allocations had besides hash tables.
#pragma once

#include <string>

#include "profiler/facts/facts.h"

namespace bucketprof::report {

/// "1.2 MiB in use and 3.4 MiB allocated are no known hash table's"; "" if nothing was left out.
[[nodiscard]] std::string left_out_text(const facts::Facts& facts);

}  // namespace bucketprof::report
