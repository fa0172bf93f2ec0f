// SPDX-License-Identifier: Apache-2.0
//
// Tells `bucketprof run --follow-children` that this process, and each process that it forks, is profiled, so that
// those which end without a profile can be named.
#pragma once

#include <string_view>

namespace bucketprof::service {

/// Writes the path of this process's program to the file `pattern`, with %p replaced by the process id; again in each
/// forked child. Errors are ignored. Call at most once.
void note_started(std::string_view pattern) noexcept;

}  // namespace bucketprof::service
