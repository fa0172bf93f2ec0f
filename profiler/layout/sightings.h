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
  void add(const Look& look) noexcept {
    if (look.layout == Layout::kNone) return;
    Reading& reading = row_of(look.layout).proves_itself ? proven_ : named_;
    reading.is_ambiguous |= reading.look.layout != Layout::kNone && reading.look != look;
    reading.look = look;
  }

  [[nodiscard]] bool is_any() const noexcept {
    return proven_.look.layout != Layout::kNone || named_.look.layout != Layout::kNone;
  }
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
  Reading proven_;
  Reading named_;
};

}  // namespace bucketprof::layout
