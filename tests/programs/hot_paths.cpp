// SPDX-License-Identifier: Apache-2.0
//
// Reports an allocation and its free to the recorder, PAIRS times, below a few calls, for counting instructions.
// `hot_paths off|sampled|exact PAIRS`; the test counts the instructions of pair() and of all that it calls.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "profiler/alloc/record.h"
#include "profiler/profiler.h"

namespace {

constexpr std::size_t kBytes = 32;

const bucketprof::alloc::TableId table = bucketprof::alloc::draw_table_id(0);
alignas(64) std::array<std::byte, 1000 * kBytes> memory;
char facts;  // identifies the block's facts, as alloc::Allocator does for nodes

[[gnu::noinline]] void pair(void* block) {
  using namespace bucketprof;
  alloc::record_alloc(block, kBytes, {.id = table, .kind = tables::Kind::kStdNode, .type_name = "entry"},
                      {.part = hashmap::Part::kNodes, .cause = hashmap::Cause::kNode, .entry_bytes = 16, .slots = 1},
                      alloc::FactsId(&facts));
  alloc::record_free(block);
}

template <int Depth>
[[gnu::noinline]] void below(std::size_t pairs) {
  if constexpr (Depth == 0) {
    for (std::size_t i = 0; i < pairs; ++i) pair(memory.data() + i * kBytes % memory.size());
  } else {
    below<Depth - 1>(pairs);
    asm volatile("");  // no tail call
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc == 3 ? argv[1] : "";
  if (mode != "off" && mode != "sampled" && mode != "exact") {
    std::fputs("usage: hot_paths off|sampled|exact PAIRS\n", stderr);
    return 2;
  }
  if (mode == "sampled") bucketprof::start({.interval = bucketprof::kSampled});
  if (mode == "exact") bucketprof::start();
  below<12>(static_cast<std::size_t>(std::atol(argv[2])));
  std::puts("done");
}
