// SPDX-License-Identifier: Apache-2.0
//
// The profiles that a program linked with the library writes, controlled by environment variables alone: at each way to
// exit, in forked children, and on a signal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "profiler/model/comments.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "tests/e2e/viewer.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::e2e {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;
using testing_support::Ended;
using testing_support::Process;
using testing_support::run;
using testing_support::TempDir;

const std::string kWriter = BUCKETPROF_BINARY_DIR "/programs/program_guest";

/// Reads a profile and expects it to be valid.
model::Profile read(const std::filesystem::path& path) {
  model::Profile profile = testing_support::read_profile(path);
  const Status valid = model::validate_ours(profile);
  EXPECT_TRUE(valid.ok()) << valid.error();
  return profile;
}

std::int64_t total(const model::Profile& profile, std::string_view table, std::size_t type) {
  return tests::totals(profile, table)[type];
}

class WrittenProfiles : public testing::Test {
 protected:
  Ended profiled(const std::string& way, std::vector<std::string> settings = {}, const std::string& name = "p.pb.gz") {
    settings.push_back("BUCKETPROF_OUTPUT=" + (dir_ / name).string());
    return run({.words = {kWriter, way}, .settings = settings});
  }
  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) names.insert(entry.path().filename());
    return names;
  }
  [[nodiscard]] model::Profile written(const std::string& name = "p.pb.gz") const { return read(dir_ / name); }

  TempDir dir_;
};

TEST_F(WrittenProfiles, AtTheHighWaterMarkUnlessAskedForTheExit) {
  ASSERT_EQ(profiled("return").status, 7);
  const model::Profile peak = written();
  EXPECT_GT(total(peak, "plain", model::kInuseSpace), 0) << "all tables are gone at exit";
  ASSERT_EQ(profiled("return", {"BUCKETPROF_AT=exit"}).status, 7);
  const model::Profile exit = written();
  EXPECT_EQ(total(exit, "plain", model::kInuseSpace), 0);
  EXPECT_EQ(total(exit, "plain", model::kAllocObjects), total(peak, "plain", model::kAllocObjects));
  EXPECT_EQ(total(exit, "plain", model::kAllocSpace), total(peak, "plain", model::kAllocSpace));
}

TEST_F(WrittenProfiles, SampledWhenAnIntervalIsGiven) {
  ASSERT_EQ(profiled("return", {"BUCKETPROF_INTERVAL=4096"}).status, 7);
  EXPECT_EQ(written().period, 4096);
  ASSERT_EQ(profiled("return").status, 7);
  EXPECT_EQ(written().period, 1);
}

TEST_F(WrittenProfiles, NothingWithoutAnOutput) {
  const Ended ended = run({.words = {kWriter, "return"},
                           .settings = {"BUCKETPROF_INTERVAL=no", "BUCKETPROF_AT=no"},
                           .directory = dir_.path()});
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(files(), std::set<std::string>{});
}

TEST_F(WrittenProfiles, HoldTablesThatOutliveMain) {
  ASSERT_EQ(profiled("static").status, 0);
  EXPECT_GT(total(written(), "static", model::kInuseSpace), 0);
  ASSERT_EQ(profiled("static", {"BUCKETPROF_AT=exit"}).status, 0);
  EXPECT_GT(total(written(), "static", model::kAllocSpace), 0);
  EXPECT_EQ(total(written(), "static", model::kInuseSpace), 0) << "the profile comes after the program's destructors";
  ASSERT_EQ(profiled("thread_local", {"BUCKETPROF_AT=exit"}).status, 0);
  EXPECT_GT(total(written(), "thread_local", model::kAllocSpace), 0);
  EXPECT_EQ(total(written(), "thread_local", model::kInuseSpace), 0);
}

