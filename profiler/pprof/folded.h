// SPDX-License-Identifier: Apache-2.0
//
// Folded stacks, the input of flame graph tools: "root;caller;leaf 123", one line per stack.
#pragma once

#include <cstddef>
#include <string>

#include "profiler/model/profile.h"

namespace bucketprof::pprof {

/// The values of the sample type with index `sample_type`, ordered by the stacks' text; stacks with the value 0 are
/// left out. Inlined functions are frames of their own. In names a ';' is written as ':' and a line break as a space,
/// since the format has no escape for them. A frame without a name is "module+0xfile_offset", or "0xaddress" outside
/// all mappings.
[[nodiscard]] std::string encode_folded(const model::Profile& profile, std::size_t sample_type);

}  // namespace bucketprof::pprof
