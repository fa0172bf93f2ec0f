// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/next.h"

#include <dlfcn.h>
#include <sys/auxv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include "profiler/agent/blocks.h"
#include "profiler/agent/bootstrap.h"

namespace bucketprof::agent {
namespace {

constexpr std::size_t kPage = 4096;

/// What each pointer leads to at first.
template <auto kMember>
struct LookedUp;
template <class Result, class... Arguments, bool kQuiet, Result (*Next::*kMember)(Arguments...) noexcept(kQuiet)>
struct LookedUp<kMember> {
  static Result call(Arguments... arguments) noexcept(kQuiet) {
    find_next();
    if (next.*kMember != &call) [[likely]]
      return (next.*kMember)(arguments...);
    // Called while the functions are looked up, by an allocator in front of the agent: there is no memory yet.
    if constexpr (!kQuiet) throw std::bad_alloc();
    if constexpr (std::is_same_v<Result, int>) return ENOMEM;
    if constexpr (std::is_same_v<Result, void*>) return nullptr;
    if constexpr (std::is_same_v<Result, std::size_t>) return 0;
  }
};

/// Functions of an operator new that is neither the C++ library's nor the next malloc's: what they take from malloc is
/// not to be counted, too. And those of the C++ library, which know what to do when there is no memory.
constinit Next foreign{};
constinit Next language{};

template <auto kMember>
struct Foreign;
template <class Result, class... Arguments, bool kQuiet, Result (*Next::*kMember)(Arguments...) noexcept(kQuiet)>
struct Foreign<kMember> {
  static Result call(Arguments... arguments) noexcept(kQuiet) {
    const AgentScope scope;
    return (foreign.*kMember)(arguments...);
  }
};

/// Asks the C++ library, which calls the program's new-handler and throws the exception that the program can catch.
/// What it takes from malloc is recorded by our caller.
template <auto kMember>
struct OutOfMemory;
template <class Result, class... Arguments, bool kQuiet, Result (*Next::*kMember)(Arguments...) noexcept(kQuiet)>
struct OutOfMemory<kMember> {
  [[gnu::noinline, gnu::cold]] static Result call(Arguments... arguments) noexcept(kQuiet) {
    const AgentScope scope;
    if (language.*kMember == nullptr) {
      if constexpr (kQuiet) return nullptr;
      if constexpr (!kQuiet) throw std::bad_alloc();
    }
    return (language.*kMember)(arguments...);
  }
};

void* new_by_malloc(std::size_t bytes) {
  void* const block = next.malloc(bytes);
  return block != nullptr ? block : OutOfMemory<&Next::new_one>::call(bytes);
}
void* new_nothrow_by_malloc(std::size_t bytes, const std::nothrow_t& none) noexcept {
  void* const block = next.malloc(bytes);
  return block != nullptr ? block : OutOfMemory<&Next::new_nothrow>::call(bytes, none);
}
void* new_aligned_by_memalign(std::size_t bytes, std::align_val_t alignment) {
  void* const block = next.own_memalign(static_cast<std::size_t>(alignment), bytes);
  return block != nullptr ? block : OutOfMemory<&Next::new_aligned>::call(bytes, alignment);
}
void* new_aligned_nothrow_by_memalign(std::size_t bytes, std::align_val_t alignment,
                                      const std::nothrow_t& none) noexcept {
  void* const block = next.own_memalign(static_cast<std::size_t>(alignment), bytes);
  return block != nullptr ? block : OutOfMemory<&Next::new_aligned_nothrow>::call(bytes, alignment, none);
}
void* new_nothrow_by_new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return next.new_one(bytes);
  } catch (...) {
    return nullptr;
  }
}
void* new_aligned_nothrow_by_new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  try {
    return next.new_aligned(bytes, alignment);
  } catch (...) {
    return nullptr;
  }
}
void sized_by_delete(void* block, std::size_t) noexcept { next.delete_one(block); }
void nothrow_by_delete(void* block, const std::nothrow_t&) noexcept { next.delete_one(block); }
void aligned_by_free(void* block, std::align_val_t) noexcept { next.free(block); }
void aligned_nothrow_by_delete(void* block, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  next.delete_aligned(block, alignment);
}
void sized_aligned_by_delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
  next.delete_aligned(block, alignment);
}
void array_sized_by_delete(void* block, std::size_t) noexcept { next.delete_array(block); }
void array_nothrow_by_delete(void* block, const std::nothrow_t&) noexcept { next.delete_array(block); }
void array_aligned_nothrow_by_delete(void* block, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  next.delete_array_aligned(block, alignment);
}
void array_sized_aligned_by_delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
  next.delete_array_aligned(block, alignment);
}

