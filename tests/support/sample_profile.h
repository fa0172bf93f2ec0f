// SPDX-License-Identifier: Apache-2.0
//
// A small symbolized profile of ours with known numbers, for tests of the read side: three samples of two tables, each
// of which has one call site.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "profiler/model/builder.h"
#include "profiler/model/schema.h"

namespace bucketprof::testing_support {

struct NamedFrame {
  std::string function;
  std::string file;
  std::int64_t line = 0;
};

inline constexpr const char* kMakeArray =
    "bucketprof::hashmap::Map<std::string, int, bucketprof::alloc::Allocator<int> >::make_bucket_array(unsigned long)";
inline constexpr const char* kNewOverflow =
    "bucketprof::hashmap::Map<std::string, int, bucketprof::alloc::Allocator<int> >::new_overflow()";
inline constexpr const char* kAllocateNode =
    "std::__detail::_Hashtable_alloc<bucketprof::alloc::Allocator<int> >::_M_allocate_node<int>(int&&)";

/// Adds one location per frame (leaf first) and returns their ids.
inline std::vector<model::LocationId> add_stack(model::Builder& builder, model::MappingId mapping,
                                                const std::vector<NamedFrame>& frames) {
  std::vector<model::LocationId> stack;
  for (const NamedFrame& frame : frames) {
    const auto name = builder.string(frame.function);
    const model::Function function{name, name, builder.string(frame.file), 1};
    model::Location location{mapping, 0x1000, {{builder.function(function), frame.line}}, false};
    location.address += location.lines[0].function * 0x100U + static_cast<std::uint64_t>(frame.line);
    stack.push_back(builder.location(location));
  }
  return stack;
}

inline model::Profile sample_profile() {
  model::Builder builder = model::Builder::ours(1);
  builder.header().time_nanos = 1'700'000'000'000'000'000;
  builder.comment("bucketprof.version 0.1.0");
  builder.comment("bucketprof.moment at=peak asked=peak inuse_space=3500 after=4.567s");
  builder.comment("bucketprof.sampling interval=1");
  builder.comment("bucketprof.losses blocks=0 bytes=0 stacks=2");
  model::Mapping main{0x1000, 0x100000, 0,   builder.string("/opt/shop/bin/server"), builder.string("ab12"), true,
                      true,   true,     true};
  const auto mapping = builder.mapping(main);
  const auto add = [&](const std::vector<NamedFrame>& frames, const char* table, const char* kind, const char* part,
                       const char* cause, std::array<std::int64_t, model::kSampleTypeCount> values) {
    const std::array labels{builder.label("table", table), builder.label("kind", kind), builder.label("part", part),
                            builder.label("cause", cause)};
    builder.sample(add_stack(builder, mapping, frames), labels, values);
  };
  const NamedFrame root{"main", "/src/main.cpp", 5};
  const NamedFrame load{"shop::load_prices(std::string const&)", "/src/prices.cpp", 42};
  const NamedFrame orders{"shop::Orders::add(int)", "/src/orders.cpp", 17};
  add({{kMakeArray, "/inc/map.h", 100}, load, root}, "prices", "go_map", "buckets", "grow_double",
      {3, 4000, 1, 2000, 800, 500});
  add({{kNewOverflow, "/inc/map.h", 200}, load, root}, "prices", "go_map", "overflow", "overflow",
      {10, 1000, 5, 500, 100, 60});
  add({{kAllocateNode, "/inc/hashtable.h", 300}, orders, root}, "orders", "std_node", "nodes", "node",
      {50, 5000, 10, 1000, 0, 0});
  return std::move(builder).finish();
}

}  // namespace bucketprof::testing_support
