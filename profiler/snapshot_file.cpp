// SPDX-License-Identifier: Apache-2.0
#include "profiler/snapshot_file.h"

#include <exception>
#include <string>

#include "profiler/base/file.h"
#include "profiler/blocked_signals.h"
#include "profiler/pprof/pprof.h"
#include "profiler/record/recorder.h"

namespace bucketprof {

model::Profile snapshot_with(At at, const publish::Extras& extras) {
  record::Recorder& recorder = record::recorder();
  const auto moment = at == At::kPeak ? record::Moment::kHighWater : record::Moment::kNow;
  return publish::to_profile(recorder.snapshot(moment), recorder, extras);
}

Status write_snapshot(const std::filesystem::path& path, At at, const publish::Extras& extras) noexcept {
  try {
    const std::string bytes = pprof::encode(snapshot_with(at, extras));
    const BlockedSignals blocked;
    return write_file(path, bytes, Outlives::kProcess);  // the host does not wait for a disk
  } catch (const std::exception& failure) {              // out of memory: the host goes on
    try {
      return Error{path.string() + ": " + failure.what() + ": the profile was not written"};
    } catch (const std::exception&) {
      return Error{};
    }
  }
}

}  // namespace bucketprof
