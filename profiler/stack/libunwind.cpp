// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/libunwind.h"

#include <dlfcn.h>

#include <cerrno>

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): libunwind's names. A weak one is null unless
// libunwind is linked.
extern "C" bucketprof::stack::libunwind::SearchTable _Ux86_64_dwarf_search_unwind_table;
#pragma weak _Ux86_64_create_addr_space
#pragma weak _Ux86_64_set_caching_policy
#pragma weak _Ux86_64_init_remote
#pragma weak _Ux86_64_step
#pragma weak _Ux86_64_get_reg
#pragma weak _Ux86_64_get_save_loc
#pragma weak _Ux86_64_dwarf_search_unwind_table
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace bucketprof::stack::libunwind {

constinit Functions functions;

namespace {

/// `linked`: the function of that name if libunwind is linked, else nullptr.
template <class Function>
bool find(std::atomic<Function*>& function, Function* linked, void* library, const char* name) noexcept {
  if (linked == nullptr && library != nullptr) linked = reinterpret_cast<Function*>(::dlsym(library, name));
  function.store(linked, std::memory_order_release);
  return linked != nullptr;
}

bool find_all(void* library) noexcept {
  bool all = find(functions.create_addr_space, &_Ux86_64_create_addr_space, library, "_Ux86_64_create_addr_space");
  all = find(functions.set_caching_policy, &_Ux86_64_set_caching_policy, library, "_Ux86_64_set_caching_policy") && all;
  all = find(functions.init_remote, &_Ux86_64_init_remote, library, "_Ux86_64_init_remote") && all;
  all = find(functions.step, &_Ux86_64_step, library, "_Ux86_64_step") && all;
  all = find(functions.get_reg, &_Ux86_64_get_reg, library, "_Ux86_64_get_reg") && all;
  all = find(functions.get_save_loc, &_Ux86_64_get_save_loc, library, "_Ux86_64_get_save_loc") && all;
  return find(functions.search_unwind_table, &_Ux86_64_dwarf_search_unwind_table, library,
              "_Ux86_64_dwarf_search_unwind_table") &&
         all;
}

}  // namespace

bool load() noexcept {
  static constinit std::atomic<bool> is_loaded{false};
  if (is_loaded.load(std::memory_order_acquire)) return true;
  const int saved = errno;
  void* library = nullptr;
  if (&_Ux86_64_step == nullptr) library = ::dlopen("libunwind-x86_64.so.8", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  const bool all = find_all(library);
  if (!all) static_cast<void>(::dlerror());
  is_loaded.store(all, std::memory_order_release);
  errno = saved;
  return all;
}

}  // namespace bucketprof::stack::libunwind
