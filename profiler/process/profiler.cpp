// SPDX-License-Identifier: Apache-2.0
#include "profiler/profiler.h"

#include "profiler/process/copies.h"
#include "profiler/process/service.h"
#include "profiler/publish/profile_file.h"
#include "profiler/record/recorder.h"

namespace bucketprof {

using service::lead_api;

void start(const Options& options) noexcept {
  if (const service::Api* const lead = lead_api()) return lead->start(options);
  static constexpr char kHere = 0;
  record::keep_loaded(&kHere);
  service::start_recording(options);
}

void stop() noexcept {
  if (const service::Api* const lead = lead_api()) return lead->stop();
  record::recorder().stop();
}

bool running() noexcept { return record::recorder().running(); }

model::Profile snapshot(At at) {
  if (const service::Api* const lead = lead_api()) return lead->snapshot(at);
  return snapshot_with(at);
}

Status write_profile(const std::filesystem::path& path, At at) noexcept {
  if (const service::Api* const lead = lead_api()) return lead->write_profile(path, at);
  return write_snapshot({.path = path}, at);
}

}  // namespace bucketprof