// What allocators may lack.
void* memalign_by_posix(std::size_t alignment, std::size_t bytes) noexcept {
  void* block = nullptr;
  const std::size_t least = alignment < sizeof(void*) ? sizeof(void*) : alignment;
  errno = next.posix_memalign(&block, least, bytes);
  return errno == 0 ? block : nullptr;
}
/// As the C++ library's operator new calls it.
void* memalign_by_aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  const std::size_t least = alignment < sizeof(void*) ? sizeof(void*) : alignment;
  return next.aligned_alloc(least, (bytes + least - 1) & ~(least - 1));
}
void* valloc_by_memalign(std::size_t bytes) noexcept { return next.memalign(kPage, bytes); }
void* pvalloc_by_memalign(std::size_t bytes) noexcept {
  return next.memalign(kPage, bytes == 0 ? kPage : (bytes + kPage - 1) / kPage * kPage);
}
std::size_t no_usable_size(void*) noexcept { return 0; }

// While the functions are looked up, and for blocks from then.
void* bootstrap_malloc(std::size_t bytes) noexcept { return bootstrap_allocate(bytes); }
void* bootstrap_calloc(std::size_t count, std::size_t bytes) noexcept { return bootstrap_allocate(count * bytes); }
void* bootstrap_memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return bootstrap_allocate(bytes, alignment);
}
void* bootstrap_realloc(void* block, std::size_t bytes) noexcept {
  void* const moved = bootstrap_allocate(bytes);
  if (moved != nullptr && block != nullptr) std::memcpy(moved, block, std::min(bytes, bootstrap_room(block)));
  return moved;
}
void bootstrap_free(void*) noexcept {}

constinit Next real{};  // behind the next three, which are called only if there are blocks from then
void free_any(void* block) noexcept {
  if (!is_bootstrap(block)) real.free(block);
}
void* realloc_any(void* block, std::size_t bytes) noexcept {
  if (!is_bootstrap(block)) return real.realloc(block, bytes);
  void* const moved = real.malloc(bytes);
  if (moved != nullptr) std::memcpy(moved, block, std::min(bytes, bootstrap_room(block)));
  return moved;
}
std::size_t own_usable_size_any(void* block) noexcept { return is_bootstrap(block) ? 0 : real.own_usable_size(block); }
std::size_t usable_size_any(void* block) noexcept { return is_bootstrap(block) ? 0 : real.malloc_usable_size(block); }

/// The object that an address is in; all null if there is none.
Dl_info object_of(const void* address) {
  Dl_info object{};
  if (address == nullptr || dladdr(address, &object) == 0) return {};
  return object;
}

bool is_cxx_library(const Dl_info& object) {
  if (object.dli_fname == nullptr) return false;
  const std::string_view path(object.dli_fname);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.starts_with("libstdc++.so") || name.starts_with("libc++.so") || name.starts_with("libc++abi.so");
}

class Finder {
 public:
  Next find() {
    find_c();
    find_new();
    find_delete();
    return found_;
  }

 private:
  template <class Pointer>
  void set(Pointer& into, const char* name, Pointer otherwise = nullptr) {
    into = reinterpret_cast<Pointer>(dlsym(RTLD_NEXT, name));
    if (into == nullptr) into = otherwise;
  }

  void find_c() {
    set(found_.malloc, "malloc");
    set(found_.free, "free");
    set(found_.calloc, "calloc");
    set(found_.realloc, "realloc");
    set(found_.posix_memalign, "posix_memalign");
    set<void* (*)(std::size_t, std::size_t) noexcept>(found_.memalign, "memalign", &memalign_by_posix);
    set(found_.aligned_alloc, "aligned_alloc", found_.memalign);
    set<void* (*)(std::size_t) noexcept>(found_.valloc, "valloc", &valloc_by_memalign);
    set<void* (*)(std::size_t) noexcept>(found_.pvalloc, "pvalloc", &pvalloc_by_memalign);
    set(found_.cfree, "cfree", found_.free);
    set<std::size_t (*)(void*) noexcept>(found_.malloc_usable_size, "malloc_usable_size", &no_usable_size);
    allocator_ = object_of(reinterpret_cast<void*>(found_.malloc)).dli_fbase;
    const auto is_own = [this](auto function) {
      return object_of(reinterpret_cast<void*>(function)).dli_fbase == allocator_;
    };
    found_.own_usable_size = is_own(found_.malloc_usable_size) ? found_.malloc_usable_size : &no_usable_size;
    found_.own_memalign = is_own(found_.aligned_alloc)    ? &memalign_by_aligned_alloc
                          : is_own(found_.posix_memalign) ? &memalign_by_posix
                                                          : found_.memalign;
    if (is_own(found_.memalign)) found_.own_memalign = found_.memalign;
    // A program with a malloc of its own is left alone: its blocks cannot be seen.
    const Dl_info program = object_of(reinterpret_cast<void*>(getauxval(AT_PHDR)));
    program_has_malloc_ = object_of(dlsym(RTLD_DEFAULT, "malloc")).dli_fbase == program.dli_fbase;
  }

