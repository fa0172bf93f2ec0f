// SPDX-License-Identifier: Apache-2.0
//
// Adds functions, files, lines and inlined frames to a profile that has only code addresses, from the files that its
// mappings name. Never accesses the network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "profiler/model/profile.h"
#include "profiler/symbolize/debug_file.h"

namespace bucketprof::symbolize {

/// How much of a file is read.
enum class Reads : std::uint8_t { kAll, kSymbols, kNothing };

struct SymbolizeOptions {
  std::vector<std::filesystem::path> debug_dirs = default_debug_dirs();  // searched for separate debug files
  std::function<void(std::size_t done, std::size_t total)> progress;  // in addresses; called now and then; may be empty
  std::map<model::StringId, Reads> reads;                             // by file of a mapping; kAll for files not listed
  std::function<void(model::StringId file)> begins;                   // before a file is opened or read; may be empty
};

struct Outcome {
  std::size_t named = 0;           // locations that received a function name
  std::size_t unnamed = 0;         // locations that were looked up without result
  std::vector<std::string> notes;  // one line for each file that could not be used (fully), with the reason
};

/// Whether there is a location that symbolize() would look up.
[[nodiscard]] bool has_unnamed(const model::Profile& profile);

/// Adds lines to every location that has none and whose mapping is not marked as symbolized. A file whose build id
/// differs from the mapping's is refused, because its names would be wrong.
///
/// If at least one address of a mapping gets a name, the others get a function named `file+0x1234` (a virtual address
/// of the file) without a source file. The reason: only a mapping whose locations all have lines may be marked as
/// symbolized, and viewers would replace the names of an unmarked mapping. A mapping without any name is left as it is,
/// so that it can still be symbolized on a machine that has the file.
Outcome symbolize(model::Profile& profile, const SymbolizeOptions& options = {});

}  // namespace bucketprof::symbolize
