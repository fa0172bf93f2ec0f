// SPDX-License-Identifier: Apache-2.0
//
// What all families together saw in a block. A block is one array: readings that differ cannot all be right, and
// nothing here could tell which is, so it says none.
#pragma once

#include "profiler/layout/look.h"

namespace bucketprof::layout {

/// The largest slot that is looked for. Of larger ones few fit in a block, and few control bytes prove little; without
/// a limit almost every size would be that of an array of seven huge slots.
inline constexpr std::uint64_t kMostSlotBytes = 4096;

/// Thread-compatible.
class Sightings {
 public:
  /// Of a layout that proves itself it must have done so.
  void add(Look look) noexcept {
    look.is_proven = row_of(look.layout).proves_itself;
    add_to(look.is_proven ? proven_ : named_, look);
  }
  /// What is legal, and as a name would make one expect, but might be something else: an array with few entries.
  void add_unproven(const Look& look) noexcept { add_to(named_, look); }

  /// The only reading; layouts that prove themselves beat those that need a name.
  [[nodiscard]] Look only() const noexcept {
    const Reading& reading = proven_.look.layout != Layout::kNone ? proven_ : named_;
    return reading.is_ambiguous ? Look{} : reading.look;
  }

 private:
  struct Reading {
    Look look;
    bool is_ambiguous = false;
  };
  static void add_to(Reading& reading, const Look& look) noexcept {
    if (look.layout == Layout::kNone) return;
    reading.is_ambiguous |= reading.look.layout != Layout::kNone && reading.look != look;
    reading.look = look;
  }

  Reading proven_;
  Reading named_;
};

}  // namespace bucketprof::layout
