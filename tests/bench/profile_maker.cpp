// SPDX-License-Identifier: Apache-2.0
//
// `profile_maker SAMPLES SEED GROWTH FILE` writes a bucketprof profile of any size, for benchmarks of what reads
// profiles. Each sample has 20 random frames out of 20,000 functions, and 4 labels out of 200 tables. Two runs that
// differ only in GROWTH (percent) write the same stacks.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "profiler/base/file.h"
#include "profiler/model/builder.h"
#include "profiler/model/comments.h"
#include "profiler/model/schema.h"
#include "profiler/pprof/pprof.h"

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: profile_maker SAMPLES SEED GROWTH FILE\n");
    return 2;
  }
  using namespace bucketprof;
  constexpr std::uint64_t kFunctions = 20'000;
  constexpr std::uint64_t kTables = 200;
  const std::uint64_t samples = std::strtoull(argv[1], nullptr, 10);
  std::mt19937_64 random(std::strtoull(argv[2], nullptr, 10));
  const std::int64_t growth = std::strtoll(argv[3], nullptr, 10);
  model::Builder builder = model::Builder::ours(1);
  builder.comment(model::write_version("0.1.0"));
  builder.comment(model::write_moment({.at = "now", .asked = "now", .after = "1s"}));
  builder.header().time_nanos = 1;
  const auto mapping =
      builder.mapping({0x400000, 0x4000000, 0, builder.string("/opt/server"), 0, true, true, true, true});
  std::vector<model::LocationId> locations;
  for (std::uint64_t i = 0; i < kFunctions; ++i) {
    const auto name = builder.string(fmt::format("server::part{}::Handler{}::process_request", i % 97, i));
    const auto function =
        builder.function({name, name, builder.string(fmt::format("src/part{}/handler{}.cpp", i % 97, i / 7)), 0});
    locations.push_back(
        builder.location({mapping, 0x400000 + 64 * i, {{function, static_cast<std::int64_t>(i % 900 + 1)}}, false}));
  }
  const std::array kinds{"std_node", "go_map", "absl_flat"};
  for (std::uint64_t i = 0; i < samples; ++i) {
    std::array<model::LocationId, 20> stack{};
    for (auto& frame : stack) frame = locations[random() % kFunctions];
    const std::uint64_t table = random() % kTables;
    const std::vector<model::Label> labels{builder.label("table", fmt::format("table{}", table)),
                                           builder.label("kind", kinds[table % kinds.size()]),
                                           builder.label("part", random() % 2 == 0 ? "buckets" : "nodes"),
                                           builder.label("cause", random() % 2 == 0 ? "hint" : "rehash")};
    const auto objects = static_cast<std::int64_t>(random() % 100 + 1);
    std::int64_t space = objects * static_cast<std::int64_t>(random() % 4096 + 16);
    space += space * growth / 100;
    builder.sample(stack, labels,
                   std::vector<std::int64_t>{2 * objects, 2 * space, objects, space, space / 3, space / 4});
  }
  const Status written = write_file(argv[4], pprof::encode(std::move(builder).finish()));
  if (!written.ok()) std::fprintf(stderr, "profile_maker: %s\n", written.error().c_str());
  return written.ok() ? 0 : 1;
}
