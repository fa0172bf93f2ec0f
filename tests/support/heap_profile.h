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
#include "profiler/layout/look.h"
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
  /// The same with what the agent saw in the blocks (layout/look.h), of which `alive` are in use.
  HeapProfile& add_looked(const std::vector<std::string>& frames, std::int64_t bytes, const layout::Look& look,
                          std::int64_t objects = 1, std::int64_t alive = 0) {
    const auto number = [this](std::string_view key, std::uint64_t value, std::string_view unit) {
      return builder_.label(key, static_cast<std::int64_t>(value), unit);
    };
    std::vector labels{number(model::kLabelBytes, static_cast<std::uint64_t>(bytes), model::kUnitBytes),
                       builder_.label(model::kLabelLayout, layout::label_of(look)),
                       number(model::kLabelSlots, look.slots, model::kUnitEntries),
                       number(model::kLabelSlotBytes, look.slot_bytes, model::kUnitBytes),
                       number(model::kLabelSeen, look.full, model::kUnitEntries)};
    if (look.is_deleted_known) labels.push_back(number(model::kLabelDeleted, look.deleted, model::kUnitEntries));
    builder_.sample(stack(frames), labels, Values{objects, objects * bytes, alive, alive * bytes, 0, 0});
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

  /// Frames that are added from now on have no source file, as without debug information.
  HeapProfile& without_lines() {
    has_lines_ = false;
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
      const auto file = builder_.string(has_lines_ ? "f.cpp" : "");
      const auto function = builder_.function({qualified, name, file, 1});
      ids.push_back(builder_.location({mapping_, 0x2000 + function * std::uint64_t{16}, {{function, 7}}, false}));
    }
    return ids;
  }

  model::Builder builder_;
  model::MappingId mapping_ = 0;
  bool has_lines_ = true;
};

}  // namespace bucketprof::testing_support
