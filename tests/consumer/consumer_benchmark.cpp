// SPDX-License-Identifier: Apache-2.0
//
// A user's benchmark.
#include "profiler/containers_map.h"
#include "profiler/testing/benchmark.h"

namespace {
void fill(benchmark::State& state) {
  for (auto _ : state) {
    bucketprof::profiled::Map<int, int> users;
    for (int i = 0; i < 100; ++i) users[i] = i;
  }
}
BENCHMARK(fill)->Iterations(100);
}  // namespace

int main(int argc, char** argv) { return bucketprof::testing::run_benchmarks(argc, argv); }
