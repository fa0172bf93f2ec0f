// SPDX-License-Identifier: Apache-2.0
//
// `growth TABLES ENTRIES` fills TABLES tables, one after another, with ENTRIES entries each. Prints the bucket count of
// the last one and exits with 3.
#include <cstdio>
#include <cstdlib>
#include <unordered_map>

namespace {

std::size_t fill(int entries) {
  std::unordered_map<int, int> table;
  for (int i = 0; i < entries; ++i) table.emplace(i, i);
  return table.bucket_count();
}

}  // namespace

int main(int argc, char** argv) {
  const int tables = argc > 1 ? std::atoi(argv[1]) : 1;
  const int entries = argc > 2 ? std::atoi(argv[2]) : 20'000;
  std::size_t buckets = 0;
  for (int i = 0; i < tables; ++i) buckets = fill(entries);
  std::printf("%zu\n", buckets);
  return 3;
}
