// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/throwing/thrower.h"

#include <stdexcept>

namespace {

struct Guard {
  int* left;
  ~Guard() { ++*left; }
};

[[gnu::noinline]] void descend(int depth, int* left) {
  const Guard guard{left};
  if (depth == 0) throw std::runtime_error("at the bottom");
  descend(depth - 1, left);
  asm volatile("");  // no tail call
}

}  // namespace

int throw_and_catch(int n) {
  int left = 0;
  for (int i = 0; i < n; ++i) {
    try {
      descend(4, &left);
    } catch (const std::runtime_error&) {
    }
  }
  return left;
}
