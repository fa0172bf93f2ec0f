// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

extern "C" {
[[gnu::visibility("default")]] void drop(void* block) { std::free(block); }
[[gnu::visibility("default")]] void* make(std::size_t bytes) { return std::malloc(bytes); }
}
