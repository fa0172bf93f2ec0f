// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/heap_profile.h"

#include <string>

#include "profiler/agent/blocks.h"
#include "profiler/agent/own_reads.h"
#include "profiler/base/version.h"
#include "profiler/model/comments.h"
#include "profiler/publish/profile_file.h"
#include "profiler/record/recorder.h"

namespace bucketprof::agent {
namespace {

// Never destroyed: the last profile is written after all destructors.
publish::Extras& extras() {
  static auto* const kKept = new publish::Extras;
  return *kKept;
}

}  // namespace

void describe(std::string_view allocator, std::optional<std::uint64_t> unseen_bytes) {
  extras() = {.agent_code = reinterpret_cast<std::uintptr_t>(&on_possible_free),
              .comment = model::write_agent({std::string(kVersion), std::string(allocator), unseen_bytes})};
}

Status write_heap_profile(const FilePlace& place, At at) noexcept {
  const AgentScope scope;
  if (can_read_own()) record::recorder().look_at_live();
  return write_snapshot(place, at, extras());
}

}  // namespace bucketprof::agent
