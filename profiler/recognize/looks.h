// SPDX-License-Identifier: Apache-2.0
//
// Two witnesses: what the agent saw in a block's bytes (layout/look.h), and whose block it is by the names in its
// stack. What was seen is taken only where both say the same family. Must not take one for the other: bytes without
// names count only if their layout proves itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "hashmap/part.h"
#include "profiler/layout/look.h"
#include "profiler/model/profile.h"
#include "profiler/tables/kind.h"

namespace bucketprof::recognize {

/// Reads and removes the labels that the agent gives to blocks that it recognised by their bytes.
class LookLabels {
 public:
  explicit LookLabels(const model::Profile& profile);

  /// Whether any sample may have them.
  [[nodiscard]] bool any() const { return layout_ != 0; }

  /// Whether a sample with these labels was looked at.
  [[nodiscard]] bool has(std::span<const model::Label> labels) const;

  /// What was seen in its blocks; nullopt if it was not looked at, or if this version does not know the layout.
  [[nodiscard]] std::optional<layout::Look> read(std::span<const model::Label> labels) const;

  /// Whether the label is one of those that say what was seen, and of these, one that says nothing once it is known
  /// which table it is.
  [[nodiscard]] bool is_of_look(const model::Label& label) const;
  [[nodiscard]] bool is_only_of_look(const model::Label& label) const;
  /// `seen` or `deleted`.
  [[nodiscard]] bool is_count(const model::Label& label) const;

 private:
  const model::Profile& profile_;
  // Ids of the keys; 0 if the profile has no such string.
  model::StringId layout_ = 0;
  model::StringId slots_ = 0;
  model::StringId slot_bytes_ = 0;
  model::StringId seen_ = 0;
  model::StringId deleted_ = 0;
};

/// What is taken of a look.
enum class Verdict : std::uint8_t {
  kNothing,   // names say no table, and the bytes do not prove one
  kAccepted,  // names say a table's array, and so do the bytes
  kByBytes,   // there are no names, and the bytes prove it
  kRejected,  // names say that it is something else
};

/// `kind` and `part`: what names say; kUnknown if they say nothing, and then `is_unnamed` tells whether the code that
/// allocated has no names that could.
[[nodiscard]] Verdict judge(const layout::Look& look, tables::Kind kind, std::optional<hashmap::Part> part,
                            bool is_unnamed);

/// Of a table that only its bytes show: "absl::flat_hash_map; slots of 24 bytes".
[[nodiscard]] std::string name_by_bytes(const layout::Look& look);

/// Bytes of an entry in the blocks that are looked at, padding included; 0 if the entries of the kind are elsewhere.
[[nodiscard]] std::int64_t entry_bytes_of(tables::Kind kind, const layout::Look& look);

/// Slack of `objects` blocks in which this was seen, by the formula of the profile format.
[[nodiscard]] std::int64_t slack_of(std::int64_t objects, std::int64_t bytes, std::int64_t seen,
                                    std::int64_t entry_bytes);

}  // namespace bucketprof::recognize
