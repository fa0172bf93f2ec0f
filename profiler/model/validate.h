// SPDX-License-Identifier: Apache-2.0
//
// Checks a profile against numbered rules. The first broken one comes back as "rule N: what, where".
// Thread-safe (no state); never trusts an index of the profile it is given.
//
// Rules for every pprof profile (validate), those that pprof, Pyroscope and Parca hold a file to:
//    1  string 0 is empty
//    2  all strings are UTF-8
//    3  every index is in range: strings, mappings, functions, locations, pools
//    4  there is a sample type, and one value a type for each sample
//    5  type names are not empty, differ, and hold no '-'
//    6  the default sample type is one of the types
//    7  a mapping ends after it starts (0 to 0: not known)
//    8  mapping 1 is the main binary: no library or kernel mapping while another mapping is neither
//    9  an address (return address - 1) lies in its mapping
//   10  has_functions is set only where every location of the mapping has lines
//   11  the leaf comes first: no stack starts at the thread's entry
//   12  no label key has both strings and numbers
//   13  no label says nothing: it has a key, and a text, a number other than 0, or a unit
//   14  labels stand in their order (labels.h)
//   15  times, duration and period are not negative
//   16  no count of 0 beside bytes (P_objects beside P_space)
// Rules for ours on top (validate_ours):
//   21  the six sample types with their units, in order
//   22  default type inuse_space, period type space/bytes, period at least 1
//   23  the time is set
//   24  a comment states the version, another the losses
//   25  only the known label keys, each as text or number with its unit
//   26  at most one label of each key on a sample
//   27  table names are without commas (pprof's tag filters split there)
//   28  alloc >= inuse >= 0 in objects and in space; deltas (with a duration): both >= 0
//   29  slack is between 0 and space; deltas: alloc_slack only >= 0
//   30  deltas have no peak
//   31  a mapping names its file, its build id is lower-case hex, and one segment is one mapping
//   32  several lines at one location (line[0] the innermost) need a mapping with inline frames
//   33  every sample has a frame: pprof's filters lose samples that have none
#pragma once

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::model {

/// Rules 1 to 16.
[[nodiscard]] Status validate(const Profile& profile);

/// Rules 1 to 33.
[[nodiscard]] Status validate_ours(const Profile& profile);

}  // namespace bucketprof::model
