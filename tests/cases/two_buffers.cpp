// SPDX-License-Identifier: Apache-2.0
//
// Two tables are filled and cleared in turn, each reserved for what comes: right.
#include "tests/cases/case.h"

namespace cases {
namespace {

template <class F>
void two_buffers(const Run& /*run*/) {
  using Buffer = typename F::template Map<Number, Number>;
  Buffer* const buffers[] = {&kept<Buffer>("buffer"), &kept<Buffer>("buffer")};
  for (Buffer* const buffer : buffers) buffer->reserve(advised(80));  // cause: two_buffers
  for (int round = 0; round < 100; ++round) {
    Buffer& buffer = *buffers[round % 2];
    buffer.clear();
    FILL(buffer, 0, 80);
    full(buffer);
  }
}

CASE(two_buffers);

}  // namespace
}  // namespace cases
