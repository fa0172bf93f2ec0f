// SPDX-License-Identifier: Apache-2.0
//
// Stacks as people read them, and which frame of a stack is the caller: the first one, from the leaf, that
// is not a container's own code. Thread-compatible. Borrows the profile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/analyze/implementations.h"
#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// Whether a function is a container's own, the standard library's or an allocator's (implementations.h). Names that
/// are anybody's are not.
[[nodiscard]] bool is_container_code(std::string_view function);
[[nodiscard]] bool is_container_code(Owner owner);

/// One function of a stack, inlined or real.
struct FrameRef {
  model::LocationId location = model::kNone;
  model::FunctionId function = model::kNone;  // kNone: the address has no name
  std::int64_t line = 0;
  friend bool operator==(const FrameRef&, const FrameRef&) = default;
};

struct Frame {
  std::string function;  // the full name; `file+0x1234` or `0x1234` where there is none
  std::string file;      // source file, "" if not known
  std::int64_t line = 0;
};

class Frames {
 public:
  explicit Frames(const model::Profile& profile);

  /// Whether a function is a container's own.
  [[nodiscard]] bool is_container(model::FunctionId function) const {
    return analyze::is_container_code(owners_[function]);
  }

  /// The first frame above the container's own; the outermost if all are. A FrameRef of kNone for an empty stack. What
  /// has no name, or anybody's, is a container's if a table called it.
  [[nodiscard]] FrameRef caller(std::size_t sample) const;

  /// Every frame of a sample, leaf first, inlined ones included.
  [[nodiscard]] std::vector<Frame> stack(std::size_t sample) const;

  [[nodiscard]] Frame describe(const FrameRef& frame) const;

 private:
  const model::Profile& profile_;
  std::vector<Owner> owners_;  // by function
};

}  // namespace bucketprof::analyze
