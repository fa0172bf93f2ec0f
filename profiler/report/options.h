// SPDX-License-Identifier: Apache-2.0
//
// What the reader of a report may choose. Plain data.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "profiler/base/regex.h"

namespace bucketprof::report {

struct Options {
  std::vector<std::string> files;  // what was read, for the headline and the last line
  Regex table;                     // only tables, and sites of tables, whose name matches
  Regex site;                      // only sites whose function or file matches
  std::size_t top = 0;             // at most so many tables and sites; 0: all
  bool colour = false;             // headlines in bold, for a terminal
};

}  // namespace bucketprof::report
