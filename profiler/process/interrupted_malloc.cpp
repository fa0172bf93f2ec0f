// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/interrupted_malloc.h"

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

constexpr std::array kNames{"malloc",        "calloc",   "realloc", "free",   "posix_memalign",
                            "aligned_alloc", "memalign", "valloc",  "pvalloc"};
// Under the agent, `malloc` is the agent's function, which makes a tail call to the next one and so is not on the
// stack.
constexpr std::size_t kMore = 8;
constexpr Address kTogether = 1U << 15U;  // glibc's lie within 6 KiB

struct Malloc {
  std::array<Address, kNames.size() + kMore> functions;  // start addresses; 0: not found_malloc
  /// Libraries that are only an allocator. All of their code counts, because their functions make tail calls, and then
  /// are not on the stack.
  std::array<const link_map*, 2> libraries;
  /// From the first to the last of the functions, of kNames and of the next ones, if they lie together: the C library's
  /// are one source, and aligned_alloc makes a tail call to a function of it that has no public name.
  struct Range {
    Address first = 0;
    Address last = 0;
  };
  std::array<Range, 2> ranges;
};
Malloc* found_malloc = nullptr;

const link_map* object_of(Address code) noexcept {
  dl_find_object object{};
  return _dl_find_object(reinterpret_cast<void*>(code), &object) == 0 ? object.dlfo_link_map : nullptr;
}

Malloc::Range range_of(std::span<const Address> functions) noexcept {
  Malloc::Range range;
  for (const Address function : functions) {
    if (function == 0) continue;
    if (range.first == 0) range = {function, function};
    if (object_of(function) != object_of(range.first)) return {};
    range = {std::min(range.first, function), std::max(range.last, function)};
  }
  return range.last - range.first < kTogether ? range : Malloc::Range();
}

struct Visit {
  bool interrupted = false;  // the frames from here on are those that the signal interrupted
  bool in_malloc = false;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* argument) noexcept {
  auto& [interrupted, in_malloc] = *static_cast<Visit*>(argument);
  int is_next_instruction = 0;  // 1 in the interrupted frame; 0: the address is a return address, behind a call
  const Address address = _Unwind_GetIPInfo(context, &is_next_instruction);
  interrupted = interrupted || is_next_instruction != 0;
  if (!interrupted) return _URC_NO_REASON;
  const Address code = is_next_instruction != 0 ? address : address - 1;
  // libgcc looks up the address before the one it is given.
  const auto function = reinterpret_cast<Address>(_Unwind_FindEnclosingFunction(reinterpret_cast<void*>(code + 1)));
  const link_map* const object = object_of(code);
  in_malloc =
      (function != 0 && std::ranges::count(found_malloc->functions, function) != 0) ||
      std::ranges::any_of(found_malloc->ranges,
                          [=](const auto& range) { return range.first <= function && function < range.last; }) ||
      (object != nullptr && std::ranges::count(found_malloc->libraries, object) != 0);
  return in_malloc ? _URC_END_OF_STACK : _URC_NO_REASON;
}

}  // namespace

void find_malloc(std::span<const void* const> more) noexcept {
  static Malloc here{};
  const auto find = [](const char* name) { return reinterpret_cast<Address>(dlsym(RTLD_DEFAULT, name)); };
  std::ranges::transform(kNames, here.functions.begin(), find);
  std::ranges::transform(more.first(std::min(more.size(), kMore)), here.functions.begin() + kNames.size(),
                         [](const void* function) { return reinterpret_cast<Address>(function); });
  // Objects that contain much more than an allocator: the C library, a sanitizer's runtime, the program itself.
  const std::array mixed{object_of(find("gnu_get_libc_version")), object_of(find("read"))};
  const std::array mallocs{here.functions[0], here.functions[kNames.size()]};
  std::ranges::transform(mallocs, here.libraries.begin(), [&mixed](Address function) -> const link_map* {
    const link_map* const object = object_of(function);
    const bool is_program = object == nullptr || object->l_name[0] == '\0';
    return is_program || std::ranges::count(mixed, object) != 0 ? nullptr : object;
  });
  const std::span functions(here.functions);
  here.ranges = {range_of(functions.first(kNames.size())), range_of(functions.subspan(kNames.size()))};
  found_malloc = &here;
}

bool has_interrupted_malloc() noexcept {
  if (found_malloc == nullptr) return false;
  Visit visited;
  _Unwind_Backtrace(&visit, &visited);
  return visited.in_malloc;
}

}  // namespace bucketprof
