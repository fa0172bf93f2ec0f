// SPDX-License-Identifier: Apache-2.0
//
// The example program, run as a user runs it: its answers on a small database, and its one line for each wrong input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/temp_dir.h"

namespace bucketprof {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr std::string_view kDatabase = R"(Package: libfar
Version: 1.2-3
Installed-Size: 100
Maintainer: Ada Example <ada@example.org>
Section: libs
Description: Compression library for far places
 A longer text, with a word nobody else has: compendium.

Package: near
version: 2
Maintainer: Ada Example <ada@example.org>
Pre-Depends: libfar (>= 1.0)
Depends: libfar:any (<< 2), libc6 (>= 2.34) | libfar
Conffiles:
 /etc/near 0123456789abcdef
Description: Tool with compression


Package: lone
Maintainer: Bob Example <bob@example.org>
Depends: libc6
Description: Does nothing at all)";

struct Outcome {
  int status = -1;
  std::string output;  // of both streams
};

class PackageIndexTest : public ::testing::Test {
 protected:
  Outcome run(const std::string& arguments) {
    const std::string command = std::string(BUCKETPROF_BINARY_DIR "/examples/package_index ") + arguments + " 2>&1";
    std::FILE* pipe = popen(command.c_str(), "re");
    Outcome outcome;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) outcome.output.push_back(static_cast<char>(c));
    const int status = pclose(pipe);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
  }

  Outcome ask(std::string_view database, const std::string& question) {
    const std::string path = directory_ / "database";
    std::ofstream(path, std::ios::binary) << database;
    return run("--file " + path + " " + question);
  }

  testing_support::TempDir directory_;
};

TEST_F(PackageIndexTest, ShowsAPackage) {
  const Outcome outcome = ask(kDatabase, "--show libfar");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output,
            "libfar 1.2-3\n"
            "  Compression library for far places\n"
            "  section     libs\n"
            "  installed   100 KiB\n"
            "  maintainer  Ada Example <ada@example.org>\n"
            "  needed by   1 packages\n");
}

TEST_F(PackageIndexTest, FindsDependentsOnceEach) {
  const Outcome far = ask(kDatabase, "--depends-on libfar");
  EXPECT_EQ(far.status, 0);
  EXPECT_THAT(far.output, MatchesRegex("1 packages depend on libfar\n  near +Tool with compression\n"));
  EXPECT_THAT(ask(kDatabase, "--depends-on libc6").output, MatchesRegex("2 packages.*\n  lone .*\n  near .*\n"));
}

TEST_F(PackageIndexTest, FindsWordsOfTheSummaryAlone) {
  EXPECT_THAT(ask(kDatabase, "--word COMPRESSION").output, MatchesRegex("2 packages.*\n  libfar .*\n  near .*\n"));
  EXPECT_EQ(ask(kDatabase, "--word compendium").status, 1);
}

TEST_F(PackageIndexTest, FindsMaintainersByPart) {
  EXPECT_THAT(ask(kDatabase, "--maintainer EXAMPLE").output,
              MatchesRegex("2 packages of Ada Example.*\n1 packages of Bob Example.*\n  lone .*\n"));
}

TEST_F(PackageIndexTest, SumsUp) {
  const Outcome outcome = ask(kDatabase, "");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.output, HasSubstr("3 packages, 0.0 GiB installed; 11 words, 2 maintainers\n"));
  EXPECT_THAT(outcome.output, HasSubstr("2  libc6\n"));
  EXPECT_THAT(outcome.output, HasSubstr("2  compression\n"));
}

TEST_F(PackageIndexTest, ReadsLineEndsOfOtherSystems) {
  EXPECT_EQ(ask("Package: a\r\nDescription: b\r\n\r\nPackage: c\r\nDepends: a\r\n", "--depends-on a").status, 0);
}

TEST_F(PackageIndexTest, SaysWhatIsWrongInOneLine) {
  const auto expect_error = [](const Outcome& outcome, const char* what) {
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.output, MatchesRegex("package_index: [^\n]*: [^\n]*: give a package database with --file\n"));
    EXPECT_THAT(outcome.output, HasSubstr(what));
  };
  expect_error(ask("", ""), "no package in it");
  expect_error(ask("\n\n", ""), "no package in it");
  expect_error(ask("Package: a\n\n more\n", ""), "line 3: a continuation of no field");
  expect_error(ask("Package: a\nno field at all\n", ""), "line 2: not a `Field: value` line: 'no field at all'");
  expect_error(ask("Package: a\n: empty\n", ""), "line 2: not a");
  expect_error(ask("Version: 1\n", ""), "a stanza has no Package field");
  expect_error(ask(std::string_view("\0a\1", 3), ""), "line 1: not a `Field: value` line: '?a?'");
  expect_error(run("--file /nonexistent/database"), "No such file or directory");
  expect_error(run("--file /"), "Is a directory");
}

TEST_F(PackageIndexTest, SaysHowItIsUsed) {
  for (const char* arguments : {"--unknown", "stray", "--file"}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_THAT(outcome.output, HasSubstr("usage: package_index")) << arguments;
  }
  EXPECT_EQ(run("--help").status, 0);
}

}  // namespace
}  // namespace bucketprof