  /// Sets a form of operator new or delete. `ours` if the C++ library's is next, or none.
  template <auto kMember>
  void set_operator(const char* name, std::remove_reference_t<decltype(std::declval<Next&>().*kMember)> ours,
                    bool allocates) {
    using Pointer = decltype(ours);
    void* const symbol = dlsym(RTLD_NEXT, name);
    const auto function = reinterpret_cast<Pointer>(symbol);
    const Dl_info object = object_of(symbol);
    if (symbol == nullptr || is_cxx_library(object)) {
      language.*kMember = function;
      found_.*kMember = program_has_malloc_ && symbol != nullptr ? function : ours;
    } else if (object.dli_fbase == allocator_ || !allocates) {
      found_.*kMember = function;
    } else {
      foreign.*kMember = function;
      found_.*kMember = &Foreign<kMember>::call;
    }
  }

  void find_new() {
    set_operator<&Next::new_one>("_Znwm", &new_by_malloc, true);
    set_operator<&Next::new_nothrow>(
        "_ZnwmRKSt9nothrow_t", found_.new_one == &new_by_malloc ? &new_nothrow_by_malloc : &new_nothrow_by_new, true);
    set_operator<&Next::new_aligned>("_ZnwmSt11align_val_t", &new_aligned_by_memalign, true);
    set_operator<&Next::new_aligned_nothrow>(
        "_ZnwmSt11align_val_tRKSt9nothrow_t",
        found_.new_aligned == &new_aligned_by_memalign ? &new_aligned_nothrow_by_memalign : &new_aligned_nothrow_by_new,
        true);
    set_operator<&Next::new_array>("_Znam", found_.new_one, true);
    set_operator<&Next::new_array_nothrow>("_ZnamRKSt9nothrow_t", found_.new_nothrow, true);
    set_operator<&Next::new_array_aligned>("_ZnamSt11align_val_t", found_.new_aligned, true);
    set_operator<&Next::new_array_aligned_nothrow>("_ZnamSt11align_val_tRKSt9nothrow_t", found_.new_aligned_nothrow,
                                                   true);
  }

  void find_delete() {
    set_operator<&Next::delete_one>("_ZdlPv", found_.free, false);
    set_operator<&Next::delete_sized>("_ZdlPvm", &sized_by_delete, false);
    set_operator<&Next::delete_nothrow>("_ZdlPvRKSt9nothrow_t", &nothrow_by_delete, false);
    set_operator<&Next::delete_aligned>("_ZdlPvSt11align_val_t", &aligned_by_free, false);
    set_operator<&Next::delete_aligned_nothrow>("_ZdlPvSt11align_val_tRKSt9nothrow_t", &aligned_nothrow_by_delete,
                                                false);
    set_operator<&Next::delete_sized_aligned>("_ZdlPvmSt11align_val_t", &sized_aligned_by_delete, false);
    set_operator<&Next::delete_array>("_ZdaPv", found_.delete_one, false);
    set_operator<&Next::delete_array_sized>("_ZdaPvm", &array_sized_by_delete, false);
    set_operator<&Next::delete_array_nothrow>("_ZdaPvRKSt9nothrow_t", &array_nothrow_by_delete, false);
    set_operator<&Next::delete_array_aligned>("_ZdaPvSt11align_val_t", found_.delete_aligned, false);
    set_operator<&Next::delete_array_aligned_nothrow>("_ZdaPvSt11align_val_tRKSt9nothrow_t",
                                                      &array_aligned_nothrow_by_delete, false);
    set_operator<&Next::delete_array_sized_aligned>("_ZdaPvmSt11align_val_t", &array_sized_aligned_by_delete, false);
  }

  Next found_{};
  void* allocator_ = nullptr;  // the object that the next malloc is in
  bool program_has_malloc_ = false;
};

constinit bool has_begun = false;

/// If an allocator's own form of operator new takes its block from malloc or another function of the agent (jemalloc's
/// aligned forms do), the block would count twice: it is then called like a foreign one. Every allocation that reaches
/// the agent takes its bytes off the thread's bytes until the next sample.
template <auto kMember, class... More>
void guard_if_it_calls_back(void (*give)(void*), More... more) {
  constexpr std::size_t kBytes = 64;
  constexpr std::int64_t kFar = std::int64_t{1} << 40U;
  if (foreign.*kMember != nullptr) return;
  const alloc::UntilSample before = alloc::until_sample;
  alloc::until_sample.bytes = kFar;
  give((next.*kMember)(kBytes, more...));
  const bool calls_back = alloc::until_sample.bytes != kFar;
  alloc::until_sample = before;
  if (!calls_back) return;
  foreign.*kMember = next.*kMember;
  next.*kMember = &Foreign<kMember>::call;
}

