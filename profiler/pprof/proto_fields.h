// SPDX-License-Identifier: Apache-2.0
//
// Field numbers of profile.proto (message perftools.profiles.Profile), shared by reader and writer.
// docs/profile_format.md describes the content that we write.
#pragma once

#include <cstdint>

namespace bucketprof::pprof::field {

enum class Profile : std::uint32_t {
  kSampleType = 1,         // repeated ValueType
  kSample = 2,             // repeated Sample
  kMapping = 3,            // repeated Mapping
  kLocation = 4,           // repeated Location
  kFunction = 5,           // repeated Function
  kString = 6,             // repeated string
  kDropFrames = 7,         // int64, string
  kKeepFrames = 8,         // int64, string
  kTimeNanos = 9,          // int64
  kDurationNanos = 10,     // int64
  kPeriodType = 11,        // ValueType
  kPeriod = 12,            // int64
  kComment = 13,           // repeated int64, strings
  kDefaultSampleType = 14  // int64, string
};

enum class ValueType : std::uint32_t { kType = 1, kUnit = 2 };  // int64, strings

enum class Sample : std::uint32_t {
  kLocation = 1,  // repeated uint64, ids, leaf first
  kValue = 2,     // repeated int64, one per sample type
  kLabel = 3      // repeated Label
};

enum class Label : std::uint32_t { kKey = 1, kStr = 2, kNum = 3, kNumUnit = 4 };  // int64; key, str, unit are strings

enum class Mapping : std::uint32_t {
  kId = 1,       // uint64
  kStart = 2,    // uint64
  kLimit = 3,    // uint64
  kOffset = 4,   // uint64
  kFile = 5,     // int64, string
  kBuildId = 6,  // int64, string
  kHasFunctions = 7,
  kHasFilenames = 8,
  kHasLineNumbers = 9,
  kHasInlineFrames = 10
};

enum class Location : std::uint32_t {
  kId = 1,         // uint64
  kMappingId = 2,  // uint64, 0: none
  kAddress = 3,    // uint64
  kLine = 4,       // repeated Line, innermost first
  kIsFolded = 5
};

enum class Line : std::uint32_t { kFunctionId = 1, kLine = 2 };  // uint64, int64

enum class Function : std::uint32_t {
  kId = 1,          // uint64
  kName = 2,        // int64, string
  kSystemName = 3,  // int64, string
  kFile = 4,        // int64, string
  kStartLine = 5    // int64
};

}  // namespace bucketprof::pprof::field
