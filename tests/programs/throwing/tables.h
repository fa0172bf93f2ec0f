// SPDX-License-Identifier: Apache-2.0
//
// Some work with profiled tables.
#pragma once

#include <cstddef>

/// How many different numbers there are among i / 2 for i in [0, n).
[[gnu::visibility("default")]] std::size_t count_distinct(int n);
