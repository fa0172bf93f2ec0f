// SPDX-License-Identifier: Apache-2.0
//
// The worst that looking at blocks has to do: arrays of tables from 4 KiB to 1 MiB, which are freed when nothing of
// them is in a cache any more, and in which nearly nothing was ever done. Prints how many there were.
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <vector>

int main() {
  using Table = absl::flat_hash_map<std::uint64_t, std::uint64_t>;
  constexpr std::size_t kBytes = std::size_t{256} << 20U;  // more than a cache has
  std::mt19937_64 random(1);
  std::size_t made = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::unique_ptr<Table>> tables;
    for (std::size_t bytes = 0; bytes < kBytes;) {
      const std::size_t entries = std::size_t{220} << random() % 9;
      tables.push_back(std::make_unique<Table>());
      tables.back()->reserve(entries);
      (*tables.back())[random()] = 1;
      bytes += tables.back()->capacity() * 17;
    }
    made += tables.size();
    std::shuffle(tables.begin(), tables.end(), random);
    tables.clear();
  }
  std::printf("%zu\n", made);
}
