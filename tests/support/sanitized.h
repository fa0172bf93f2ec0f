// SPDX-License-Identifier: Apache-2.0
//
// Whether the tests, and the programs they start, are built with the address or the thread sanitizer. The sanitizers
// replace malloc, and such programs cannot run under valgrind or the agent.
#pragma once

#include "profiler/base/sanitizer.h"

namespace bucketprof::testing_support {

#if defined(BUCKETPROF_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace bucketprof::testing_support
