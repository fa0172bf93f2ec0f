// SPDX-License-Identifier: Apache-2.0
//
// Finds the separate debug file of a stripped program, on this machine only: by build id below the debug
// directories, then by the name in .gnu_debuglink. Thread-safe (no state). Must never ask the network,
// which is why elfutils' own search, which may, is not used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace bucketprof::symbolize {

/// What a stripped file says about its debug file.
struct DebugLink {
  std::string build_id;     // lower-case hex, "" if it has none
  std::string file;         // name from .gnu_debuglink, "" if it has none
  std::uint32_t crc32 = 0;  // of the whole debug file
};

/// The debug file of `binary`, checked by build id where both have one, else by checksum; nothing if none is at hand.
/// Looked for in DIR/.build-id/xx/yyyy.debug, beside the binary, in its `.debug` folder and in DIR/<its folder>.
[[nodiscard]] std::optional<std::filesystem::path> find_debug_file(const std::filesystem::path& binary,
                                                                   const DebugLink& link,
                                                                   std::span<const std::filesystem::path> debug_dirs,
                                                                   std::filesystem::path* refused = nullptr);

/// The build id of an ELF file as lower-case hex, "" if it has none or cannot be read.
[[nodiscard]] std::string build_id_of(const std::filesystem::path& file);

}  // namespace bucketprof::symbolize
