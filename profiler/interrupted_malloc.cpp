// SPDX-License-Identifier: Apache-2.0
#include "profiler/interrupted_malloc.h"

#include <dlfcn.h>
#include <link.h>
#include <unwind.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace bucketprof {
namespace {

using Address = std::uintptr_t;

// The second is gperftools': below the agent `malloc` is the agent's, which does not stay on the stack.
constexpr std::array kNames{"malloc",         "tc_malloc",     "calloc",   "realloc", "free",
                            "posix_memalign", "aligned_alloc", "memalign", "valloc",  "pvalloc"};
constexpr std::size_t kMayBeLibraries = 2;

struct Malloc {
  std::array<Address, kNames.size()> functions;  // where they begin; 0: not there
  /// Libraries of nothing but an allocator. Its functions leave one another by jumps, without a trace on the stack.
  std::array<const link_map*, kMayBeLibraries> libraries;
};
Malloc* found = nullptr;

const link_map* object_of(Address code) noexcept {
  dl_find_object object{};
  return _dl_find_object(reinterpret_cast<void*>(code), &object) == 0 ? object.dlfo_link_map : nullptr;
}

struct Visit {
  bool interrupted = false;  // the frames that come were there before the signal
  bool in_malloc = false;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* argument) noexcept {
  auto& [interrupted, in_malloc] = *static_cast<Visit*>(argument);
  int is_next_instruction = 0;  // of the interrupted function; for all others the one after the call is told
  const Address address = _Unwind_GetIPInfo(context, &is_next_instruction);
  interrupted = interrupted || is_next_instruction != 0;
  if (!interrupted) return _URC_NO_REASON;
  const Address code = is_next_instruction != 0 ? address : address - 1;
  // libgcc looks for the function of the instruction before.
  const auto function = reinterpret_cast<Address>(_Unwind_FindEnclosingFunction(reinterpret_cast<void*>(code + 1)));
  const link_map* const object = object_of(code);
  in_malloc = (function != 0 && std::ranges::count(found->functions, function) != 0) ||
              (object != nullptr && std::ranges::count(found->libraries, object) != 0);
  return in_malloc ? _URC_END_OF_STACK : _URC_NO_REASON;
}

}  // namespace

void find_malloc() noexcept {
  static Malloc here;
  const auto find = [](const char* name) { return reinterpret_cast<Address>(dlsym(RTLD_DEFAULT, name)); };
  std::ranges::transform(kNames, here.functions.begin(), find);
  // Where most else that happens is no allocation: the C library, a sanitizer's, the program itself.
  const std::array mixed{object_of(find("gnu_get_libc_version")), object_of(find("read"))};
  std::ranges::transform(here.functions.begin(), here.functions.begin() + kMayBeLibraries, here.libraries.begin(),
                         [&mixed](Address function) -> const link_map* {
                           const link_map* const object = object_of(function);
                           const bool is_program = object == nullptr || object->l_name[0] == '\0';
                           return is_program || std::ranges::count(mixed, object) != 0 ? nullptr : object;
                         });
  found = &here;
}

bool has_interrupted_malloc() noexcept {
  if (found == nullptr) return false;
  Visit visited;
  _Unwind_Backtrace(&visit, &visited);
  return visited.in_malloc;
}

}  // namespace bucketprof
