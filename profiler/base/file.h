// SPDX-License-Identifier: Apache-2.0
//
// Whole files in and out. Reading has a size limit; writing is all or nothing: other readers see the old
// file or the complete new one. Errors name the path and the system's reason. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "profiler/base/result.h"

namespace bucketprof {

inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{2} << 30;

/// The bytes of a file, pipe or device until its end. An error if it cannot be read or holds more than `max_bytes`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes = kMaxFileBytes);

/// What a written file outlives. For the disk one has to wait: milliseconds, on a slow one seconds.
enum class Outlives : std::uint8_t { kProcess, kPowerFailure };

/// Puts `bytes` at `path`: a temporary file in the same directory, fsync if wanted, rename. A symbolic link keeps
/// pointing at its file, whose content is replaced; a pipe or device is written to directly; a pipe without a reader is
/// an error after a second. On error the old file is untouched and no temporary file stays.
[[nodiscard]] Status write_file(const std::filesystem::path& path, std::string_view bytes,
                                Outlives outlives = Outlives::kPowerFailure);

}  // namespace bucketprof
