// SPDX-License-Identifier: Apache-2.0
//
// Makes mappings and locations first, then samples that refer to them. Names describe what they name, so that the
// message of a failed test is readable.
#include "tests/support/random_profile.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "profiler/model/builder.h"
#include "profiler/model/comments.h"
#include "profiler/model/schema.h"

namespace bucketprof::testing_support {
namespace {

using model::Builder;
using model::Label;
using model::LocationId;

constexpr std::uint64_t kSegment = 0x10000;

template <std::size_t N>
std::string_view any_of(Random& random, const std::array<std::string_view, N>& choices) {
  return choices[random.below(N)];
}

std::vector<LocationId> add_locations(Builder& builder, Random& random, const ProfileShape& shape) {
  const std::uint64_t mappings = 1 + random.below(3);
  std::vector<model::Mapping> segments;
  for (std::uint64_t i = 0; i < mappings; ++i) {
    model::Mapping m;
    m.start = 0x400000 + i * 0x7f0000000 + random.below(16) * 0x1000;
    m.limit = m.start + kSegment;
    m.offset = random.below(4) * 0x1000;
    m.file = builder.string(i == 0 ? std::string("/usr/bin/program") : fmt::format("/usr/lib/lib{}.so.{}", i, i));
    m.build_id = random.one_in(4) ? 0 : builder.string(fmt::format("{:016x}", random.next()));
    m.has_functions = m.has_filenames = m.has_line_numbers = m.has_inline_frames = shape.symbolized;
    segments.push_back(m);
    builder.mapping(m);
  }
  std::vector<LocationId> locations;
  for (std::size_t i = 0; i < shape.locations; ++i) {
    model::Location location;
    location.mapping = static_cast<model::MappingId>(random.below(mappings));
    location.address = segments[location.mapping].start + random.below(kSegment);
    for (std::uint64_t line = 0; shape.symbolized && line < 1 + random.below(3); ++line) {
      const std::uint64_t name = random.below(2 * shape.locations);
      model::Function function;
      function.name = builder.string(fmt::format("app::f{}(int)", name));
      function.system_name = builder.string(fmt::format("_ZN3app2f{}Ei", name));
      function.file = builder.string(fmt::format("/src/f{}.cpp", name % 5));
      function.start_line = static_cast<std::int64_t>(name * 10);
      location.lines.push_back({builder.function(function), static_cast<std::int64_t>(name * 10 + random.below(10))});
    }
    locations.push_back(builder.location(std::move(location)));
  }
  return locations;
}

std::vector<LocationId> random_stack(Random& random, const std::vector<LocationId>& locations, std::uint64_t frames) {
  std::vector<LocationId> stack(locations.empty() ? 0 : frames);
  for (LocationId& frame : stack) frame = locations[random.below(locations.size())];
  return stack;
}

std::vector<Label> our_labels(Builder& builder, Random& random) {
  static constexpr std::array<std::string_view, 4> kTables{"routes", "by name", "räume", "std::string"};
  static constexpr std::array<std::string_view, 3> kKinds{"go_map", "std_node", "absl_flat"};
  static constexpr std::array<std::string_view, 4> kParts{"buckets", "overflow", "nodes", "other"};
  static constexpr std::array<std::string_view, 4> kCauses{"hint", "grow_double", "node", "unknown"};
  std::vector<Label> labels{builder.label(model::kLabelPart, any_of(random, kParts)),
                            builder.label(model::kLabelTable, any_of(random, kTables)),
                            builder.label(model::kLabelKind, any_of(random, kKinds)),
                            builder.label(model::kLabelCause, any_of(random, kCauses))};
  const auto small = [&] { return static_cast<std::int64_t>(random.below(1000)); };
  labels.push_back(builder.label(model::kLabelBytes, small(), model::kUnitBytes));
  labels.push_back(builder.label(model::kLabelEntryBytes, small(), model::kUnitBytes));
  if (random.one_in(2)) {
    labels.push_back(builder.label(model::kLabelSlots, small(), model::kUnitEntries));
    labels.push_back(builder.label(model::kLabelHint, small(), model::kUnitEntries));
    if (random.one_in(2)) labels.push_back(builder.label(model::kLabelLimit, small(), model::kUnitEntries));
    labels.push_back(builder.label(model::kLabelPeak, small(), model::kUnitEntries));
  }
  return labels;
}

std::array<std::int64_t, model::kSampleTypeCount> our_values(Random& random) {
  const std::uint64_t size = 8 + random.below(1 << 20);
  const std::uint64_t allocated = 1 + random.below(1000);
  const std::uint64_t live = random.below(allocated + 1);
  const auto value = [](std::uint64_t v) { return static_cast<std::int64_t>(v); };
  return {value(allocated),
          value(allocated * size),
          value(live),
          value(live * size),
          value(allocated * random.below(size + 1)),
          value(live * random.below(size + 1))};
}

}  // namespace

model::Profile random_profile(std::uint64_t seed, const ProfileShape& shape) {
  Random random(seed);
  Builder builder = Builder::ours(random.one_in(2) ? 1 : 524288);
  builder.header().time_nanos = 1'700'000'000'000'000'000 + static_cast<std::int64_t>(random.below(1'000'000'000));
  builder.comment(model::write_version("0.1.0"));
  builder.comment(
      model::write_counts(model::kCommentLosses, std::array{model::Count{"blocks", 0}, model::Count{"bytes", 0}}));
  const std::vector<LocationId> locations = add_locations(builder, random, shape);
  for (std::size_t i = 0; i < shape.samples && !locations.empty(); ++i) {
    const std::vector<Label> labels = our_labels(builder, random);
    builder.sample(random_stack(random, locations, 1 + random.below(shape.depth)), labels, our_values(random));
  }
  return std::move(builder).finish();
}

model::Profile random_foreign_profile(std::uint64_t seed, const ProfileShape& shape) {
  Random random(seed);
  Builder builder{model::Profile{}};
  const auto extreme = [&random]() -> std::int64_t {
    using Limits = std::numeric_limits<std::int64_t>;
    static constexpr std::array<std::int64_t, 8> kEdges{0, 1, -1, 127, 128, -129, Limits::min(), Limits::max()};
    return random.one_in(2) ? kEdges[random.below(kEdges.size())] : static_cast<std::int64_t>(random.next());
  };
  const std::uint64_t types = 1 + random.below(4);
  for (std::uint64_t i = 0; i < types; ++i) {
    const model::StringId type = builder.string(fmt::format("type{}", i));
    builder.header().sample_types.push_back({type, random.one_in(3) ? 0 : builder.string("unit")});
  }
  if (random.one_in(2)) builder.header().default_sample_type = builder.string("type0");
  if (random.one_in(2)) builder.header().period_type = {builder.string("cpu"), builder.string("nanoseconds")};
  builder.header().period = static_cast<std::int64_t>(random.next() >> 1);
  builder.header().time_nanos = static_cast<std::int64_t>(random.next() >> random.below(64) >> 1);
  builder.header().duration_nanos = static_cast<std::int64_t>(random.next() >> random.below(64) >> 1);
  if (random.one_in(2)) builder.header().keep_frames = builder.string("keep.*");
  builder.comment("line\nbreak");
  builder.comment(std::string(random.below(300), 'c'));

  std::vector<LocationId> locations = add_locations(builder, random, shape);
  for (int i = 0; i < 3; ++i) {  // locations without a mapping
    model::Location location;
    location.address = random.next();
    location.is_folded = random.one_in(2);
    locations.push_back(builder.location(std::move(location)));
  }
  for (std::size_t i = 0; i < shape.samples; ++i) {
    std::vector<Label> labels;
    for (std::uint64_t n = random.below(5); n > 0; --n) {
      if (random.one_in(2)) {
        labels.push_back(builder.label(fmt::format("text{}", random.below(3)), fmt::format("v{}", random.below(5))));
      } else {
        labels.push_back(builder.label(fmt::format("number{}", random.below(3)), extreme(), "unit"));
      }
    }
    std::vector<std::int64_t> values(types);
    std::ranges::generate(values, extreme);
    builder.sample(random_stack(random, locations, random.below(shape.depth + 1)), labels, values);
  }
  return std::move(builder).finish();
}

}  // namespace bucketprof::testing_support
