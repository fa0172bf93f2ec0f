// SPDX-License-Identifier: Apache-2.0
//
// A library with a copy of ours and tables of its own. `make` and `destroy` may be those of different libraries.
#include <string>

#include "profiler/containers_std.h"
#include "profiler/profiler.h"

#define EXPORTED extern "C" [[gnu::visibility("default")]]

namespace {
using Numbers = bucketprof::profiled::unordered_map<int, int>;

bucketprof::profiled::unordered_set<int> kept{bucketprof::named("kept")};  // until the library's destructors
}  // namespace

EXPORTED void* make(const char* name, int n) {
  auto* numbers = new Numbers(Numbers::allocator_type(bucketprof::named(name)));
  for (int i = 0; i < n; ++i) (*numbers)[i] = i;
  kept.insert(n);
  return numbers;
}
EXPORTED void destroy(void* numbers) { delete static_cast<Numbers*>(numbers); }
EXPORTED void start_exact() { bucketprof::start(); }
EXPORTED bool write_to(const char* path) { return bucketprof::write_profile(path, bucketprof::At::kNow).ok(); }
EXPORTED long samples() { return static_cast<long>(bucketprof::snapshot(bucketprof::At::kNow).samples.size()); }
EXPORTED int is_running() { return bucketprof::running() ? 1 : 0; }
