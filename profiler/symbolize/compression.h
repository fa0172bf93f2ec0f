// SPDX-License-Identifier: Apache-2.0
//
// Debug information that is compressed in a way that the installed elfutils cannot read. It skips such sections without
// an error, as if they were not there.
#pragma once

#include <libelf.h>

#include <filesystem>
#include <string>

namespace bucketprof::symbolize {

/// "is compressed with zstd, which elfutils 0.188 cannot read: ..." and what to do. "" if no debug section is, or if it
/// was read already: libdw decompresses sections in place.
[[nodiscard]] std::string unreadable_compression(Elf* elf, const std::filesystem::path& file);
/// The same of a file; "" if it is no ELF file.
[[nodiscard]] std::string unreadable_compression(const std::filesystem::path& file);

}  // namespace bucketprof::symbolize
