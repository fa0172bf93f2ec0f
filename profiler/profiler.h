// SPDX-License-Identifier: Apache-2.0
//
// bucketprof's face for a program. A worked example:
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
// Failure cases: a profile that cannot be written is an Error, never an exception; memory beyond the limit is not
// recorded, counted, and shown in the profile's comments. All functions are thread-safe; none may be called in a signal
// handler.
#pragma once

#include <cstdint>
#include <filesystem>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof {

/// Every block is recorded: no sampling error.
inline constexpr std::uint64_t kExact = 1;
/// Mean bytes between samples for production, as Go and tcmalloc use.
inline constexpr std::uint64_t kSampled = 512 * 1024;

struct Options {
  std::uint64_t interval = kExact;                      ///< mean bytes between samples; kExact: every block
  std::uint64_t seed = 1;                               ///< of the sampler
  std::uint64_t memory_limit = std::uint64_t{1} << 30;  ///< bytes the recorder may take for itself
  std::uint32_t audit_interval = 4096;                  ///< one remembered stack in so many is unwound again to be sure
};

/// The moment that a profile's in-use values speak of. Its alloc values are of the whole run.
enum class At : std::uint8_t {
  kPeak,  ///< the high-water mark of in-use table bytes
  kNow,
};

/// Starts recording, or changes the options of a running one. What was recorded before stays. Blocks that were
/// allocated before are not seen.
void start(const Options& options = {}) noexcept;
/// New blocks are no longer recorded; the ends of recorded ones are.
void stop() noexcept;
[[nodiscard]] bool running() noexcept;

/// The profile up to now, addresses not yet symbolized. Other threads may go on.
[[nodiscard]] model::Profile snapshot(At at = At::kPeak);

/// Writes the profile up to now as gzip-compressed pprof, whole or not at all.
[[nodiscard]] Status write_profile(const std::filesystem::path& path, At at = At::kPeak) noexcept;

}  // namespace bucketprof
