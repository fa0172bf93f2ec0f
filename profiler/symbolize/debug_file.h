// SPDX-License-Identifier: Apache-2.0
//
// Finds the separate debug file of a stripped program, on this machine only: by build id below the debug directories,
// then by the name in .gnu_debuglink. Must never access the network, so elfutils' own search, which may do so, is not
// used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bucketprof::symbolize {

/// The folders that are searched for separate debug files: those of BUCKETPROF_DEBUG_DIRS, separated by colons, or
/// /usr/lib/debug if it is not set. Empty names are left out, so that "" means none.
[[nodiscard]] std::vector<std::filesystem::path> default_debug_dirs();

/// A stripped file's reference to its debug file.
struct DebugLink {
  std::string build_id;     // lower-case hex; "" if it has none
  std::string file;         // name from .gnu_debuglink; "" if it has none
  std::uint32_t crc32 = 0;  // of the whole debug file
};

/// The debug file of `binary`, verified by build id if both have one, otherwise by checksum; nullopt if none is found.
/// Tried are, for each debug directory DIR, DIR/.build-id/xx/yyyy.debug, then the binary's folder, its `.debug` folder
/// and DIR/<the binary's folder>. `refused` receives the first candidate that failed the verification.
[[nodiscard]] std::optional<std::filesystem::path> find_debug_file(const std::filesystem::path& binary,
                                                                   const DebugLink& link,
                                                                   std::span<const std::filesystem::path> debug_dirs,
                                                                   std::filesystem::path* refused = nullptr);

/// The build id of an ELF file in lower-case hex; "" if it has none or cannot be read.
[[nodiscard]] std::string build_id_of(const std::filesystem::path& file);

}  // namespace bucketprof::symbolize
