// SPDX-License-Identifier: Apache-2.0
//
// Reads and writes whole files. Reading has a size limit. Writing is all or nothing: other readers see the old file or
// the complete new one. Errors name the path and the system's reason.
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

/// What a written file survives. kPowerLoss waits for the disk: milliseconds, or seconds for a slow one.
enum class Durability : std::uint8_t { kProcessExit, kPowerLoss };

/// Where a file is to be written, also if the process has another root by then.
struct FilePlace {
  std::filesystem::path path;
  int directory = -1;  // a descriptor of the directory that `path` names a file of; -1: none, `path` is looked up
};

/// Writes `bytes` to `path` by a temporary file in the same directory, fsync if `durability` requires it, and rename.
/// If `path` is a symbolic link, the file that it points to is replaced. A pipe or device is written to directly; a
/// pipe without a reader is an error after a second. On error the old file is unchanged and no temporary file remains.
[[nodiscard]] Status write_file(const std::filesystem::path& path, std::string_view bytes,
                                Durability durability = Durability::kPowerLoss);
/// The same at a place.
[[nodiscard]] Status write_file(const FilePlace& place, std::string_view bytes,
                                Durability durability = Durability::kPowerLoss);

/// Removes the file that write_file() would replace. Errors are ignored, and what is not a regular file stays.
void discard_file(const std::filesystem::path& path) noexcept;

}  // namespace bucketprof
