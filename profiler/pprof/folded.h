// SPDX-License-Identifier: Apache-2.0
//
// Folded stacks, the input of flame graph tools: "root;caller;leaf 123", one line a stack. Thread-safe (no state).
#pragma once

#include <cstddef>
#include <string>

#include "profiler/model/profile.h"

namespace bucketprof::pprof {

/// The values of one sample type (its index), in the order of the stacks' text; stacks of 0 are left out. Inlined
/// functions are frames of their own. A ';' in a name is written ':', and a line break a space, since the format has
/// no escape for them. A frame without a name is "module+0xfile_offset", or "0xaddress" outside of all mappings.
[[nodiscard]] std::string encode_folded(const model::Profile& profile, std::size_t sample_type);

}  // namespace bucketprof::pprof
