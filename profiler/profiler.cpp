// SPDX-License-Identifier: Apache-2.0
#include "profiler/profiler.h"

#include <exception>
#include <string>

#include "profiler/base/file.h"
#include "profiler/blocked_signals.h"
#include "profiler/pprof/pprof.h"
#include "profiler/publish/publish.h"
#include "profiler/record/recorder.h"

namespace bucketprof {

void start(const Options& options) noexcept {
  record::recorder().start({.interval = options.interval,
                            .seed = options.seed,
                            .memory_limit = options.memory_limit,
                            .audit_interval = options.audit_interval});
}

void stop() noexcept { record::recorder().stop(); }

bool running() noexcept { return record::recorder().running(); }

model::Profile snapshot(At at) {
  record::Recorder& recorder = record::recorder();
  return publish::to_profile(recorder.snapshot(at == At::kPeak ? record::Moment::kHighWater : record::Moment::kNow),
                             recorder);
}

Status write_profile(const std::filesystem::path& path, At at) noexcept {
  try {
    const std::string bytes = pprof::encode(snapshot(at));
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

}  // namespace bucketprof
