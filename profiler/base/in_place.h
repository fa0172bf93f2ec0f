// SPDX-License-Identifier: Apache-2.0
//
// For functions that are defined in place of the C library's. They are exported, so that libraries call them, too.
// Weak: a program that has a function of that name itself is linked with its own, and we do without. Only where
// sanitizers have weak ones of some of these names they are not, or theirs would be taken.
#pragma once

#include <dlfcn.h>

#include "profiler/base/sanitizer.h"

#if defined(BUCKETPROF_SANITIZED)
#define BUCKETPROF_IN_PLACE [[gnu::visibility("default")]]
#else
#define BUCKETPROF_IN_PLACE [[gnu::visibility("default"), gnu::weak]]
#endif

namespace bucketprof {

/// The next function of this name in the loader's order, which ours stands before; nullptr if there is none.
template <class Function>
void find_next(Function*& function, const char* name) noexcept {
  function = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace bucketprof
