// SPDX-License-Identifier: Apache-2.0
//
// Checks a profile against numbered rules. The first broken rule is returned as "rule N: what, where".
// No index in the profile is trusted.
//
// Rules for every pprof profile (validate), which pprof, Pyroscope and Parca require:
//    1  string 0 is empty
//    2  all strings are UTF-8
//    3  every index is in range: strings, mappings, functions, locations, pools
//    4  there is a sample type, and every sample has one value per type
//    5  type names are not empty, are distinct, and contain no '-'
//    6  the default sample type is one of the types
//    7  a mapping ends after it starts (0 to 0: not known)
//    8  mapping 1 is the main binary: not a library or kernel mapping if another mapping is neither
//    9  an address (return address - 1) lies in its mapping
//   10  has_functions is set only where every location of the mapping has lines
//   11  the leaf comes first: no stack starts at the thread's entry
//   12  no label key has both strings and numbers
//   13  every label has a key, and a text, a number other than 0, or a unit
//   14  labels are sorted (labels.h)
//   15  times, duration and period are not negative
//   16  a sample without objects has no bytes (P_objects, P_space)
// Additional rules for our profiles (validate_ours):
//   21  the six sample types with their units, in order
//   22  default type inuse_space, period type space/bytes, period at least 1
//   23  the time is set
//   24  a comment has the version, another one the losses
//   25  only the known label keys, each as text or number with its unit
//   26  at most one label of each key on a sample
//   27  table names contain no comma (pprof's tag filters split there)
//   28  alloc >= inuse >= 0 for objects and for space; delta profiles (with a duration): both >= 0
//   29  slack is between 0 and space; delta profiles: alloc_slack is only >= 0
//   30  delta profiles have no label peak, seen or deleted
//   31  a mapping names its file, its build id is lower-case hex, and no segment is split into two mappings
//   32  a location with several lines (line[0] is the innermost) needs a mapping with inline frames
//   33  every sample has a frame, because pprof's filters lose samples without one
#pragma once

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::model {

/// Rules 1 to 16.
[[nodiscard]] Status validate(const Profile& profile);

/// Rules 1 to 33.
[[nodiscard]] Status validate_ours(const Profile& profile);

}  // namespace bucketprof::model
