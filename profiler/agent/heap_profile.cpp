// SPDX-License-Identifier: Apache-2.0
#include "profiler/agent/heap_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>

#include "profiler/agent/blocks.h"
#include "profiler/base/file.h"
#include "profiler/base/version.h"
#include "profiler/blocked_signals.h"
#include "profiler/model/schema.h"
#include "profiler/pprof/pprof.h"
#include "profiler/publish/publish.h"
#include "profiler/record/recorder.h"

namespace bucketprof::agent {
namespace {

// Never destroyed: the last profile is written after all destructors.
publish::Extras& extras() {
  static auto* const kept = new publish::Extras;
  return *kept;
}

}  // namespace

void describe(std::string_view allocator, std::uint64_t unseen_bytes) {
  std::string name(allocator);
  std::replace(name.begin(), name.end(), ' ', '-');
  extras() = {.plumbing = reinterpret_cast<std::uintptr_t>(&on_unusual_birth),
              .comment = fmt::format("{} version={} allocator={} unseen_bytes={}", model::kCommentAgent, kVersion, name,
                                     unseen_bytes)};
}

Status write_heap_profile(const std::filesystem::path& path, At at) noexcept {
  const OwnWork own;
  try {
    record::Recorder& recorder = record::recorder();
    const auto moment = at == At::kPeak ? record::Moment::kHighWater : record::Moment::kNow;
    const std::string bytes = pprof::encode(publish::to_profile(recorder.snapshot(moment), recorder, extras()));
    const BlockedSignals blocked;
    return write_file(path, bytes);
  } catch (const std::exception& failure) {  // out of memory: the host goes on
    try {
      return Error{path.string() + ": " + failure.what() + ": the profile was not written"};
    } catch (const std::exception&) {
      return Error{};
    }
  }
}

}  // namespace bucketprof::agent
