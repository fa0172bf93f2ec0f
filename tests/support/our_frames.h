// SPDX-License-Identifier: Apache-2.0
//
// Names of functions, to see that all that hides our own frames (profiler/model/our_frames.h) hides the same ones.
#pragma once

#include <array>
#include <string_view>

namespace bucketprof::testing_support {

/// Frames that lead into the recorder.
inline constexpr auto kDroppedFrames = std::to_array<std::string_view>({
    "bucketprof::alloc::Allocator<std::pair<int const, R>, int, (bucketprof::alloc::Kind)2>::allocate(unsigned "
    "long)",
    "bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)0>::allocate_part(unsigned long)",
    "bucketprof::alloc::Allocator<f(int)::Local, int, (bucketprof::alloc::Kind)0>::allocate(unsigned long)",
    "bucketprof::alloc::Allocator<int, int>::allocate",
    "bucketprof::alloc::Inferred bucketprof::alloc::infer<int, int>(bucketprof::alloc::Kind, unsigned long)",
    "bucketprof::alloc::Allocator::allocate",
    "bucketprof::alloc::Resource::do_allocate(unsigned long, unsigned long)",
    "bucketprof::alloc::record_alloc_slow(void*, unsigned long)",
    "void bucketprof::alloc::detail::note<int>(int)",
    "bucketprof::record::(anonymous namespace)::Sampler::take(unsigned long)",
    "bucketprof::record::Sites::find(unsigned long) const",
    "bucketprof::record::Sites::operator()(int)",
    "unsigned long bucketprof::record::mix<int>(int)",
    "bucketprof::stack::capture(bucketprof::stack::Stack&)",
    "auto bucketprof::hashmap::allocate_part<bucketprof::alloc::Allocator<int, int> >(bucketprof::alloc::"
    "Allocator<int, int>&, unsigned long, bucketprof::hashmap::PartInfo const&)",
    "bucketprof::hashmap::allocate_part",
    "std::allocator_traits<bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2> >::allocate("
    "bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2>&, unsigned long)",
    "std::allocator_traits<bucketprof::alloc::Allocator<int, int> >::allocate",
    "std::allocator_traits::allocate",
});

/// Frames that are shown, or only removed alone: construct() and destroy() call code of the user, which may fill tables
/// of its own.
inline constexpr auto kOtherFrames = std::to_array<std::string_view>({
    "bucketprof::hashmap::Map<int,int,std::hash<int>,std::equal_to<int>,bucketprof::alloc::Allocator<int> "
    ">::make_bucket_array(unsigned long)",
    "bucketprof::hashmap::Map<int,int,std::hash<int>,std::equal_to<int>,bucketprof::alloc::Allocator<int> "
    ">::hash_grow",
    "bucketprof::hashmap::Map::make_bucket_array",
    "void bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2>::construct<app::Record, "
    "int>(app::Record*)",
    "void bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2>::destroy<app::Record>(app::Record*)",
    "decltype (_S_construct({parm#1})) std::allocator_traits<bucketprof::alloc::Allocator<int, int> "
    ">::construct<int>()",
    "bucketprof::hashmap::Map<int, bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)1> "
    ">::hash_grow(int)",
    "bucketprof::alloc::Inferred app::f<int>(int)",
    "bucketprof::alloc::Allocator::construct",
    "void std::allocator_traits<bucketprof::alloc::Allocator<int, int> >::construct<int, int>(int*, int&&)",
    "std::allocator_traits<std::allocator<int> >::allocate(std::allocator<int>&, unsigned long)",
    "std::_Hashtable<int, bucketprof::alloc::Allocator<int> >::_M_insert(int)",
    "void app::fill<bucketprof::alloc::Allocator<int> >(int)",
    "app::bucketprof::record::x()",
    "my_bucketprof::record::x()",
    "main",
});

}  // namespace bucketprof::testing_support
