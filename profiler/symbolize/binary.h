// SPDX-License-Identifier: Apache-2.0
//
// One program or shared library on disk, with its debug information, which may be in a separate file. Maps addresses of
// the file to functions. Thread-compatible. Never accesses the network.
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

/// One function at an address. The views are valid as long as the Binary.
struct NamedFrame {
  std::string_view name;
  std::string_view system_name;
  std::string_view file;        // "" if the function is only in the symbol table
  std::int64_t line = 0;        // 0 if not known
  std::int64_t start_line = 0;  // line of the declaration if it is in `file`, otherwise 0
};

class Binary {
 public:
  /// Opens an ELF file. If `with_debug_information` is false, only its own symbol table is read. Errors: missing file,
  /// not a regular file, not ELF, damaged headers; the message names the file.
  [[nodiscard]] static Result<std::unique_ptr<Binary>> open(const std::filesystem::path& file,
                                                            std::span<const std::filesystem::path> debug_dirs,
                                                            bool with_debug_information = true);
  virtual ~Binary() = default;

  /// In lower-case hex; "" if the file has none.
  [[nodiscard]] virtual const std::string& build_id() const = 0;

  /// The virtual address at which a segment loads this file offset, or nullopt if no segment does. Code segments take
  /// precedence. The same for ET_EXEC, PIE and shared libraries.
  [[nodiscard]] virtual std::optional<std::uint64_t> address_of_offset(std::uint64_t offset) const = 0;

  /// Innermost inlined function first, the real function last. Empty if nothing is known about the address.
  [[nodiscard]] virtual std::vector<NamedFrame> frames(std::uint64_t address) = 0;

  /// What frames() could not read of the debug information, and the consequence; "" if there was no problem.
  [[nodiscard]] virtual std::string problem() const = 0;
};

}  // namespace bucketprof::symbolize
