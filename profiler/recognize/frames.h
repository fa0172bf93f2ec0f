// SPDX-License-Identifier: Apache-2.0
//
// Call stacks with names and lines, and the caller of each: the first frame, from the leaf, that is not a container's
// own code. Thread-compatible. The profile must outlive Frames.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/model/profile.h"
#include "profiler/recognize/implementations.h"
#include "profiler/recognize/roles.h"

namespace bucketprof::recognize {

/// Whether a function is the code of a container, the standard library or an allocator (implementations.h). False for
/// nameless code and for names that any program may use.
[[nodiscard]] bool is_container_code(std::string_view function);
[[nodiscard]] bool is_container_code(Owner owner);

/// One function of a call stack, inlined or not.
struct FrameRef {
  model::LocationId location = model::kNone;
  model::FunctionId function = model::kNone;  // kNone if the address has no function name
  std::int64_t line = 0;
  friend bool operator==(const FrameRef&, const FrameRef&) = default;
};

struct Frame {
  std::string function;  // full name; `file+0x1234` or `0x1234` if there is none
  std::string file;      // source file, "" if unknown
  std::int64_t line = 0;
};

class Frames {
 public:
  explicit Frames(const model::Profile& profile) : profile_(profile), roles_(profile) {}

  /// is_container_code() of a function of the profile.
  [[nodiscard]] bool is_container(model::FunctionId function) const {
    return is_container_code(roles_[function].owner);
  }

  /// The first frame outside the container's code, or the outermost frame if there is none. A FrameRef of kNone for an
  /// empty stack. A frame without a name, or with a common one, is the container's if a table called
  /// it; one with a common name also if it called a table that has such a function.
  [[nodiscard]] FrameRef caller(std::size_t sample) const;

  /// All frames of a sample, leaf first, inlined ones included.
  [[nodiscard]] std::vector<Frame> stack(std::size_t sample) const;

  [[nodiscard]] Frame describe(const FrameRef& frame) const;

 private:
  const model::Profile& profile_;
  Roles roles_;
};

}  // namespace bucketprof::recognize