TEST_F(WrittenProfiles, HoldTheTablesOfEndedThreads) {
  ASSERT_EQ(profiled("many_threads", {"BUCKETPROF_AT=exit"}).status, 0);
  const model::Profile profile = written();
  // 50 nodes for each of 200 threads. At exit no table is left, neither the thread_local ones nor those handed to main.
  EXPECT_EQ(tests::totals(profile, "thread_local", "nodes")[model::kAllocObjects], 200 * 50);
  EXPECT_EQ(total(profile, "thread_local", model::kInuseObjects), 0);
  EXPECT_GE(tests::totals(profile, "of a thread", "buckets")[model::kAllocObjects], 200);
  EXPECT_EQ(total(profile, "of a thread", model::kInuseObjects), 0);
}

TEST_F(WrittenProfiles, OnlyWhereTheProgramExits) {
  for (const char* way : {"return", "exit", "exit_in_thread", "close_stderr", "close_all", "_exit", "quick_exit"}) {
    SCOPED_TRACE(way);
    (void)profiled(way);
    EXPECT_THAT(files(), ElementsAre("p.pb.gz"));
    EXPECT_FALSE(written().samples.empty());
    std::filesystem::remove(dir_ / "p.pb.gz");
  }
  for (const char* way : {"abort", "uncaught", "segv", "term"}) {
    (void)profiled(way);
    EXPECT_EQ(files(), std::set<std::string>{}) << way;
  }
}

TEST_F(WrittenProfiles, OneForEachForkedProcess) {
  ASSERT_EQ(profiled("fork").status, 0);
  const std::set<std::string> names = files();
  ASSERT_THAT(names, ElementsAre(MatchesRegex(R"(p\.[0-9]+\.pb\.gz)"), "p.pb.gz"));
  const model::Profile child = written(*names.begin());
  const model::Profile parent = written();
  EXPECT_GT(total(child, "of the child", model::kAllocSpace), 0);
  EXPECT_EQ(total(parent, "of the child", model::kAllocSpace), 0);
  EXPECT_GT(total(parent, "of the parent", model::kAllocSpace), 0);
  EXPECT_EQ(total(child, "of the parent", model::kAllocSpace), 0);
  EXPECT_EQ(total(child, "before the fork", model::kAllocSpace), total(parent, "before the fork", model::kAllocSpace));
}

TEST_F(WrittenProfiles, NamedByProcess) {
  ASSERT_EQ(profiled("fork", {}, "p.%p.pb.gz").status, 0);
  EXPECT_THAT(files(), ElementsAre(MatchesRegex(R"(p\.[0-9]+\.pb\.gz)"), MatchesRegex(R"(p\.[0-9]+\.pb\.gz)")));
}

TEST_F(WrittenProfiles, OneForAForkedChildThatLeavesAtOnce) {
  ASSERT_EQ(profiled("fork_exit").status, 0);
  const std::set<std::string> names = files();
  ASSERT_THAT(names, ElementsAre(MatchesRegex(R"(p\.[0-9]+\.pb\.gz)"), "p.pb.gz"));
  EXPECT_GT(total(written(*names.begin()), "of the child", model::kInuseSpace), 0) << "nothing was destroyed";
}

/// Waits for a profile, up to a minute. It is renamed into place, so once the file exists it is complete.
bool appears(const std::filesystem::path& path) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!std::filesystem::exists(path)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

class Asked : public WrittenProfiles {
 protected:
  testing_support::Launch churning() {
    return {.words = {kWriter, "churn"},
            .settings = {"BUCKETPROF_OUTPUT=" + (dir_ / "p.pb.gz").string(), "BUCKETPROF_SIGNAL=USR2",
                         "BUCKETPROF_AT=exit"}};
  }
  static void expect_plain_end(const Ended& ended) {
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.signal, 0);
    EXPECT_EQ(ended.out, "10000\n0\n");
    EXPECT_EQ(ended.err, "");
  }
};

