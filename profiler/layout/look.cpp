// SPDX-License-Identifier: Apache-2.0
#include "profiler/layout/look.h"

namespace bucketprof::layout {

bool may_be_array(std::uint64_t) noexcept { return false; }

Look look_at(BlockBytes&) noexcept { return {}; }

}  // namespace bucketprof::layout
