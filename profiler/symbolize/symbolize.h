// SPDX-License-Identifier: Apache-2.0
//
// Fills functions, files, lines and inlined frames into a profile that has only code addresses, from
// the files its mappings name. Thread-safe (no state shared between calls). Never asks the network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::symbolize {

/// How much of a file is read.
enum class Reads : std::uint8_t { kAll, kSymbols, kNothing };

struct Options {
  std::vector<std::filesystem::path> debug_dirs{"/usr/lib/debug"};    // where separate debug files are looked for
  std::function<void(std::size_t done, std::size_t total)> progress;  // addresses; called now and then, may be empty
  std::map<model::StringId, Reads> reads;                             // by the file of mappings; all of other files
  std::function<void(model::StringId file)> begins;                   // before a file is opened or read; may be empty
};

struct Outcome {
  std::size_t named = 0;           // locations that got a function name
  std::size_t unnamed = 0;         // locations that were looked for and have none
  std::vector<std::string> notes;  // one line for each file that could not be used and why
};

/// Whether there is a location that symbolize() would look for.
[[nodiscard]] bool has_unnamed(const model::Profile& profile);

/// Gives lines to every location that has none and whose mapping is not marked as symbolized. A file whose build id is
/// not the mapping's is refused, because its names would be wrong.
///
/// In a mapping of which at least one address has a name, the others get a function named `file+0x1234` (the address in
/// the file's own numbering) without a source file: only a mapping whose locations all have lines may be marked as
/// symbolized, and viewers would replace the names of one that is not marked. A mapping without any name stays
/// as it is, so that another machine, which has the file, can still symbolize it.
Outcome symbolize(model::Profile& profile, const Options& options = {});

}  // namespace bucketprof::symbolize
