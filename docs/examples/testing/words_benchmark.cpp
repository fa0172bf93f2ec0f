// SPDX-License-Identifier: Apache-2.0
//
// A benchmark whose report shows what its tables allocate. Run it with --benchmark_counters_tabular=true.
#include "docs/examples/testing/words.h"
#include "profiler/testing/benchmark.h"

namespace {

void count(benchmark::State& state) {
  for (auto _ : state) {  // NOLINT(clang-analyzer-deadcode.DeadStores)
    benchmark::DoNotOptimize(count_words("to be or not to be that is the question", state.range(0)));
  }
}
BENCHMARK(count)->Arg(8)->Arg(1000);

}  // namespace

int main(int argc, char** argv) { return bucketprof::testing::run_benchmarks(argc, argv); }
