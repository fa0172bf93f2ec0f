// SPDX-License-Identifier: Apache-2.0
//
// The user's choices for the output of a check.
#pragma once

#include <string>

namespace bucketprof::report {

struct CheckOptions {
  std::string policy;       // path, as given by the user
  std::string file;         // paths of the profiles, as given by the user
  std::string baseline;     // paths of the baseline, as given by the user; "": none
  std::string source_root;  // this folder is removed from the front of source paths, in all formats; "": none
  bool colour = false;      // headlines in bold, for a terminal
  bool verbose = false;     // text only: also list the limits that hold
};

}  // namespace bucketprof::report
