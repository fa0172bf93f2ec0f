// SPDX-License-Identifier: Apache-2.0
//
// Assertions of invariants, where BUCKETPROF_DCHECKS is defined: in this project's own debug builds and in sanitized
// ones. Elsewhere, also in debug builds of users' projects, the condition is not evaluated and no code is made for it:
// a fault of ours must not end their programs. One that fails writes one line to stderr and aborts. Async-signal-safe,
// if the condition is. Not for headers that users include.
#pragma once

namespace bucketprof::detail {

/// Writes `line` with write(2), and aborts.
[[noreturn]] void dcheck_failed(const char* line) noexcept;

}  // namespace bucketprof::detail

#if defined(BUCKETPROF_DCHECKS)
#define BUCKETPROF_DCHECK_TEXT(line, condition) __FILE__ ":" #line ": check failed: " condition "\n"
#define BUCKETPROF_DCHECK_AT(line, condition) BUCKETPROF_DCHECK_TEXT(line, condition)
#define BUCKETPROF_DCHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::bucketprof::detail::dcheck_failed(BUCKETPROF_DCHECK_AT(__LINE__, #condition)))
#else
#define BUCKETPROF_DCHECK(condition) static_cast<void>(sizeof((condition) ? 1 : 0))
#endif
