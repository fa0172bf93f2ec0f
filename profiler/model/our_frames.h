// SPDX-License-Identifier: Apache-2.0
//
// Which frames of a call stack are ours and are not shown. From this list come pprof's drop_frames in our profiles,
// what profiler/symbolize removes from stacks, and what profiler/recognize never takes for a call site.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace bucketprof::model {

/// All of our code is below it. The frames that are not listed below are shown: they are those of the bundled map.
inline constexpr std::string_view kOurNamespace = "bucketprof::";
/// Below kOurNamespace: all frames of the recorder.
inline constexpr std::array<std::string_view, 2> kRecorderNamespaces{"record", "stack"};
/// Below kOurNamespace: the namespace of the tagged allocator. Its free functions and its members with kAllocate in
/// their names lead into the recorder; its other members call code of the user (construct, destroy).
inline constexpr std::string_view kAllocatorNamespace = "alloc";
inline constexpr std::string_view kAllocate = "allocate";
/// Below kOurNamespace, and of the standard library: what calls the allocator. The latter is ours if its template
/// argument is, or is not known.
inline constexpr std::string_view kAllocatePart = "hashmap::allocate_part";
inline constexpr std::string_view kAllocatorTraits = "std::allocator_traits";

/// pprof's drop_frames: the frames that lead into the recorder. A matching frame and everything nearer the leaf is
/// dropped. pprof anchors the expression at both ends, and matches it against names without call arguments, cut at
/// their first '(' even inside template arguments (cut before "(Kind)" in "Allocator<int, int, (Kind)0>::allocate"). So
/// the expression matches names from their start only, and a map whose template arguments mention the allocator stays.
/// construct and destroy, which run the user's code, stay too: as function templates their names start with a return
/// type. RE2 syntax.
[[nodiscard]] std::string drop_frames();

}  // namespace bucketprof::model
