// SPDX-License-Identifier: Apache-2.0
//
// Tables that get their arrays in either way. `patterns HINT...`: a table "hint N" with one entry for each hint, and
// "staircase", which grows from nothing to 100,000 entries.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/programs/steady_map.h"

namespace {

using Table = bucketprof::programs::SteadyMap<std::uint64_t, std::uint64_t>;

}  // namespace

int main(int argc, char** argv) {
  std::vector<Table> tables;
  for (int i = 1; i < argc; ++i) {
    Table& table = tables.emplace_back(bucketprof::named("hint " + std::string(argv[i])));
    table.reserve(std::strtoull(argv[i], nullptr, 10));
    table[1] = 1;
  }
  Table& staircase = tables.emplace_back(bucketprof::named("staircase"));
  for (std::uint64_t i = 0; i < 100'000; ++i) staircase[i] = i;
  return 0;
}
