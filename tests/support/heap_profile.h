// SPDX-License-Identifier: Apache-2.0
//
// Hand-made profiles of all allocations of a program: stacks of names without table labels. Thread-compatible.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "profiler/base/cxx_name.h"
#include "profiler/base/demangle.h"
#include "profiler/model/builder.h"
#include "profiler/model/schema.h"

namespace bucketprof::testing_support {

class HeapProfile {
 public:
  using Values = std::array<std::int64_t, model::kSampleTypeCount>;

  HeapProfile() : builder_(model::Builder::ours(1)) {
    mapping_ = builder_.mapping({0x1000, 0x10000000, 0, builder_.string("/opt/program"), 0, true, true, true, true});
  }

  /// Adds `objects` blocks of `bytes` bytes, all in use. Frames are mangled or plain names, the leaf first; "" is a
  /// frame without a name.
  HeapProfile& add(const std::vector<std::string>& frames, std::int64_t bytes = 64, std::int64_t objects = 1) {
    const std::array labels{builder_.label(model::kLabelBytes, bytes, model::kUnitBytes)};
    builder_.sample(stack(frames), labels, Values{objects, objects * bytes, objects, objects * bytes, 0, 0});
    return *this;
  }
  /// The same without the label of the block size.
  HeapProfile& add_unsized(const std::vector<std::string>& frames, std::int64_t bytes, std::int64_t objects) {
    builder_.sample(stack(frames), {}, Values{objects, objects * bytes, objects, objects * bytes, 0, 0});
    return *this;
  }
  /// Adds a sample that has a table label already.
  HeapProfile& add_table(const std::string& table, const std::vector<std::string>& frames) {
    const std::array labels{builder_.label(model::kLabelTable, table), builder_.label(model::kLabelKind, "go_map")};
    builder_.sample(stack(frames), labels, Values{3, 300, 1, 100, 7, 5});
    return *this;
  }

  [[nodiscard]] model::Builder& builder() { return builder_; }
  [[nodiscard]] model::Profile finish() && { return std::move(builder_).finish(); }

 private:
  std::vector<model::LocationId> stack(const std::vector<std::string>& frames) {
    std::vector<model::LocationId> ids;
    for (const std::string& frame : frames) {
      const auto name = builder_.string(frame);
      if (frame.empty()) {
        ids.push_back(builder_.location({mapping_, 0x1001, {}, false}));
        continue;
      }
      const auto qualified = builder_.string(qualified_name(demangled(frame)));
      const auto function = builder_.function({qualified, name, builder_.string("f.cpp"), 1});
      ids.push_back(builder_.location({mapping_, 0x2000 + function * std::uint64_t{16}, {{function, 7}}, false}));
    }
    return ids;
  }

  model::Builder builder_;
  model::MappingId mapping_ = 0;
};

}  // namespace bucketprof::testing_support
