// SPDX-License-Identifier: Apache-2.0
//
// Which sanitizer this code is compiled with: g++ defines a macro, clang a feature.
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
