// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/dcheck.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace bucketprof::detail {

void dcheck_failed(const char* line) noexcept {
  // Nothing is left to do if this fails.
  if (write(STDERR_FILENO, line, std::strlen(line)) < 0) std::abort();
  std::abort();
}

}  // namespace bucketprof::detail
