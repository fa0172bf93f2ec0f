// SPDX-License-Identifier: Apache-2.0
//
// Hand-made profiles of tables for tests of the analysis: one call per kind of block. Thread-compatible.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "profiler/model/builder.h"
#include "profiler/model/schema.h"
#include "tests/support/sample_profile.h"

namespace bucketprof::testing_support {

/// What the blocks of one sample have in common. An empty text, or no peak, gives no label.
struct BlockSample {
  std::string table = "t";
  std::string kind = "go_map";
  std::string part = "buckets";
  std::string cause = "first_insert";
  std::int64_t bytes = 0;
  std::int64_t entry_bytes = 0;
  std::int64_t slots = 0;  // labels slots, hint, limit and peak: only of bucket blocks
  std::int64_t hint = 0;
  std::optional<std::int64_t> peak = std::nullopt;
  std::int64_t limit = 0;  // 0: no label
  std::string life{};
  std::string start{};
  std::optional<std::int64_t> seen = std::nullopt;  // of bucket blocks that were looked at
  std::optional<std::int64_t> deleted = 0;
};

class TableProfile {
 public:
  using Values = std::array<std::int64_t, model::kSampleTypeCount>;

  explicit TableProfile(std::int64_t period = 1) : builder_(model::Builder::ours(period)) {
    const model::Mapping main{0x1000, 0x10000000, 0, builder_.string("/opt/program"), 0, true, true, true, true};
    mapping_ = builder_.mapping(main);
  }

  /// Adds a sample with these six values.
  TableProfile& add(const BlockSample& block, const std::vector<NamedFrame>& stack, const Values& values) {
    std::vector<model::Label> labels;
    const auto text = [&](std::string_view key, const std::string& value) {
      if (!value.empty()) labels.push_back(builder_.label(key, value));
    };
    text(model::kLabelTable, block.table);
    text(model::kLabelKind, block.kind);
    text(model::kLabelPart, block.part);
    text(model::kLabelCause, block.cause);
    text(model::kLabelLife, block.life);
    text(model::kLabelStart, block.start);
    labels.push_back(builder_.label(model::kLabelBytes, block.bytes, model::kUnitBytes));
    labels.push_back(builder_.label(model::kLabelEntryBytes, block.entry_bytes, model::kUnitBytes));
    if (block.part == "buckets") {
      labels.push_back(builder_.label(model::kLabelSlots, block.slots, model::kUnitEntries));
      labels.push_back(builder_.label(model::kLabelHint, block.hint, model::kUnitEntries));
      if (block.limit != 0) labels.push_back(builder_.label(model::kLabelLimit, block.limit, model::kUnitEntries));
      if (block.seen) {
        labels.push_back(builder_.label(model::kLabelSeen, *block.seen, model::kUnitEntries));
        if (block.deleted) labels.push_back(builder_.label(model::kLabelDeleted, *block.deleted, model::kUnitEntries));
      }
      if (block.peak) labels.push_back(builder_.label(model::kLabelPeak, *block.peak, model::kUnitEntries));
    }
    builder_.sample(add_stack(builder_, mapping_, stack), labels, values);
    return *this;
  }

  /// Adds `ever` blocks that held `most` entries each at their fullest; `alive` of them are in use, with `now` entries
  /// each.
  TableProfile& blocks(const BlockSample& block, const std::vector<NamedFrame>& stack, std::int64_t ever,
                       std::int64_t most, std::int64_t alive = 0, std::int64_t now = 0) {
    return add(block, stack,
               {ever, ever * block.bytes, alive, alive * block.bytes, ever * (block.bytes - most * block.entry_bytes),
                alive * (block.bytes - now * block.entry_bytes)});
  }

  [[nodiscard]] model::Builder& builder() { return builder_; }
  [[nodiscard]] model::Profile finish() && { return std::move(builder_).finish(); }

 private:
  model::Builder builder_;
  model::MappingId mapping_ = 0;
};

/// A stack without container frames: `function` at a line of f.cpp, called by main.
inline std::vector<NamedFrame> at(std::int64_t line, const std::string& function = "fill()") {
  return {{function, "/src/f.cpp", line}, {"main", "/src/main.cpp", 5}};
}

}  // namespace bucketprof::testing_support
