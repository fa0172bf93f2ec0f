// SPDX-License-Identifier: Apache-2.0
//
// Four threads, each with tables of its own. What it prints is the number of entries.
#include <array>
#include <cstdio>
#include <numeric>
#include <thread>

#include "tests/programs/shop/src/shop.h"

int main() {
  std::array<std::size_t, 2 + shop::kRegions> entries{};
  std::array<std::thread, 2 + shop::kRegions> threads;
  threads[0] = std::thread([&entries] { entries[0] = shop::stock(); });
  threads[1] = std::thread([&entries] { entries[1] = shop::index_words(); });
  for (shop::Number i = 0; i < shop::kRegions; ++i) {
    threads[2 + i] = std::thread([i, &entries] { entries[2 + i] = shop::trade(i); });
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("%zu\n", std::accumulate(entries.begin(), entries.end(), std::size_t{0}));
}
