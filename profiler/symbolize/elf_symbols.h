// SPDX-License-Identifier: Apache-2.0
//
// The functions of an ELF symbol table (.symtab, otherwise .dynsym, of the file or of its debug file), for code without
// DWARF. Thread-compatible. Borrows the module, which must outlive this.
#pragma once

#include <elfutils/libdwfl.h>

#include <cstdint>

#include "profiler/symbolize/range_map.h"

namespace bucketprof::symbolize {

class ElfSymbols {
 public:
  explicit ElfSymbols(Dwfl_Module* module);

  /// The linkage name of the function that contains `address` (in the module's address space), or nullptr.
  [[nodiscard]] const char* find(std::uint64_t address) const;

 private:
  RangeMap<const char*> functions_;
};

}  // namespace bucketprof::symbolize
