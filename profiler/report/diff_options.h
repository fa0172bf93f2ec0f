// SPDX-License-Identifier: Apache-2.0
//
// What the reader of a difference may choose. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "profiler/base/regex.h"

namespace bucketprof::report {

struct DiffOptions {
  std::string base;           // what was read, as given: before
  std::string file;           // after
  std::int64_t interval = 1;  // mean bytes from sample to sample; 1: exact
  Regex table;                // only tables, and sites of tables, whose name matches
  Regex site;                 // only sites whose function or file matches
  std::size_t top = 0;        // at most so many tables and sites; 0: all
  bool colour = false;        // headlines in bold, for a terminal
};

}  // namespace bucketprof::report
