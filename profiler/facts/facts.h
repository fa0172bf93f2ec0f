// SPDX-License-Identifier: Apache-2.0
//
// The metadata in a profile's header and comments: program, moment, sampling, losses. A merged profile may have several
// moments.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "profiler/facts/sample_values.h"
#include "profiler/model/comments.h"
#include "profiler/model/profile.h"

namespace bucketprof::facts {

using model::Moment;

struct Facts {
  std::string program;                         // path of the main binary, "" if unknown
  std::string version;                         // of the bucketprof library that wrote the profile, else ""
  std::int64_t time_nanos = 0;                 // since 1970; 0: unknown
  std::int64_t period = 0;                     // mean sampling interval, bytes if of memory; 1: exact; 0: unknown
  std::vector<Moment> moments;                 // more than one in a merged profile
  std::map<std::string, std::int64_t> losses;  // what could not be recorded, counted by kind; only counts above 0
  bool classified = false;                     // tables were recognized by function names (classify.h)
  std::int64_t looks_rejected = 0;             // blocks whose bytes looked like one table, and whose names say another
  SampleValues other;                          // if classified: the blocks and bytes of no known table, left out
};

[[nodiscard]] Facts read_facts(const model::Profile& profile);

}  // namespace bucketprof::facts
