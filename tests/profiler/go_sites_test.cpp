// SPDX-License-Identifier: Apache-2.0
//
// The exact profile of the bundled map, compared with the memory profile of Go's own runtime (1.19.8, rate 1) for the
// same inserts with the same hash: bucket arrays, first buckets and overflow buckets have the same number of blocks and
// the same requested bytes. Map headers, mapextra and lists of overflow buckets exist only in Go.
#include <gtest/gtest.h>

#include <compare>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "hashmap/map.h"
#include "profiler/alloc/allocator.h"
#include "profiler/profiler.h"
#include "tests/support/totals.h"

namespace bucketprof::tests {
namespace {

struct Empty {};

template <std::uint64_t Seed>
struct GoMix {
  using is_avalanching = void;
  std::uint64_t operator()(std::int64_t key) const noexcept {
    auto x = static_cast<std::uint64_t>(key) + Seed;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
  }
};

template <class Value, std::uint64_t Seed>
using GoLikeMap =
    Map<std::int64_t, Value, GoMix<Seed>, std::equal_to<std::int64_t>,
        Allocator<std::pair<const std::int64_t, Value>, std::pair<const std::int64_t, Value>, Kind::kGoMap>>;

struct Blocks {
  std::int64_t alloc = 0;
  std::int64_t inuse = 0;
  auto operator<=>(const Blocks&) const = default;
};
void PrintTo(const Blocks& blocks, std::ostream* out) {
  *out << blocks.alloc << " allocated, " << blocks.inuse << " in use";
}
using Sites = std::map<std::pair<std::string, std::int64_t>, Blocks>;  // (part, requested bytes)

struct Workload {
  std::int64_t hint = 0;
  std::int64_t inserts = 0;
  Sites sites;
};

std::map<std::string, Workload> go_workloads() {
  std::ifstream file(BUCKETPROF_TEST_DATA "/hashmap/go_vectors/f_sites_det.csv");
  std::map<std::string, Workload> found;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::stringstream fields(line);
    for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
    if (cells.size() < 13) continue;
    Workload& workload = found[cells[0]];
    workload.hint = std::stoll(cells[2]);
    workload.inserts = std::stoll(cells[3]);
    const std::string& site = cells[6];
    const std::int64_t bucket = cells[0].starts_with("det_empty") ? 80 : 144;
    const std::int64_t requested = std::stoll(cells[8]);
    std::string part;
    if (site.starts_with("makeBucketArray") || site == "mapassign") part = "buckets";
    if (site.starts_with("(*hmap).newoverflow") && requested == bucket) part = "overflow";
    if (part.empty()) continue;
    Blocks& blocks = workload.sites[{part, requested}];
    blocks.alloc += std::stoll(cells[9]);
    blocks.inuse += std::stoll(cells[11]);
  }
  return found;
}

template <class Table>
Sites ours(const std::string& name, const Workload& workload) {
  Table table(static_cast<std::size_t>(workload.hint), typename Table::allocator_type(named(name)));
  for (std::int64_t key = 1; key <= workload.inserts; ++key) table.try_emplace(key);
  const model::Profile profile = snapshot(At::kNow);
  Sites sites;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    if (label_text(profile, i, model::kLabelTable) != name) continue;
    Blocks& blocks = sites[{label_text(profile, i, model::kLabelPart), label_number(profile, i, model::kLabelBytes)}];
    blocks.alloc += profile.values(i)[model::kAllocObjects];
    blocks.inuse += profile.values(i)[model::kInuseObjects];
  }
  return sites;
}

TEST(GoSites, ExactProfileEqualsGosOwn) {
  const auto workloads = go_workloads();
  ASSERT_GT(workloads.size(), 50U);
  start();
  for (const auto& [label, workload] : workloads) {
    if (label.starts_with("det_empty")) {
      EXPECT_EQ((ours<GoLikeMap<Empty, 2>>(label, workload)), workload.sites) << label;
    } else if (label.starts_with("det_ptr")) {
      EXPECT_EQ((ours<GoLikeMap<std::int64_t*, 2>>(label, workload)), workload.sites) << label;
    } else {
      EXPECT_EQ((ours<GoLikeMap<std::int64_t, 1>>(label, workload)), workload.sites) << label;
    }
  }
  stop();
}

}  // namespace
}  // namespace bucketprof::tests
