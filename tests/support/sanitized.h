// SPDX-License-Identifier: Apache-2.0
//
// Whether the tests, and the programs they start, are built with the address or the thread sanitizer. The sanitizers
// replace malloc, and such programs cannot run under valgrind or the agent.
#pragma once

namespace bucketprof::testing_support {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace bucketprof::testing_support
