// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "tests/profiler/cli/tool_process.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPrograms = BUCKETPROF_BINARY_DIR "/programs/";

class ProgramTest : public testing::Test {
 protected:
  std::string script(const std::string& name, const std::string& text) {
    const std::string path = dir_ / name;
    std::ofstream(path) << text;
    chmod(path.c_str(), 0755);
    return path;
  }
  testing_support::TempDir dir_;
};

TEST_F(ProgramTest, SeesWhetherAProgramIsLinkedWithTheLibrary) {
  const auto linked = look_at({kTables});
  ASSERT_TRUE(linked.ok()) << linked.error();
  EXPECT_TRUE(linked->is_linked);
  EXPECT_TRUE(linked->is_dynamic);
  EXPECT_EQ(why_impossible(*linked), "");
  const auto plain = look_at({"/bin/sh", "-c", "true"});
  ASSERT_TRUE(plain.ok()) << plain.error();
  EXPECT_FALSE(plain->is_linked);
  EXPECT_TRUE(plain->is_native && plain->is_dynamic && plain->readable && !plain->is_privileged);
  EXPECT_EQ(why_impossible(*plain), "");
  EXPECT_THAT(plain->command, ElementsAre("/bin/sh", "-c", "true"));
}

TEST_F(ProgramTest, SeesAMallocOfItsOwn) {
  EXPECT_TRUE(look_at({kPrograms + "program_plain_own_malloc"})->has_malloc);
  // A sanitizer brings a malloc of its own.
  EXPECT_EQ(look_at({kPrograms + "program_plain_guest"})->has_malloc, testing_support::kSanitized);
}

TEST_F(ProgramTest, StaticProgramsCannotBeProfiled) {
  if (testing_support::kSanitized) GTEST_SKIP() << "not built";
  const auto program = look_at({kPrograms + "program_plain_static"});
  ASSERT_TRUE(program.ok());
  EXPECT_FALSE(program->is_dynamic);
  EXPECT_THAT(why_impossible(*program), HasSubstr("statically linked"));
}

TEST_F(ProgramTest, ForeignFilesAndPrivilegedOnesCannotEither) {
  std::string elf(
      "\x7f"
      "ELF\x01\x01\x01",
      7);  // 32 bits
  elf.resize(64);
  EXPECT_THAT(why_impossible(*look_at({script("i386", elf)})), HasSubstr("64-bit x86"));
  elf[4] = 2;
  elf[18] = static_cast<char>(183);  // AArch64
  EXPECT_THAT(why_impossible(*look_at({script("arm", elf)})), HasSubstr("64-bit x86"));
  elf[18] = 62;
  elf[0x38] = 9;  // program headers that the file does not have
  EXPECT_TRUE(look_at({script("cut", elf)})->is_native);
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file to somebody else";
  const std::string file = dir_ / "setuid";
  std::filesystem::copy_file("/bin/true", file);
  ASSERT_EQ(chown(file.c_str(), 1, 1), 0);
  chmod(file.c_str(), 04755);
  EXPECT_THAT(why_impossible(*look_at({file})), HasSubstr("set-uid"));
}

TEST_F(ProgramTest, ScriptsAreTheirInterpreters) {
  const std::string plain = script("plain", "#! /bin/sh -e\nexit 3\n");
  const auto found = look_at({plain, "a", "b"});
  ASSERT_TRUE(found.ok()) << found.error();
  EXPECT_THAT(found->command, ElementsAre("/bin/sh", "-e", plain, "a", "b"));
  EXPECT_EQ(found->file, "/bin/sh");
  const std::string with_argument = script("one", "#!/bin/sh -e -u\n");
  EXPECT_THAT(look_at({with_argument})->command, ElementsAre("/bin/sh", "-e -u", with_argument))
      << "as the kernel does it";
  const std::string env = script("env", "#!/usr/bin/env sh\n");
  EXPECT_THAT(look_at({env, "x"})->command, ElementsAre("sh", env, "x")) << "env would be the program, not sh";
  const std::string split = script("split", "#!/usr/bin/env -S sh -e\n");
  EXPECT_THAT(look_at({split})->command, ElementsAre("sh", "-e", split));
  const std::string twice = script("twice", "#!" + plain + "\n");
  EXPECT_THAT(look_at({twice})->command, ElementsAre("/bin/sh", "-e", plain, twice));
  EXPECT_THAT(look_at({script("no_interpreter", "#!/no/such\n")}).error(), HasSubstr("/no/such"));
  EXPECT_TRUE(look_at({script("loop", "#!" + (dir_ / "loop").string() + "\n")}).ok());
}

TEST_F(ProgramTest, WhatCannotBeStartedIsSaid) {
  EXPECT_THAT(look_at({"bucketprof-no-such-program"}).error(), HasSubstr("in no directory of PATH"));
  EXPECT_THAT(look_at({"/etc/passwd"}).error(), HasSubstr("Permission denied"));
  EXPECT_THAT(look_at({"/no/such"}).error(), HasSubstr("No such file"));
  EXPECT_THAT(look_at({"/tmp"}).error(), HasSubstr("directory"));
}

}  // namespace
}  // namespace bucketprof::cli
