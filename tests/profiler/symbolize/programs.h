// SPDX-License-Identifier: Apache-2.0
//
// The test programs, their code addresses, profiles of such addresses, and the frames that addr2line (binutils) prints
// for them, which are the reference: addr2line shares no code with ours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::symbolize {

/// The path of a built program of tests/programs/symbolize.
[[nodiscard]] std::filesystem::path program(const std::string& name);

/// The link-time address, file offset and size of .text.
struct Text {
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
[[nodiscard]] Text text_of(const std::filesystem::path& file);

/// Link-time addresses inside functions, `step` bytes apart, ascending.
[[nodiscard]] std::vector<std::uint64_t> code_addresses(const std::filesystem::path& file, std::uint64_t step);

/// A profile with one sample and location per address. Its only mapping is loaded far from the link-time address.
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

/// Runs a shell command and returns its standard output. Adds a test failure if it does not exit with 0.
std::string run_command(const std::string& command);

}  // namespace bucketprof::symbolize
