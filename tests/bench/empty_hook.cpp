// SPDX-License-Identifier: Apache-2.0
//
// Hooks of tcmalloc that do nothing: what any profiler that uses them costs before it does anything.
#include <gperftools/malloc_hook_c.h>

#include <cstddef>

namespace {
void on_new(const void*, std::size_t) {}
void on_delete(const void*) {}
[[gnu::constructor]] void install() {
  MallocHook_AddNewHook(&on_new);
  MallocHook_AddDeleteHook(&on_delete);
}
}  // namespace
