// SPDX-License-Identifier: Apache-2.0
//
// Package files (.dwp) made from one .dwo file, byte by byte, because no tool that is installed everywhere makes them
// for both versions of DWARF.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace bucketprof::symbolize {

/// Copies program `split` ("split4" or "split5") to `folder`/moved, which names a .dwo file that is not there, and
/// makes `folder`/moved.dwp. Each section of the package begins with bytes that belong to no unit. Returns the
/// program's copy.
std::filesystem::path make_package(const std::string& split, const std::filesystem::path& folder);

/// The .dwo file of program `split`.
[[nodiscard]] std::filesystem::path split_file(const std::string& split);

/// The id of the first unit of an ELF file with split debug information.
[[nodiscard]] std::uint64_t first_unit_id(const std::filesystem::path& file);

}  // namespace bucketprof::symbolize
