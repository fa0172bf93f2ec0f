// SPDX-License-Identifier: Apache-2.0
//
// The user's choices for a report.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "profiler/base/regex.h"

namespace bucketprof::report {

struct ReportOptions {
  std::vector<std::string> files;  // the profiles that were read, as given by the user
  Regex table;                     // only tables, and sites of tables, whose name matches
  Regex site;                      // only sites whose function or file matches
  std::size_t top = 0;             // maximum number of findings, of notes, of tables and of sites; 0: all
  bool colour = false;             // headlines in bold, for a terminal
};

}  // namespace bucketprof::report
