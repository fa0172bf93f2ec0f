// SPDX-License-Identifier: Apache-2.0
//
// How many filters of system calls (seccomp) this process is under. A child has those of its parent, and perhaps more.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof {

/// The number as text, "0" if there is none; "" if it cannot be known: the kernel does not say, or it is the strict
/// mode.
[[nodiscard]] std::string seccomp_filters() noexcept;

/// The same of the text of /proc/PID/status.
[[nodiscard]] std::string seccomp_filters_in(std::string_view status);

}  // namespace bucketprof
