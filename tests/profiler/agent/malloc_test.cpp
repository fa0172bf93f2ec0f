// SPDX-License-Identifier: Apache-2.0
//
// The functions that interpose the allocator's, in programs: none is missing, and each works as specified. That each is
// counted correctly is tested by tests/e2e/agent_counts_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "profiler/model/validate.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::agent {
namespace {

using namespace testing_support;

std::set<std::string> shown_by(const std::string& file) {
  const Ended symbols = run({.words = {"nm", "-D", "--defined-only", file}});
  EXPECT_EQ(symbols.status, 0) << symbols.err;
  std::set<std::string> names;
  std::istringstream words(symbols.out);
  for (std::string address, type, name; words >> address >> type >> name;) names.insert(name);
  return names;
}

class Malloc : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "sanitizers and the agent both replace malloc";
  }
};

TEST_F(Malloc, IsEverythingThatAllocatorsTakeTheCLibrarysAndTheLanguagesPlaceWith) {
  std::set<std::string> theirs;
  for (const char* allocator : {"libtcmalloc_minimal.so.4", "libjemalloc.so.2"}) {
    for (const std::string& name : shown_by(std::string("/usr/lib/x86_64-linux-gnu/") + allocator)) {
      const bool language = name.starts_with("_Zn") || name.starts_with("_Zd");
      const bool library = std::islower(static_cast<unsigned char>(name[0])) != 0 && !name.starts_with("tc") &&
                           (name.find("alloc") != std::string::npos || name.find("memalign") != std::string::npos);
      if (language || library || name == "free" || name == "cfree") theirs.insert(name);
    }
  }
  for (const char* neither_takes_nor_gives :
       {"malloc_stats", "malloc_size", "nallocx", "malloc_conf", "malloc_message", "malloc_stats_print"})
    theirs.erase(neither_takes_nor_gives);
  for (const char* extension : {"mallocx", "rallocx", "xallocx", "sallocx", "dallocx", "sdallocx"})
    theirs.erase(extension);
  ASSERT_GT(theirs.size(), 30U);
  std::set<std::string> ours = shown_by(kAgent);
  EXPECT_EQ(ours.erase("bucketprof_agent_v1"), 1U);
  for (const char* other : {"dlclose", "unshare", "_exit", "_Exit", "execve", "execvpe", "fexecve", "execveat", "execv",
                            "execvp", "execl", "execlp", "execle", "prctl", "syscall"})
    EXPECT_EQ(ours.erase(other), 1U) << other;
  EXPECT_EQ(ours, theirs);
}

/// The instructions of a function of the agent from its entry to its jump to the next function, if no branch is taken.
std::vector<std::string> path_to_next(const std::string& function) {
  const Ended code = run({.words = {"objdump", "-d", "--no-show-raw-insn", "--disassemble=" + function, kAgent}});
  EXPECT_EQ(code.status, 0) << code.err;
  std::istringstream lines(code.out);
  std::vector<std::string> path;
  bool is_inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with("<" + function + ">:")) {
      is_inside = true;
    } else if (is_inside) {
      path.push_back(line);
      if (line.find("jmp    *") != std::string::npos) return path;
    }
  }
  ADD_FAILURE() << function << " does not jump to the next one:\n" << code.out;
  return path;
}

// The jump is the one that the program would have made through its linkage table. The numbers are those of Debian 12's
// g++ at -O2. If a change makes them larger, decide whether it is worth it.
TEST_F(Malloc, TakesFiveInstructionsMoreBetweenSamplesAndSoDoesFree) {
#if !defined(NDEBUG) || defined(__clang__) || !defined(__x86_64__)
  GTEST_SKIP() << "the numbers are those of builds that g++ optimised";
#endif
  const std::size_t jump = 1;
  for (const char* function : {"malloc", "free", "_Znwm", "_ZdlPv"}) {
    const std::vector<std::string> path = path_to_next(function);
    std::string text;
    for (const std::string& line : path) text += line + "\n";
    EXPECT_EQ(path.size(), 5 + jump) << text;
  }
}

TEST_F(Malloc, DoesWhatItIsFor) {
  for (const std::string& allocator : kAllocators) {
    for (const char* interval : {"1", "64", "524288"}) {
      SCOPED_TRACE(allocator + interval);
      const TempDir dir;
      auto settings = under_agent(dir / "p.pb.gz", "", allocator);
      settings.push_back(std::string("BUCKETPROF_INTERVAL=") + interval);
      std::vector<std::string> words{kPlainForms};
      if (!allocator.empty() && !allocator.starts_with("libtcmalloc")) words.emplace_back("other");
      const Ended ended = run({.words = words, .settings = settings});
      EXPECT_EQ(ended, run({.words = words, .settings = {"LD_PRELOAD=" + allocator}}));
      if (words.size() == 1) {
        EXPECT_EQ(ended.status, 0);
      }
      const model::Profile profile = read_profile(dir / "p.pb.gz");
      const Status valid = model::validate_ours(profile);
      EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
      const std::string losses = comment_of(profile, model::kCommentLosses);
      EXPECT_THAT(losses, testing::HasSubstr("blocks=0 bytes=0 nested=0 frees=0"));
      EXPECT_THAT(losses, testing::HasSubstr("missed_frees=0"));
    }
  }
}

}  // namespace
}  // namespace bucketprof::agent
