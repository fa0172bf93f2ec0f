// SPDX-License-Identifier: Apache-2.0
#include "tests/support/large_profile.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "profiler/model/builder.h"
#include "profiler/model/schema.h"
#include "tests/support/random_profile.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::testing_support {
namespace {

constexpr std::array<const char*, 4> kLargeKinds{"go_map", "std_node", "absl_flat", "boost_flat"};
constexpr std::array<const char*, 3> kLargeCauses{"hint", "first_insert", "grow_double"};
// Bucket counts of libstdc++'s tables. With them, every fourth table follows its kind's growth rule and gets findings.
constexpr std::array<std::int64_t, 11> kPrimes{13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753};
constexpr std::size_t kFunctions = 4000;
constexpr const char* kHostile = "</script><img src=x onerror=\"window.harmed=1\">";

std::vector<model::LocationId> add_functions(model::Builder& builder, model::MappingId mapping) {
  std::vector<model::LocationId> functions;
  for (std::size_t i = 0; i < kFunctions; ++i) {
    const NamedFrame frame{fmt::format("service{}::Handler<std::vector<int> >::step{}(std::string const&)", i % 40, i),
                           fmt::format("/src/service{}/handler{}.cpp", i % 40, i % 200), static_cast<std::int64_t>(i)};
    functions.push_back(add_stack(builder, mapping, {frame}).front());
  }
  return functions;
}

}  // namespace

model::Profile large_profile(std::size_t tables, std::size_t samples) {
  Random random(1);
  model::Builder builder = model::Builder::ours(1);
  builder.header().time_nanos = 1'700'000'000'000'000'000;
  builder.comment("bucketprof.version 0.1.0");
  const auto mapping = builder.mapping({0x1000, 0x4000000, 0, builder.string("/opt/large/server"), 0});
  const std::vector<model::LocationId> functions = add_functions(builder, mapping);
  const auto container =
      add_stack(builder, mapping, {{kMakeArray, "/inc/map.h", 100}, {kNewOverflow, "/inc/map.h", 9}});
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t table = i % tables;
    const std::size_t round = i / tables;
    std::vector<model::LocationId> stack = container;
    stack.push_back(functions[table % kFunctions]);  // one function fills the table
    // Calls branch as in a program: main leads to few functions, each of these to a few more.
    std::vector<model::LocationId> callers;
    std::uint64_t at = 0;
    for (std::uint64_t frame = 9 + random.below(29); frame > 0; --frame) {
      callers.push_back(functions[at]);
      at = (at * 7 + 1 + (random.one_in(4) ? random.below(3) : 0)) % kFunctions;
    }
    stack.insert(stack.end(), callers.rbegin(), callers.rend());
    const bool is_std = table % kLargeKinds.size() == 1;
    const auto slots = is_std ? kPrimes[round % kPrimes.size()] : std::int64_t{8} << (round % 12);
    const std::int64_t bytes = slots * (is_std ? 8 : 48);
    const std::int64_t hint = is_std || round % 3 == 0 ? slots : 0;  // std tables reserve far too much
    const std::int64_t peak = is_std ? slots / 10 : slots * static_cast<std::int64_t>(1 + random.below(8)) / 8;
    const auto blocks = static_cast<std::int64_t>(1 + random.below(50));
    const auto live = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(blocks) + 1));
    const std::array labels{
        builder.label(model::kLabelTable, fmt::format("table {}", table)),
        builder.label(model::kLabelKind, kLargeKinds[table % kLargeKinds.size()]),
        builder.label(model::kLabelPart, "buckets"),
        builder.label(model::kLabelCause, is_std ? "hint" : kLargeCauses[round % kLargeCauses.size()]),
        builder.label(model::kLabelBytes, bytes, model::kUnitBytes),
        builder.label(model::kLabelEntryBytes, 32, model::kUnitBytes),
        builder.label(model::kLabelSlots, slots, model::kUnitEntries),
        builder.label(model::kLabelHint, hint, model::kUnitEntries),
        builder.label(model::kLabelPeak, peak, model::kUnitEntries)};
    builder.sample(stack, labels,
                   std::array<std::int64_t, model::kSampleTypeCount>{blocks, blocks * bytes, live, live * bytes,
                                                                     blocks * bytes / 3, live * bytes / 2});
  }
  return std::move(builder).finish();
}

model::Profile hostile_profile() {
  model::Builder builder = model::Builder::ours(1);
  const auto mapping = builder.mapping({0x1000, 0x100000, 0, builder.string(fmt::format("/bin/<b>{}", kHostile)), 0});
  builder.comment("bucketprof.version 0.1.0");
  const std::array labels{builder.label(model::kLabelTable, kHostile), builder.label(model::kLabelKind, "<!--<script>"),
                          builder.label(model::kLabelPart, "<svg onload=alert(1)>"),
                          builder.label(model::kLabelCause, "{{data}}\xe2\x80\xa8&quot;\\")};
  builder.sample(add_stack(builder, mapping, {{kHostile, kHostile, 7}, {"javascript:alert(1)", "a'b\"c", 1}}), labels,
                 std::array<std::int64_t, model::kSampleTypeCount>{10, 10'000'000, 5, 5'000'000, 100, 50});
  return std::move(builder).finish();
}

}  // namespace bucketprof::testing_support
