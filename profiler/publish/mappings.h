// SPDX-License-Identifier: Apache-2.0
//
// The executable segments of this process, with their build ids. Thread-safe; takes no lock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bucketprof::publish {

struct Segment {
  std::uint64_t start = 0;  // page-aligned, as in /proc/self/maps
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;  // file offset of start
  std::string file;
  std::string build_id;  // lower-case hex; empty if the file has none
};

/// The main binary's first, the others in order of address.
[[nodiscard]] std::vector<Segment> executable_segments();

}  // namespace bucketprof::publish
