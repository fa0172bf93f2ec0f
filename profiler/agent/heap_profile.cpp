// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/heap_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "profiler/agent/blocks.h"
#include "profiler/base/version.h"
#include "profiler/model/schema.h"
#include "profiler/publish/profile_file.h"

namespace bucketprof::agent {
namespace {

// Never destroyed: the last profile is written after all destructors.
publish::Extras& extras() {
  static auto* const kKept = new publish::Extras;
  return *kKept;
}

}  // namespace

void describe(std::string_view allocator, std::uint64_t unseen_bytes) {
  std::string name(allocator);
  std::replace(name.begin(), name.end(), ' ', '-');
  extras() = {.agent_code = reinterpret_cast<std::uintptr_t>(&on_possible_free),
              .comment = fmt::format("{} version={} allocator={} unseen_bytes={}", model::kCommentAgent, kVersion, name,
                                     unseen_bytes)};
}

Status write_heap_profile(const std::filesystem::path& path, At at) noexcept {
  const AgentScope scope;
  return write_snapshot(path, at, extras());
}

}  // namespace bucketprof::agent
