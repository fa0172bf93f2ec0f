// SPDX-License-Identifier: Apache-2.0
//
// The names that our pprof profiles use: sample types, label keys and the prefixes of comments. Reader, writer and
// analysis share this file; docs/profile_format.md describes the names.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace bucketprof::model {

/// Index of each sample type in our profiles, which always have all six, in this order.
enum SampleType : std::size_t {
  kAllocObjects,
  kAllocSpace,
  kInuseObjects,
  kInuseSpace,
  kAllocSlack,
  kInuseSlack,
  kSampleTypeCount,
};

struct SampleTypeName {
  std::string_view type;
  std::string_view unit;
};

inline constexpr std::array<SampleTypeName, kSampleTypeCount> kSampleTypes{{
    {"alloc_objects", "count"},
    {"alloc_space", "bytes"},
    {"inuse_objects", "count"},
    {"inuse_space", "bytes"},
    {"alloc_slack", "bytes"},
    {"inuse_slack", "bytes"},
}};
inline constexpr std::string_view kDefaultSampleType = "inuse_space";
inline constexpr SampleTypeName kPeriodType{"space", "bytes"};

/// Keys of string labels.
inline constexpr std::string_view kLabelTable = "table";
inline constexpr std::string_view kLabelKind = "kind";
inline constexpr std::string_view kLabelPart = "part";
inline constexpr std::string_view kLabelCause = "cause";
inline constexpr std::string_view kLabelLife = "life";      // bucket blocks only; words (tables/life.h) with spaces
inline constexpr std::string_view kLabelStart = "start";    // bucket blocks only; equal if their tables began alike
inline constexpr std::string_view kLabelLayout = "layout";  // of blocks that the agent looked at: layout/look.h

/// Keys of number labels; the unit is always written.
inline constexpr std::string_view kLabelBytes = "bytes";             // unit bytes
inline constexpr std::string_view kLabelEntryBytes = "entry_bytes";  // unit bytes
inline constexpr std::string_view kLabelSlots = "slots";             // unit entries, bucket blocks only
inline constexpr std::string_view kLabelHint = "hint";               // unit entries, bucket blocks only
inline constexpr std::string_view kLabelLimit = "limit";             // unit entries, bucket blocks only, if unusual
inline constexpr std::string_view kLabelPeak = "peak";        // unit entries, bucket blocks only, not in delta profiles
inline constexpr std::string_view kLabelSeen = "seen";        // unit entries, only of blocks that were looked at
inline constexpr std::string_view kLabelDeleted = "deleted";  // unit entries, likewise
inline constexpr std::string_view kLabelSlotBytes = "slot_bytes";  // unit bytes, beside kLabelLayout
inline constexpr std::string_view kUnitBytes = "bytes";
inline constexpr std::string_view kUnitEntries = "entries";

/// Comments are "<prefix> <key>=<value> ...", one group of facts per line.
/// Example: bucketprof.version 0.1.0
inline constexpr std::string_view kCommentVersion = "bucketprof.version";
/// Example: bucketprof.moment at=peak asked=peak inuse_space=123 after=4.567s
inline constexpr std::string_view kCommentMoment = "bucketprof.moment";
/// Example: bucketprof.losses blocks=0 bytes=0 ...
inline constexpr std::string_view kCommentLosses = "bucketprof.losses";
/// The recorder's own memory, in all and by use. Example: bucketprof.memory bytes=1048576 live=524288 ...
inline constexpr std::string_view kCommentMemory = "bucketprof.memory";
/// How stacks were captured; mismatches must be 0. Example: bucketprof.stacks replays=1000 walks=7 ... mismatches=0 ...
inline constexpr std::string_view kCommentStacks = "bucketprof.stacks";
/// Only if tables were recognized by function names: what belonged to no table and was left out of the profile.
/// Example: bucketprof.classified alloc_objects=2 alloc_space=5678 inuse_objects=1 inuse_space=1234
inline constexpr std::string_view kCommentClassified = "bucketprof.classified";
/// Only if blocks were looked at: in how many of them names and bytes said the same table, in how many there were no
/// names, and in how many names said another, so that nothing was taken.
/// Example: bucketprof.looks accepted=12 by_bytes=3 rejected=1
inline constexpr std::string_view kCommentLooks = "bucketprof.looks";
/// Only in profiles written by the agent, which have all heap blocks of a program and no tables. unseen_bytes were in
/// use before the agent started, or "unknown". Example: bucketprof.agent version=0.1.0 allocator=gperftools-2.10
/// unseen_bytes=73728
inline constexpr std::string_view kCommentAgent = "bucketprof.agent";
/// Blocks whose bytes the agent looked at. Example: bucketprof.looked freed=1000 live=20 arrays=17 skipped=0
inline constexpr std::string_view kCommentLooked = "bucketprof.looked";
/// Example: bucketprof.sampling interval=1
inline constexpr std::string_view kCommentSampling = "bucketprof.sampling";

}  // namespace bucketprof::model
