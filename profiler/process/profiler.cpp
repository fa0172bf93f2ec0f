// SPDX-License-Identifier: Apache-2.0
#include "profiler/profiler.h"

#include "profiler/publish/profile_file.h"
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

model::Profile snapshot(At at) { return snapshot_with(at); }

Status write_profile(const std::filesystem::path& path, At at) noexcept { return write_snapshot({.path = path}, at); }

}  // namespace bucketprof