void guard_operators() {
  constexpr std::align_val_t kAlignment{64};
  const auto give = [](void* block) { next.delete_one(block); };
  const auto give_array = [](void* block) { next.delete_array(block); };
  const auto give_aligned = [](void* block) { next.delete_aligned(block, kAlignment); };
  const auto give_array_aligned = [](void* block) { next.delete_array_aligned(block, kAlignment); };
  guard_if_it_calls_back<&Next::new_one>(give);
  guard_if_it_calls_back<&Next::new_nothrow, const std::nothrow_t&>(give, std::nothrow);
  guard_if_it_calls_back<&Next::new_aligned>(give_aligned, kAlignment);
  guard_if_it_calls_back<&Next::new_aligned_nothrow, std::align_val_t, const std::nothrow_t&>(give_aligned, kAlignment,
                                                                                              std::nothrow);
  guard_if_it_calls_back<&Next::new_array>(give_array);
  guard_if_it_calls_back<&Next::new_array_nothrow, const std::nothrow_t&>(give_array, std::nothrow);
  guard_if_it_calls_back<&Next::new_array_aligned>(give_array_aligned, kAlignment);
  guard_if_it_calls_back<&Next::new_array_aligned_nothrow, std::align_val_t, const std::nothrow_t&>(
      give_array_aligned, kAlignment, std::nothrow);
}

}  // namespace

// NOLINTNEXTLINE(bugprone-macro-parentheses): it is an initialiser
#define BUCKETPROF_LOOKED_UP(member) .member = &LookedUp<&Next::member>::call
alignas(64) constinit Next next{BUCKETPROF_LOOKED_UP(malloc),
                                BUCKETPROF_LOOKED_UP(free),
                                BUCKETPROF_LOOKED_UP(calloc),
                                BUCKETPROF_LOOKED_UP(realloc),
                                BUCKETPROF_LOOKED_UP(memalign),
                                BUCKETPROF_LOOKED_UP(aligned_alloc),
                                BUCKETPROF_LOOKED_UP(posix_memalign),
                                BUCKETPROF_LOOKED_UP(valloc),
                                BUCKETPROF_LOOKED_UP(pvalloc),
                                BUCKETPROF_LOOKED_UP(cfree),
                                BUCKETPROF_LOOKED_UP(malloc_usable_size),
                                BUCKETPROF_LOOKED_UP(own_memalign),
                                BUCKETPROF_LOOKED_UP(own_usable_size),
                                BUCKETPROF_LOOKED_UP(new_one),
                                BUCKETPROF_LOOKED_UP(new_nothrow),
                                BUCKETPROF_LOOKED_UP(new_aligned),
                                BUCKETPROF_LOOKED_UP(new_aligned_nothrow),
                                BUCKETPROF_LOOKED_UP(new_array),
                                BUCKETPROF_LOOKED_UP(new_array_nothrow),
                                BUCKETPROF_LOOKED_UP(new_array_aligned),
                                BUCKETPROF_LOOKED_UP(new_array_aligned_nothrow),
                                BUCKETPROF_LOOKED_UP(delete_one),
                                BUCKETPROF_LOOKED_UP(delete_sized),
                                BUCKETPROF_LOOKED_UP(delete_nothrow),
                                BUCKETPROF_LOOKED_UP(delete_aligned),
                                BUCKETPROF_LOOKED_UP(delete_aligned_nothrow),
                                BUCKETPROF_LOOKED_UP(delete_sized_aligned),
                                BUCKETPROF_LOOKED_UP(delete_array),
                                BUCKETPROF_LOOKED_UP(delete_array_sized),
                                BUCKETPROF_LOOKED_UP(delete_array_nothrow),
                                BUCKETPROF_LOOKED_UP(delete_array_aligned),
                                BUCKETPROF_LOOKED_UP(delete_array_aligned_nothrow),
                                BUCKETPROF_LOOKED_UP(delete_array_sized_aligned)};
#undef BUCKETPROF_LOOKED_UP

void find_next() noexcept {
  if (has_begun) return;
  has_begun = true;
  const int saved = errno;
  next.malloc = &bootstrap_malloc;
  next.calloc = &bootstrap_calloc;
  next.realloc = &bootstrap_realloc;
  next.memalign = &bootstrap_memalign;
  next.free = &bootstrap_free;
  Next found = Finder().find();
  real = found;
  if (bootstrap_was_used()) {
    found.free = &free_any;
    found.realloc = &realloc_any;
    found.malloc_usable_size = &usable_size_any;
    found.own_usable_size = &own_usable_size_any;
  }
  next = found;
  if (found.new_one != &new_by_malloc) guard_operators();
  errno = saved;
}

}  // namespace bucketprof::agent
