// SPDX-License-Identifier: Apache-2.0
//
// bucketprof's public API. An example:
//
//   #include "profiler/containers_map.h"
//   #include "profiler/profiler.h"
//
//   bucketprof::start();                                             // exact: every block
//   bucketprof::profiled::Map<int, int> users{bucketprof::named("users")};
//   users.reserve(1'000'000);
//   users[1] = 2;
//   if (auto written = bucketprof::write_profile("users.pb.gz"); !written) std::puts(written.error().c_str());
//
//   $ bucketprof report users.pb.gz        $ go tool pprof -http=: users.pb.gz
//
// Or change nothing but the containers, link bucketprof::bucketprof, and set BUCKETPROF_OUTPUT (environment.h).
// Failures: a profile that cannot be written is an Error, never an exception. When the memory limit is reached, further
// blocks are not recorded, but are counted in the profile's comments. All functions are thread-safe; none may be called
// in a signal handler.
#pragma once

#include <cstdint>
#include <filesystem>

#include "profiler/base/at.h"
#include "profiler/base/result.h"
#include "profiler/model/profile.h"

#pragma GCC visibility push(default)
namespace bucketprof {

/// The sampling interval with which every block is recorded, without sampling error.
inline constexpr std::uint64_t kExact = 1;
/// A sampling interval for production, as Go and tcmalloc use: mean bytes between samples.
inline constexpr std::uint64_t kSampled = 512 * 1024;

struct Options {
  std::uint64_t interval = kExact;                      ///< mean bytes between samples; kExact: every block
  std::uint64_t seed = 1;                               ///< seed of the sampler
  std::uint64_t memory_limit = std::uint64_t{1} << 30;  ///< bytes that the recorder may use
  std::uint32_t audit_interval = 4096;                  ///< one replayed stack in so many is unwound again to verify it
};

/// Starts recording, or changes the options while recording. What was recorded before is kept. Blocks that were
/// allocated before are not seen.
void start(const Options& options = {}) noexcept;
/// Stops recording new blocks. Frees of recorded blocks are still recorded.
void stop() noexcept;
[[nodiscard]] bool running() noexcept;

/// The profile up to now, with addresses not symbolized. Other threads may run meanwhile.
[[nodiscard]] model::Profile snapshot(At at = At::kPeak);

/// Writes the profile up to now as gzip-compressed pprof, completely or not at all.
[[nodiscard]] Status write_profile(const std::filesystem::path& path, At at = At::kPeak) noexcept;

}  // namespace bucketprof
#pragma GCC visibility pop
