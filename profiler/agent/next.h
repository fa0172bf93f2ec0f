// SPDX-License-Identifier: Apache-2.0
//
// The allocator behind the agent: the functions that the program would call if the agent were not there, found by
// dlsym(RTLD_NEXT) when the first of them is called. Until then each pointer leads to a function that looks all of them
// up, so that nobody ever tests whether that has been done. Constant afterwards.
//
// The C++ library's operator new calls malloc, which is the agent's: a block would count twice. So where it is next,
// operator new takes the block from the next malloc itself. An allocator that brings an operator new of its own
// (tcmalloc, jemalloc, mimalloc) is called by that.
#pragma once

#include <cstddef>
#include <new>

namespace bucketprof::agent {

struct Next {
  void* (*malloc)(std::size_t bytes) noexcept;
  void (*free)(void* block) noexcept;
  void* (*calloc)(std::size_t count, std::size_t bytes) noexcept;
  void* (*realloc)(void* block, std::size_t bytes) noexcept;
  void* (*memalign)(std::size_t alignment, std::size_t bytes) noexcept;
  void* (*aligned_alloc)(std::size_t alignment, std::size_t bytes) noexcept;
  int (*posix_memalign)(void** block, std::size_t alignment, std::size_t bytes) noexcept;
  void* (*valloc)(std::size_t bytes) noexcept;
  void* (*pvalloc)(std::size_t bytes) noexcept;
  void (*cfree)(void* block) noexcept;
  std::size_t (*malloc_usable_size)(void* block) noexcept;
  // For the agent's own calls, which the program would not make: only functions of the object that `malloc` is in. An
  // allocator may define only some of the family, and the others are then of an allocator that does not know its
  // blocks.
  void* (*own_memalign)(std::size_t alignment, std::size_t bytes) noexcept;
  std::size_t (*own_usable_size)(void* block) noexcept;  // 0 if it has none

  void* (*new_one)(std::size_t bytes);
  void* (*new_nothrow)(std::size_t bytes, const std::nothrow_t& none) noexcept;
  void* (*new_aligned)(std::size_t bytes, std::align_val_t alignment);
  void* (*new_aligned_nothrow)(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t& none) noexcept;
  void* (*new_array)(std::size_t bytes);
  void* (*new_array_nothrow)(std::size_t bytes, const std::nothrow_t& none) noexcept;
  void* (*new_array_aligned)(std::size_t bytes, std::align_val_t alignment);
  void* (*new_array_aligned_nothrow)(std::size_t bytes, std::align_val_t alignment,
                                     const std::nothrow_t& none) noexcept;
  void (*delete_one)(void* block) noexcept;
  void (*delete_sized)(void* block, std::size_t bytes) noexcept;
  void (*delete_nothrow)(void* block, const std::nothrow_t& none) noexcept;
  void (*delete_aligned)(void* block, std::align_val_t alignment) noexcept;
  void (*delete_aligned_nothrow)(void* block, std::align_val_t alignment, const std::nothrow_t& none) noexcept;
  void (*delete_sized_aligned)(void* block, std::size_t bytes, std::align_val_t alignment) noexcept;
  void (*delete_array)(void* block) noexcept;
  void (*delete_array_sized)(void* block, std::size_t bytes) noexcept;
  void (*delete_array_nothrow)(void* block, const std::nothrow_t& none) noexcept;
  void (*delete_array_aligned)(void* block, std::align_val_t alignment) noexcept;
  void (*delete_array_aligned_nothrow)(void* block, std::align_val_t alignment, const std::nothrow_t& none) noexcept;
  void (*delete_array_sized_aligned)(void* block, std::size_t bytes, std::align_val_t alignment) noexcept;
};

/// Read without synchronisation: the first call comes from the loader or a library's initialisation, before there are
/// threads. Hidden here, too, because a compiler option does not say that of what is defined elsewhere: an instruction
/// less in each function.
extern constinit Next next [[gnu::visibility("hidden")]];

/// Looks all of them up, unless that has been done.
void find_next() noexcept;

}  // namespace bucketprof::agent