TEST_F(Asked, BySignalWhileThreadsChurn) {
  Process guest(churning());
  ASSERT_TRUE(guest.has_printed("10000\n"));
  for (int number = 1; number <= 5; ++number) {
    guest.send(SIGUSR2);
    const std::string name = "p." + std::to_string(number) + ".pb.gz";
    ASSERT_TRUE(appears(dir_ / name));
  }
  guest.send(SIGINT);
  expect_plain_end(guest.wait());
  EXPECT_THAT(files(), ElementsAre("p.1.pb.gz", "p.2.pb.gz", "p.3.pb.gz", "p.4.pb.gz", "p.5.pb.gz", "p.pb.gz"));

  const model::Profile last = written();
  const std::int64_t kept = total(last, "kept", model::kAllocObjects);
  std::int64_t churned = 0;
  for (int number = 1; number <= 5; ++number) {
    const model::Profile profile = written("p." + std::to_string(number) + ".pb.gz");
    EXPECT_EQ(total(profile, "kept", model::kAllocObjects), kept) << "filled before the first signal";
    EXPECT_GT(total(profile, "kept", model::kInuseSpace), 0);
    EXPECT_GE(total(profile, "churned", model::kAllocObjects), churned);
    churned = total(profile, "churned", model::kAllocObjects);
  }
  EXPECT_GE(total(last, "churned", model::kAllocObjects), churned);
  EXPECT_EQ(total(last, "churned", model::kInuseObjects), 0);
}

TEST_F(Asked, ManyTimesUpToItsVeryEnd) {
  Process guest(churning());
  ASSERT_TRUE(guest.has_printed("10000\n"));
  for (int i = 0; i < 200; ++i) guest.send(SIGUSR2);
  guest.send(SIGINT);
  expect_plain_end(guest.wait());
  const std::set<std::string> names = files();
  EXPECT_TRUE(names.contains("p.pb.gz"));
  for (const std::string& name : names) {  // no half-written file, none broken
    EXPECT_THAT(name, MatchesRegex(R"(p(\.[0-9]+)?\.pb\.gz)"));
    EXPECT_FALSE(written(name).samples.empty());
  }
}

TEST_F(Asked, WhereNothingCanBeWritten) {
  testing_support::Launch launch = churning();
  launch.settings[0] = "BUCKETPROF_OUTPUT=" + (dir_ / "missing/p.pb.gz").string();
  Process guest(launch);
  ASSERT_TRUE(guest.has_printed("10000\n"));
  for (int i = 0; i < 3; ++i) guest.send(SIGUSR2);
  guest.send(SIGINT);
  const Ended ended = guest.wait();
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out, "10000\n0\n");
  EXPECT_EQ(lines_of(ended.err).size(), 1U) << "said once: " << ended.err;
}

TEST_F(WrittenProfiles, OfAProgramThatDefinesTheFunctionsOfTheCLibraryItself) {
  if (testing_support::kSanitized) GTEST_SKIP() << "sanitizers define them, too";
  const Ended ended = run({.words = {BUCKETPROF_BINARY_DIR "/programs/program_own_functions"},
                           .settings = {"BUCKETPROF_OUTPUT=" + (dir_ / "p.pb.gz").string()}});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "5\n") << "all its own";
  EXPECT_EQ(tests::totals(written(), "table", "nodes")[model::kAllocObjects], 100);
}

TEST_F(WrittenProfiles, WhereLibunwindCannotBeLoaded) {
  std::ofstream(dir_ / "libunwind-x86_64.so.8") << "no library";
  const Ended ended = run({.words = {BUCKETPROF_BINARY_DIR "/programs/copies_linked_host", "own", "table", "100"},
                           .settings = {"BUCKETPROF_OUTPUT=" + (dir_ / "p.pb.gz").string(), "BUCKETPROF_AT=exit",
                                        "LD_LIBRARY_PATH=" + dir_.path().string()}});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  const model::Profile profile = written();
  EXPECT_EQ(tests::totals(profile, "table", "nodes")[model::kAllocObjects], 100);
  EXPECT_THAT(std::string(model::find_comment(profile, model::kCommentLosses)), testing::HasSubstr(" unwinder=1 "));
}

}  // namespace
}  // namespace bucketprof::e2e
