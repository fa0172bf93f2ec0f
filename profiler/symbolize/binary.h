// SPDX-License-Identifier: Apache-2.0
//
// One program or shared library on disk, with its debug information wherever that is. Answers what
// functions are at an address of the file. Thread-compatible. Never reads the network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/base/result.h"

namespace bucketprof::symbolize {

/// One function at an address. The views live as long as the Binary.
struct Frame {
  std::string_view name;
  std::string_view system_name;
  std::string_view file;        // "" when only the symbol table knows the function
  std::int64_t line = 0;        // 0: not known
  std::int64_t start_line = 0;  // of the declaration, when it is in `file`; else 0
};

class Binary {
 public:
  /// Opens an ELF file. Without its debug information only its own symbol table is read. Errors: not there, not a
  /// regular file, not ELF, damaged headers; the message says which file.
  [[nodiscard]] static Result<std::unique_ptr<Binary>> open(const std::filesystem::path& file,
                                                            std::span<const std::filesystem::path> debug_dirs,
                                                            bool with_debug_information = true);
  virtual ~Binary() = default;

  /// Lower-case hex, "" if the file has none.
  [[nodiscard]] virtual const std::string& build_id() const = 0;

  /// The virtual address that a loaded segment gives to this offset in the file (for code: ET_EXEC, PIE and shared
  /// libraries alike), or nothing if no segment loads it.
  [[nodiscard]] virtual std::optional<std::uint64_t> address_of_offset(std::uint64_t offset) const = 0;

  /// Innermost inlined function first, the real function last. Empty: nothing is known about the address.
  [[nodiscard]] virtual std::vector<Frame> frames(std::uint64_t address) = 0;

  /// What frames() could not read of the debug information, and what that costs; "" if nothing was in its way.
  [[nodiscard]] virtual std::string problem() const = 0;
};

}  // namespace bucketprof::symbolize
