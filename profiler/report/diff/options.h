// SPDX-License-Identifier: Apache-2.0
//
// The two files of a difference and the user's choices for its output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "profiler/base/regex.h"

namespace bucketprof::report {

struct DiffOptions {
  std::string base;           // path of the earlier profile, as given by the user
  std::string file;           // path of the later one
  std::int64_t interval = 1;  // mean sampling interval in bytes; 1: exact
  Regex table;                // only tables, and sites of tables, whose name matches
  Regex site;                 // only sites whose function or file matches
  std::size_t top = 0;        // maximum number of tables and of sites; 0: all
  bool colour = false;        // headlines in bold, for a terminal
};

}  // namespace bucketprof::report
