// SPDX-License-Identifier: Apache-2.0
//
// The test programs, their code addresses, profiles made of such addresses, and what addr2line (binutils) says
// about them: a second opinion that shares no code with ours. Thread-compatible.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::symbolize {

/// tests/programs/symbolize, as built.
[[nodiscard]] std::filesystem::path program(const std::string& name);

/// The start, offset in the file and size of .text.
struct Text {
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
[[nodiscard]] Text text_of(const std::filesystem::path& file);

/// Addresses inside functions, `step` bytes apart, ascending, as the file numbers them.
[[nodiscard]] std::vector<std::uint64_t> code_addresses(const std::filesystem::path& file, std::uint64_t step);

/// A profile of one mapping, loaded far from where the file says, with one sample and location for each address.
[[nodiscard]] model::Profile profile_of(const std::filesystem::path& file, const std::vector<std::uint64_t>& addresses,
                                        const std::string& build_id = "");

struct WitnessFrame {
  std::string function;
  std::string file;
  std::int64_t line = 0;
};

/// The frames at each address as `addr2line -Cfi` prints them, innermost first.
[[nodiscard]] std::vector<std::vector<WitnessFrame>> ask_addr2line(const std::filesystem::path& file,
                                                                   const std::vector<std::uint64_t>& addresses);

/// Runs a shell command; its standard output. Fails the test if it does not exit with 0.
std::string run_command(const std::string& command);

}  // namespace bucketprof::symbolize
