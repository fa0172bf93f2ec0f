// SPDX-License-Identifier: Apache-2.0
#include "profiler/symbolize/dwarf_package.h"

#include <dwarf.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "profiler/symbolize/binary.h"
#include "tests/profiler/symbolize/packages.h"
#include "tests/profiler/symbolize/programs.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::symbolize {
namespace {

namespace fs = std::filesystem;

class DwarfPackageTest : public testing::TestWithParam<const char*> {
 protected:
  testing_support::TempDir dir_;
};

/// Each address's frames, one line each.
std::vector<std::string> frames_of(const fs::path& file, const std::vector<std::uint64_t>& addresses,
                                   std::string& problem) {
  const auto binary = Binary::open(file, {});
  std::vector<std::string> all;
  if (!binary.ok()) return all;
  for (const std::uint64_t address : addresses) {
    std::string& text = all.emplace_back();
    for (const NamedFrame& frame : (*binary)->frames(address))
      text += fmt::format("{} {} {}:{} {}; ", frame.name, frame.system_name, frame.file, frame.line, frame.start_line);
  }
  problem = (*binary)->problem();
  return all;
}

TEST_P(DwarfPackageTest, SaysWhatTheSplitFileSays) {
  const fs::path moved = make_package(GetParam(), dir_.path());
  const auto addresses = code_addresses(program(GetParam()), 3);
  std::string problem;
  const auto expected = frames_of(program(GetParam()), addresses, problem);
  ASSERT_GT(expected.size(), 500U);
  EXPECT_EQ(problem, "");
  EXPECT_EQ(frames_of(moved, addresses, problem), expected);
  EXPECT_EQ(problem, "");
  // Also under another name of the program.
  fs::create_directory(dir_ / "bin");
  fs::create_symlink(moved, dir_ / "bin/app");
  EXPECT_EQ(frames_of(dir_ / "bin/app", addresses, problem), expected);
}

TEST_P(DwarfPackageTest, HasUnitsByTheirId) {
  make_package(GetParam(), dir_.path());
  const auto package = DwarfPackage::open(dir_ / "moved.dwp");
  ASSERT_NE(package, nullptr);
  const std::uint64_t id = first_unit_id(program(GetParam()));
  const auto unit = package->find(id);
  ASSERT_TRUE(unit.has_value());
  Dwarf_Die root = unit->root;
  EXPECT_EQ(dwarf_tag(&root), DW_TAG_compile_unit);
  EXPECT_EQ(unit->range_lists.empty(), std::string_view(GetParam()) == "split4");
  EXPECT_EQ(package->find(id)->root.addr, unit->root.addr) << "made once";
  EXPECT_FALSE(package->find(id + 1).has_value());
}

TEST_P(DwarfPackageTest, APackageWithoutTheUnitIsSaid) {
  const fs::path moved = make_package(GetParam(), dir_.path());
  const testing_support::TempDir other;
  make_package(std::string(GetParam()) == "split4" ? "split5" : "split4", other.path());
  fs::copy_file(other / "moved.dwp", dir_ / "moved.dwp", fs::copy_options::overwrite_existing);
  std::string problem;
  frames_of(moved, code_addresses(program(GetParam()), 97), problem);
  EXPECT_THAT(problem, testing::HasSubstr("cannot be read"));
}

// Truncated and scrambled packages give fewer names, never a crash.
TEST_P(DwarfPackageTest, DamagedOnesDoNoHarm) {
  const fs::path moved = make_package(GetParam(), dir_.path());
  const fs::path package = dir_ / "moved.dwp";
  std::ifstream file(package, std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(file)), {});
  const std::size_t index = good.find(std::string(1, GetParam()[5] == '5' ? '\5' : '\2') + std::string(3, '\0') +
                                      std::string(1, GetParam()[5] == '5' ? '\5' : '\4') + std::string(3, '\0'));
  ASSERT_NE(index, std::string::npos);
  const auto addresses = code_addresses(program(GetParam()), 97);
  std::mt19937 random(11);
  std::string problem;
  for (int round = 0; round < 60; ++round) {
    std::string bad = good;
    if (round % 3 == 0) {
      bad.resize(random() % bad.size());
    } else if (round % 3 == 1) {
      for (int i = 0; i < 400; ++i) bad[64 + random() % (bad.size() - 64)] = static_cast<char>(random());
    } else {
      for (int i = 0; i < 4; ++i) bad[index + random() % 100] = static_cast<char>(random());
    }
    std::ofstream(package, std::ios::binary) << bad;
    EXPECT_EQ(frames_of(moved, addresses, problem).size(), addresses.size());
  }
}

INSTANTIATE_TEST_SUITE_P(, DwarfPackageTest, testing::Values("split4", "split5"));

TEST(DwarfPackage, IsNotMadeOfOtherFiles) {
  const testing_support::TempDir dir;
  std::ofstream(dir / "empty").close();
  std::ofstream(dir / "text") << std::string(100, 'x');
  for (const fs::path& file : {dir / "empty", dir / "text", dir / "missing", dir.path(), program("pie")})
    EXPECT_EQ(DwarfPackage::open(file), nullptr) << file;
}

}  // namespace
}  // namespace bucketprof::symbolize
