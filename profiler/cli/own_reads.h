// SPDX-License-Identifier: Apache-2.0
//
// Whether a process under the same filters of system calls as the tool may read its own memory by one, as the agent
// does to look at live blocks (agent/own_reads.h). A container's filter may answer with an error, or with death.
#pragma once

#include <string>

namespace bucketprof::cli {

/// The value of contract::kReadsVariable for the programs that the tool starts. "" if none is needed, because there is
/// no filter, or if they may not. Tries it in a process of its own.
[[nodiscard]] std::string reads_under_filters();

/// Whether a process of its own can do it.
[[nodiscard]] bool can_read_own_memory();

}  // namespace bucketprof::cli
