// SPDX-License-Identifier: Apache-2.0
//
// The executable segments of this process, with their build ids. Takes no lock.
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

/// The segments of the main binary first, then the others, each in order of address. Empty if the kernel does not give
/// them.
[[nodiscard]] std::vector<Segment> executable_segments();

}  // namespace bucketprof::publish
