// SPDX-License-Identifier: Apache-2.0
//
// Which sanitizer this code is compiled with: g++ defines a macro, clang a feature. And what they must not see.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BUCKETPROF_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define BUCKETPROF_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define BUCKETPROF_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define BUCKETPROF_THREAD_SANITIZER 1
#endif
#if defined(BUCKETPROF_ADDRESS_SANITIZER) || defined(BUCKETPROF_THREAD_SANITIZER)
#define BUCKETPROF_SANITIZED 1
#endif

/// For an exported variable of which each library that is linked with ours has one: clang's address sanitizer would
/// take two of them for a mistake.
#if defined(__clang__)
#define BUCKETPROF_ONE_IN_EACH_COPY [[clang::no_sanitize("address")]]
#else
#define BUCKETPROF_ONE_IN_EACH_COPY
#endif
