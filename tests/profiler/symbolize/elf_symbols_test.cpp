// SPDX-License-Identifier: Apache-2.0
//
// Function symbols of a real program, against what nm lists.
#include "profiler/symbolize/elf_symbols.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "tests/profiler/symbolize/programs.h"

namespace bucketprof::symbolize {
namespace {

TEST(ElfSymbols, HoldEverySizedFunction) {
  const auto file = program("no_debug");
  const Dwfl_Callbacks callbacks{nullptr, &dwfl_build_id_find_debuginfo, &dwfl_offline_section_address, nullptr};
  Dwfl* dwfl = dwfl_begin(&callbacks);
  Dwfl_Module* module = dwfl_report_offline(dwfl, "", file.c_str(), ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_NE(module, nullptr);
  GElf_Addr bias = 0;
  ASSERT_NE(dwfl_module_getelf(module, &bias), nullptr);
  const ElfSymbols symbols(module);

  std::istringstream lines(run_command("nm -S --defined-only '" + file.native() + "'"));
  std::string line;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::set<std::string>> names;  // aliases have the same range
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::uint64_t start = 0;
    std::uint64_t size = 0;
    std::string type;
    std::string name;
    if (!(fields >> std::hex >> start >> size >> type >> name) || std::string("TtWw").find(type) == std::string::npos)
      continue;
    names[{start, size}].insert(name);
  }
  EXPECT_GT(names.size(), 10U);
  for (const auto& [range, known] : names) {
    for (const std::uint64_t offset : {std::uint64_t{0}, range.second / 2, range.second - 1}) {
      const char* found = symbols.find(range.first + offset + bias);
      ASSERT_NE(found, nullptr) << *known.begin();
      EXPECT_TRUE(known.contains(found)) << found << " is not " << *known.begin();
    }
  }
  EXPECT_EQ(symbols.find(bias + 1), nullptr);
  EXPECT_EQ(symbols.find(bias + (std::uint64_t{1} << 40)), nullptr);
  dwfl_end(dwfl);
}

}  // namespace
}  // namespace bucketprof::symbolize
