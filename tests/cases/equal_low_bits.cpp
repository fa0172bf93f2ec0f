// SPDX-License-Identifier: Apache-2.0
//
// Keys with equal low bits, a hash that leaves them as they are, and a table that grows when its chains get long: it is
// nearly empty at the end. Healthy: a hash that mixes.
#ifndef CASES_PLAIN
#include "profiler/containers_robin.h"
#include "tests/cases/case.h"

namespace cases {
namespace {

struct AsItIs {
  std::size_t operator()(Number key) const noexcept { return key; }
};
struct Mixing {
  std::size_t operator()(Number key) const noexcept { return (key * 0x9e3779b97f4a7c15) ^ (key >> 32); }
};

template <class Hash>
void insert_rows(const Run& run) {
  auto& rows = kept<bucketprof::profiled::robin_map<Number, int, Hash>>("rows");
  if (const auto n = advised(run.healthy ? 2'000 : 0)) rows.reserve(n);
  for (Number row = 0; row < 2'000; ++row) {
    rows[row << 48] = 1;  // cause: equal_low_bits
  }
  full(rows);
  ended(rows);
}

void equal_low_bits(const Run& run) { run.healthy ? insert_rows<Mixing>(run) : insert_rows<AsItIs>(run); }

const bool added_equal_low_bits = add_case("equal_low_bits", {{"tsl_robin", &equal_low_bits}});

}  // namespace
}  // namespace cases
#endif
