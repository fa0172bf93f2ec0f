// SPDX-License-Identifier: Apache-2.0
//
// A user's program: two profiled tables, and a profile written to the file named by its argument.
#include <cstdio>
#include <string>

#include "hashmap/map.h"
#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/profiler.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  bucketprof::start(bucketprof::Options{});

  bucketprof::Map<int, int> plain;
  bucketprof::profiled::Map<int, std::string> users{bucketprof::named("users")};
  bucketprof::profiled::unordered_map<int, int> visits{bucketprof::named("visits")};
  for (int i = 0; i < 1000; ++i) {
    plain[i] = i;
    users[i] = std::to_string(i);
    ++visits[i % 10];
  }
  if (plain.size() != 1000 || users[999] != "999" || visits[3] != 100) return 1;

  const bucketprof::Status written = bucketprof::write_profile(argv[1]);
  if (!written) std::fprintf(stderr, "%s\n", written.error().c_str());
  bucketprof::stop();
  return written ? 0 : 1;
}
