// SPDX-License-Identifier: Apache-2.0
//
// Whether the tests, and the programs they start, are built with the address or the thread sanitizer. The sanitizers
// replace malloc, and such programs cannot run under valgrind or the agent.
#pragma once

#include <cstdint>

#include "profiler/base/sanitizer.h"

namespace bucketprof::testing_support {

#if defined(BUCKETPROF_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

#if defined(BUCKETPROF_THREAD_SANITIZER)
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif
/// First in a test that starts no thread but takes seconds under the thread sanitizer, which finds nothing in it.
#define BUCKETPROF_SKIP_UNDER_THREAD_SANITIZER() \
  if (bucketprof::testing_support::kThreadSanitized) GTEST_SKIP() << "starts no thread"

/// How many random cases a test tries: `all`, or a tenth where sanitizers slow each down tenfold. The optimised build
/// of the long form tries all.
constexpr std::uint64_t rounds(std::uint64_t all) { return kSanitized ? (all + 9) / 10 : all; }

}  // namespace bucketprof::testing_support
