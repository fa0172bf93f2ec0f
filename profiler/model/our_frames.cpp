// SPDX-License-Identifier: Apache-2.0
#include "profiler/model/our_frames.h"

#include <fmt/format.h>

namespace bucketprof::model {

std::string drop_frames() {
  const std::string allocator = fmt::format("{}{}::", kOurNamespace, kAllocatorNamespace);
  // Types are in PascalCase and functions in snake_case, so a name in `alloc` without capitals is a free function.
  const std::string functions =
      fmt::format(R"((?:[\w:*& ]+ )?{}(?:(?:{})::.*|{}(?:<.*)?|{}::(?:\(anonymous namespace\)::)?[a-z0-9_:]+(?:<.*)?))",
                  kOurNamespace, fmt::join(kRecorderNamespaces, "|"), kAllocatePart, kAllocatorNamespace);
  // With or without template arguments.
  const std::string members = fmt::format(R"({}[\w:]+(?:<.*|::\w*{}\w*))", allocator, kAllocate);
  const std::string traits = fmt::format("{}(?:<{}.*|::{})", kAllocatorTraits, allocator, kAllocate);
  return fmt::format("{}|{}|{}", functions, members, traits);
}

}  // namespace bucketprof::model
