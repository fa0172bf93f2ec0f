// SPDX-License-Identifier: Apache-2.0
//
// Stacks as people read them, and which frame of a stack is the caller: the first one, from the leaf, that
// is not a container's own code. Thread-compatible. Borrows the profile.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::analyze {

/// Where containers and the standard library live. A frame is a container's own if its qualified name (no return type,
/// no template arguments) starts with one of these.
inline constexpr std::array<std::string_view, 9> kContainerCode{
    "bucketprof::",        // the bundled map, and the allocator where it was not taken out
    "std::",               //
    "__gnu_cxx::",         // libstdc++'s extensions
    "absl::",              //
    "boost::unordered",    // boost::unordered_flat_map and boost::unordered::detail
    "boost::container::",  //
    "boost::core::",       //
    "boost::allocator_",   // boost::allocator_allocate and the like
    "operator new",        //
};

[[nodiscard]] bool is_container_code(std::string_view function);

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
  [[nodiscard]] bool is_container(model::FunctionId function) const { return container_[function]; }

  /// The first frame above the container's own; the outermost if all are. A FrameRef of kNone for an empty stack.
  [[nodiscard]] FrameRef caller(std::size_t sample) const;

  /// Every frame of a sample, leaf first, inlined ones included.
  [[nodiscard]] std::vector<Frame> stack(std::size_t sample) const;

  [[nodiscard]] Frame describe(const FrameRef& frame) const;

 private:
  const model::Profile& profile_;
  std::vector<bool> container_;  // by function
};

}  // namespace bucketprof::analyze
