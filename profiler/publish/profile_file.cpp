// SPDX-License-Identifier: Apache-2.0
#include "profiler/publish/profile_file.h"

#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "profiler/base/blocked_signals.h"
#include "profiler/base/file.h"
#include "profiler/pprof/pprof.h"
#include "profiler/record/recorder.h"

namespace bucketprof {
namespace {

std::atomic<bool> keeps_memory{false};

}  // namespace

void keep_memory() noexcept { keeps_memory.store(true, std::memory_order_relaxed); }

model::Profile snapshot_with(At at, const publish::Extras& extras) {
  record::Recorder& recorder = record::recorder();
  return publish::to_profile(recorder.snapshot(at), recorder, extras);
}

Status write_snapshot(const FilePlace& place, At at, const publish::Extras& extras) noexcept {
  try {
    struct Work {
      model::Profile profile;
      std::string bytes;
    };
    auto work = std::make_unique<Work>(Work{.profile = snapshot_with(at, extras), .bytes = {}});
    work->bytes = pprof::encode(work->profile);
    const std::string_view bytes = work->bytes;
    if (keeps_memory.load(std::memory_order_relaxed)) {
      static std::atomic<const Work*> kept{nullptr};
      kept.store(work.release(), std::memory_order_relaxed);
    }
    const BlockedWriteSignals blocked;
    return write_file(place, bytes, Durability::kProcessExit);  // the host must not wait for a disk
  } catch (const std::exception& failure) {                     // out of memory: must not stop the host
    try {
      return Error{place.path.string() + ": " + failure.what() + ": the profile was not written"};
    } catch (const std::exception&) {
      return Error{};
    }
  }
}

}  // namespace bucketprof
