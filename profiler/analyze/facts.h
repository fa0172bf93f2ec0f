// SPDX-License-Identifier: Apache-2.0
//
// What a profile says about itself in its header and comments: program, moment, sampling, losses.
// A merged profile may say some things several times. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "profiler/analyze/amounts.h"
#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// The moment that in-use values speak of.
struct Moment {
  std::string at;                // "peak": the high-water mark; "now": when the profile was written
  std::int64_t inuse_space = 0;  // bytes then
  std::string asked;             // what was asked for: "peak" gives "now" when nothing was higher; "" if not said
  std::string after;             // since recording began, with its unit ("4.567s"); "" if not said
};

struct Facts {
  std::string program;                         // path of the main binary, "" if not known
  std::string version;                         // of the library that wrote it; "" if it is not ours
  std::int64_t time_nanos = 0;                 // since 1970; 0: not known
  std::int64_t period = 0;                     // mean sampling interval; 1: exact; 0: not known
  std::vector<Moment> moments;                 // more than one in a merged profile
  std::map<std::string, std::int64_t> losses;  // what could not be recorded, by kind; only kinds above 0
  bool classified = false;                     // tables were found by names of functions (classify.h)
  Amounts other;                               // what was left out then: blocks and bytes of no known table
};

[[nodiscard]] Facts read_facts(const model::Profile& profile);

}  // namespace bucketprof::analyze
