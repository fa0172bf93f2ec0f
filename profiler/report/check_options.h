// SPDX-License-Identifier: Apache-2.0
//
// What the reader of a check's result may choose. Plain data.
#pragma once

#include <string>

namespace bucketprof::report {

struct CheckOptions {
  std::string policy;       // paths, as given
  std::string file;         // the profile
  std::string baseline;     // "": there is none
  std::string source_root;  // a folder: taken off the front of source files' names, in every form; "": none
  bool colour = false;      // headlines in bold, for a terminal
  bool verbose = false;     // list limits that hold, too
};

}  // namespace bucketprof::report
