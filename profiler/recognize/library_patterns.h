// SPDX-License-Identifier: Apache-2.0
//
// Functions of no hash table: libraries whose frames are never the program's call site, and allocation functions. Our
// own are in profiler/model/our_frames.h.
#pragma once

#include <array>
#include <string_view>

#include "profiler/recognize/implementations.h"

namespace bucketprof::recognize {

struct PlainPattern {
  Owner owner;
  std::string_view name;
  PartName part = "";
};

/// The longest match is used, table patterns included.
inline constexpr auto kPlainPatterns = std::to_array<PlainPattern>({
    {Owner::kLibrary, "std::*"},
    {Owner::kLibrary, "__gnu_cxx::*"},  // libstdc++'s extensions
    {Owner::kLibrary, "absl::*"},
    {Owner::kLibrary, "absl::container_internal::btree*"},
    {Owner::kLibrary, "boost::container::*"},
    {Owner::kLibrary, "boost::core::*"},
    {Owner::kLibrary, "boost::allocator_*"},
    {Owner::kAllocator, "operator new*"},
    {Owner::kAllocator, "malloc"},
    {Owner::kAllocator, "calloc"},
    {Owner::kAllocator, "realloc"},
    {Owner::kAllocator, "reallocarray"},
    {Owner::kAllocator, "aligned_alloc"},
    {Owner::kAllocator, "posix_memalign"},
    {Owner::kAllocator, "memalign"},
    {Owner::kAllocator, "__libc_malloc"},
    {Owner::kAllocator, "__libc_calloc"},
    {Owner::kAllocator, "__libc_realloc"},
    {Owner::kAllocator, "__gnu_cxx::new_allocator::allocate"},
    {Owner::kAllocator, "__gnu_cxx::__alloc_traits::*"},
    {Owner::kAllocator, "std::__new_allocator::allocate"},
    {Owner::kAllocator, "std::allocator::allocate"},
    {Owner::kAllocator, "std::allocator_traits::allocate"},
    {Owner::kAllocator, "std::__allocate_guarded"},
    {Owner::kAllocator, "std::pmr::(anonymous namespace)::*"},
    {Owner::kAllocator, "std::pmr::polymorphic_allocator::allocate"},
    {Owner::kAllocator, "std::pmr::memory_resource::allocate"},
    {Owner::kAllocator, "std::__1::allocator::allocate"},
    {Owner::kAllocator, "std::__1::allocator_traits::allocate"},
    {Owner::kAllocator, "std::__1::__libcpp_allocate"},
    {Owner::kAllocator, "std::__1::__libcpp_operator_new"},
    {Owner::kAllocator, "std::__1::__allocate_at_least"},
    {Owner::kAllocator, "absl::container_internal::Allocate"},
    {Owner::kAllocator, "boost::allocator_allocate"},
    {Owner::kAllocator, "boost::allocator_traits::allocate"},
    {Owner::kAllocator, "boost::unordered::detail::allocator_traits::allocate"},
    {Owner::kAllocator, "eastl::allocate_memory"},
    {Owner::kAllocator, "eastl::allocator::allocate"},
    {Owner::kAllocator, "folly::allocateOverAligned"},
    {Owner::kAllocator, "folly::detail::rawOverAlignedImpl"},
    {Owner::kAllocator, "google::libc_allocator_with_realloc::*"},
    {Owner::kAllocator, "google::protobuf::internal::MapAllocator::allocate"},
    {Owner::kAllocator, "llvm::allocate_buffer"},
    {Owner::kAllocator, "llvm::MallocAllocator::Allocate"},
    {Owner::kAllocator, "llvm::safe_malloc"},
    {Owner::kAllocator, "llvm::safe_calloc"},
    {Owner::kAllocator, "js::AllocPolicyBase::*"},  // SpiderMonkey
    {Owner::kAllocator, "js::SystemAllocPolicy::*"},
    {Owner::kAllocator, "js::TempAllocPolicy::*"},
    {Owner::kAllocator, "js_malloc"},
    {Owner::kAllocator, "js_pod_malloc"},
    {Owner::kAllocator, "moz_arena_malloc"},
    {Owner::kAllocator, "moz_xmalloc"},
    {Owner::kAllocator, "mozilla::MallocAllocPolicy::*"},
    {Owner::kAllocator, "v8::base::DefaultAllocationPolicy::*"},
    {Owner::kAllocator, "qMallocAligned"},
    {Owner::kAllocator, "alloc::alloc::*"},  // Rust
    {Owner::kAllocator, "__rust_alloc*"},
    {Owner::kAllocator, "__rdl_alloc*"},
    {Owner::kAllocator, "std::alloc::*"},
    {Owner::kAllocator, "g_malloc*"},  // GLib
    {Owner::kAllocator, "g_memdup*"},
    {Owner::kAllocator, "g_realloc*"},
    {Owner::kAllocator, "g_slice_alloc*"},
    {Owner::kAllocator, "PyMem_*"},  // CPython
    {Owner::kAllocator, "PyObject_Calloc"},
    {Owner::kAllocator, "PyObject_Malloc"},
    {Owner::kAllocator, "PyType_GenericAlloc"},
    {Owner::kAllocator, "_PyMem_*"},
    {Owner::kAllocator, "_PyObject_Calloc"},
    {Owner::kAllocator, "_PyObject_GC_New"},
    {Owner::kAllocator, "_PyObject_Malloc"},
    {Owner::kAllocator, "_PyType_AllocNoTrack"},
    {Owner::kAllocator, "gc_alloc"},
    {Owner::kAllocator, "do_xmalloc"},  // git
    {Owner::kAllocator, "xcalloc"},
    {Owner::kAllocator, "xmalloc"},
    {Owner::kAllocator, "xrealloc"},
    {Owner::kAllocator, "zmalloc*"},  // Redis
    {Owner::kAllocator, "zcalloc*"},
    {Owner::kAllocator, "zrealloc*"},
    {Owner::kAllocator, "valkey_calloc"},
    {Owner::kAllocator, "valkey_malloc"},
    {Owner::kAllocator, "valkey_realloc"},
    {Owner::kAllocator, "ztrycalloc*"},
    {Owner::kAllocator, "ztrymalloc*"},
    {Owner::kAllocator, "ztryrealloc*"},
    {Owner::kAllocator, "objspace_xcalloc*"},  // Ruby
    {Owner::kAllocator, "objspace_xmalloc*"},
    {Owner::kAllocator, "objspace_xrealloc*"},
    {Owner::kAllocator, "rb_gc_impl_calloc"},
    {Owner::kAllocator, "rb_gc_impl_malloc"},
    {Owner::kAllocator, "rb_gc_impl_realloc"},
    {Owner::kAllocator, "ruby_xcalloc*"},
    {Owner::kAllocator, "l_alloc"},  // Lua
    {Owner::kAllocator, "luaL_alloc"},
    {Owner::kAllocator, "luaC_newobj*"},
    {Owner::kAllocator, "ruby_xmalloc*"},
    {Owner::kAllocator, "ruby_xrealloc*"},
    {Owner::kAllocator, "luaM_malloc_"},
    {Owner::kAllocator, "luaM_realloc_"},
    {Owner::kAllocator, "luaM_saferealloc_"},
    {Owner::kAllocator, "xmlMalloc"},
    {Owner::kAllocator, "xmlMemMalloc"},
    {Owner::kAllocator, "sqlite3Malloc*"},
    {Owner::kAllocator, "sqlite3MemMalloc"},
    {Owner::kAllocator, "sqlite3_malloc*"},
    {Owner::kAllocator, "mallocWithAlarm"},
    {Owner::kAllocator, "CRYPTO_malloc*"},  // OpenSSL
    {Owner::kAllocator, "CRYPTO_zalloc"},
    {Owner::kAllocator, "objalloc_alloc"},  // BFD
    {Owner::kAllocator, "_objalloc_alloc"},
    {Owner::kAllocator, "_emalloc*"},  // PHP
    {Owner::kAllocator, "_erealloc*"},
    {Owner::kAllocator, "_femalloc*"},
    {Owner::kAllocator, "_safe_emalloc"},
    {Owner::kAllocator, "_safe_femalloc"},
    {Owner::kAllocator, "__zend_malloc"},
    {Owner::kAllocator, "__zend_realloc"},
    {Owner::kVector, "std::vector::*"},
    {Owner::kVector, "std::_Vector_base::*"},
    {Owner::kVector, "std::__1::vector::*"},
    {Owner::kVector, "std::__1::__split_buffer::*"},
    {Owner::kVector, "std::deque::*", "other"},
    {Owner::kVector, "std::_Deque_base::*", "other"},
    {Owner::kVector, "std::map::*", "overflow"},
    {Owner::kVector, "std::set::*", "overflow"},
    {Owner::kVector, "std::_Rb_tree::*", "overflow"},
    {Owner::kVector, "std::__cxx11::list::*", "overflow"},
    {Owner::kVector, "std::__cxx11::_List_base::*", "overflow"},
});

}  // namespace bucketprof::recognize
