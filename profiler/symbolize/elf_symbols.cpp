// SPDX-License-Identifier: Apache-2.0
//
// Reads the table once and sorts it. If code has several names, the one that programs link against wins. Functions
// without a size (hand-written assembly) extend to the next symbol or to the end of their section.
#include "profiler/symbolize/elf_symbols.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <vector>

namespace bucketprof::symbolize {
namespace {

struct Symbol {
  std::uint64_t low;
  std::uint64_t size;
  std::uint64_t section_end;
  int rank;  // smaller is better
  const char* name;
};

int rank_of(const GElf_Sym& symbol, std::string_view name) {
  const int binding = GELF_ST_BIND(symbol.st_info);
  const int base = binding == STB_GLOBAL ? 0 : binding == STB_WEAK ? 1 : 2;
  return base * 2 + (name.starts_with("__") ? 1 : 0);
}

std::uint64_t end_of_section(Elf* elf, GElf_Word index, std::uint64_t bias) {
  GElf_Shdr header;
  if (elf == nullptr || gelf_getshdr(elf_getscn(elf, index), &header) == nullptr) return 0;
  return header.sh_addr + header.sh_size + bias;
}

std::vector<Symbol> read_functions(Dwfl_Module* module) {
  std::vector<Symbol> symbols;
  const int count = dwfl_module_getsymtab(module);
  for (int i = 1; i < count; ++i) {
    GElf_Sym symbol;
    GElf_Addr address = 0;
    GElf_Word section = 0;
    Elf* elf = nullptr;
    Dwarf_Addr bias = 0;
    const char* name = dwfl_module_getsym_info(module, i, &symbol, &address, &section, &elf, &bias);
    const int type = GELF_ST_TYPE(symbol.st_info);
    if (name == nullptr || *name == '\0' || section == SHN_UNDEF || (type != STT_FUNC && type != STT_GNU_IFUNC))
      continue;
    symbols.push_back({address, symbol.st_size, end_of_section(elf, section, bias), rank_of(symbol, name), name});
  }
  return symbols;
}

}  // namespace

ElfSymbols::ElfSymbols(Dwfl_Module* module) {
  std::vector<Symbol> symbols = read_functions(module);
  std::sort(symbols.begin(), symbols.end(), [](const Symbol& a, const Symbol& b) {
    return std::tuple(a.low, a.rank, std::string_view(a.name)) < std::tuple(b.low, b.rank, std::string_view(b.name));
  });
  // Added in reverse order: of ranges with the same start, find() prefers the one added last, which must be the best.
  for (std::size_t i = symbols.size(); i-- > 0;) {
    const Symbol& symbol = symbols[i];
    std::uint64_t high = symbol.low + symbol.size;
    if (symbol.size == 0) {
      const auto next = std::upper_bound(symbols.begin(), symbols.end(), symbol.low,
                                         [](std::uint64_t value, const Symbol& other) { return value < other.low; });
      high = next == symbols.end() ? symbol.section_end : std::min(symbol.section_end, next->low);
    }
    functions_.add(symbol.low, high, symbol.name);
  }
  functions_.seal();
}

const char* ElfSymbols::find(std::uint64_t address) const {
  const char* const* name = functions_.find(address);
  return name == nullptr ? nullptr : *name;
}

}  // namespace bucketprof::symbolize
