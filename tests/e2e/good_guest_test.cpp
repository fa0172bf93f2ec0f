// SPDX-License-Identifier: Apache-2.0
//
// Whatever goes wrong in the profiler, the profiled program prints the same and ends the same way, with at most one
// line of the profiler on stderr. Each run is compared with one that is not profiled.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <string>

#include "profiler/model/comments.h"
#include "tests/e2e/viewer.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::e2e {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing_support::Ended;
using testing_support::Launch;
using testing_support::read_profile;
using testing_support::run;
using testing_support::Stderr;
using testing_support::TempDir;

const std::string kGuest = BUCKETPROF_BINARY_DIR "/programs/program_guest";

/// Runs the program without the profiler. By itself it prints nothing to stderr, except for `uncaught`.
Ended unprofiled(const std::string& way) {
  Ended ended = run({.words = {kGuest, way}});
  EXPECT_NE(ended.status, 127) << kGuest << " is not there";
  EXPECT_NE(ended.err, "usage: guest WAY\n") << way;
  return ended;
}

void expect_same_end(const Ended& profiled, const Ended& plain) {
  EXPECT_EQ(profiled.status, plain.status) << profiled.err;
  EXPECT_EQ(profiled.signal, plain.signal) << profiled.err;
  EXPECT_EQ(profiled.out, plain.out);
  EXPECT_FALSE(profiled.timed_out);
}

std::string comment(const model::Profile& profile, std::string_view prefix) {
  return std::string(model::find_comment(profile, prefix));
}

std::set<std::string> names_in(const std::filesystem::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) names.insert(entry.path().filename());
  return names;
}

class GoodGuest : public testing::Test {
 protected:
  Ended profiled(const std::string& way, std::vector<std::string> settings = {}) {
    settings.push_back("BUCKETPROF_OUTPUT=" + output());
    return run({.words = {kGuest, way}, .settings = settings});
  }
  [[nodiscard]] std::string output() const { return (dir_ / "p.pb.gz").string(); }

  /// Expects that the profile cannot be written: the program ends as without it, and one line on stderr has the reason.
  static void expect_unwritable(const Launch& launch, const std::string& reason) {
    const Ended ended = run(launch);
    expect_same_end(ended, unprofiled(launch.words.at(1)));
    EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
    EXPECT_THAT(ended.err, testing::StartsWith("bucketprof: profile not written: "));
    EXPECT_THAT(ended.err, HasSubstr(reason));
  }
  static Launch guest_writing_to(const std::string& path) {
    return {.words = {kGuest, "return"}, .settings = {"BUCKETPROF_OUTPUT=" + path}};
  }

  TempDir dir_;
};

TEST_F(GoodGuest, OutputInNoDirectory) {
  expect_unwritable(guest_writing_to((dir_ / "missing/p.pb.gz").string()), "No such file or directory");
}

TEST_F(GoodGuest, OutputBelowAFile) {
  std::ofstream(dir_ / "file") << "a file";
  expect_unwritable(guest_writing_to((dir_ / "file/p.pb.gz").string()), "Not a directory");
}

TEST_F(GoodGuest, OutputWhereNobodyMayWrite) { expect_unwritable(guest_writing_to("/proc/p.pb.gz"), "/proc/p.pb.gz"); }

TEST_F(GoodGuest, OutputIsADirectory) { expect_unwritable(guest_writing_to(dir_.path().string()), "Is a directory"); }

TEST_F(GoodGuest, DeviceIsFull) { expect_unwritable(guest_writing_to("/dev/full"), "No space left on device"); }

TEST_F(GoodGuest, DiskIsFull) {
  const std::string disk = (dir_ / "disk").string();
  std::filesystem::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4096") != 0) {
    GTEST_SKIP() << "no right to mount a small disk here; DeviceIsFull has the same error";
  }
  std::ofstream(disk + "/filler") << std::string(4096, 'x');
  expect_unwritable(guest_writing_to(disk + "/p.pb.gz"), "No space left on device");
  EXPECT_EQ(names_in(disk), std::set<std::string>{"filler"}) << "nothing half-written stays";
  EXPECT_EQ(umount(disk.c_str()), 0);
}

TEST_F(GoodGuest, OutputIsAPipeThatNobodyReads) {
  const std::string pipe = (dir_ / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  expect_unwritable(guest_writing_to(pipe), "nobody reads it");
}

TEST_F(GoodGuest, FileSizeLimit) {  // by default the kernel would end the program with SIGXFSZ
  Launch launch = guest_writing_to(output());
  launch.words = {kGuest, "quiet"};  // stdout is a file too, and would be over the limit itself
  launch.file_size_limit = 512;      // enough for the line on stderr
  expect_unwritable(launch, "File too large");
  EXPECT_EQ(names_in(dir_.path()), std::set<std::string>{}) << "nothing half-written stays";
}

TEST_F(GoodGuest, NobodyToComplainTo) {
  for (const Stderr err : {Stderr::kClosed, Stderr::kBrokenPipe}) {
    Launch launch = guest_writing_to((dir_ / "missing/p.pb.gz").string());
    launch.err = err;
    expect_same_end(run(launch), unprofiled("return"));
  }
}

TEST_F(GoodGuest, PipeWithoutReader) {
  Launch launch = guest_writing_to("/dev/stderr");
  launch.err = Stderr::kBrokenPipe;
  expect_same_end(run(launch), unprofiled("return"));
}

TEST_F(GoodGuest, MemoryLimit) {
  const Ended plain = unprofiled("return");
  for (const std::uint64_t limit : {0, 4096, 64 * 1024, 512 * 1024, 768 * 1024}) {
    SCOPED_TRACE(limit);
    const Ended ended = profiled("return", {"BUCKETPROF_MEMORY_LIMIT=" + std::to_string(limit)});
    expect_same_end(ended, plain);
    EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
    const model::Profile profile = read_profile(output());
    const std::string losses = comment(profile, model::kCommentLosses);
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;
    ASSERT_EQ(std::sscanf(losses.c_str(), "bucketprof.losses blocks=%lu bytes=%lu", &blocks, &bytes), 2) << losses;
    EXPECT_GT(blocks, 0U);
    EXPECT_EQ(ended.err, "bucketprof: memory limit of " + std::to_string(limit) +
                             " bytes reached: " + std::to_string(blocks) + " blocks (" + std::to_string(bytes) +
                             " bytes) not recorded; set BUCKETPROF_MEMORY_LIMIT\n");
    EXPECT_THAT(losses, HasSubstr("incomplete_snapshot=0")) << "what was recorded is in the profile";
    std::uint64_t recorder_bytes = 0;
    std::sscanf(comment(profile, model::kCommentMemory).c_str(), "bucketprof.memory bytes=%lu", &recorder_bytes);
    EXPECT_LE(recorder_bytes, limit);

    // Recorded and lost blocks add up to all blocks.
    const tests::Values seen = tests::totals(profile, "plain");
    const Ended exact = profiled("return");
    EXPECT_EQ(exact.err, "");
    const tests::Values all = tests::totals(read_profile(output()), "plain");
    EXPECT_EQ(static_cast<std::uint64_t>(seen[model::kAllocObjects]) + blocks,
              static_cast<std::uint64_t>(all[model::kAllocObjects]));
    if (limit >= 512 * 1024) {
      EXPECT_GT(seen[model::kAllocObjects], 0) << "what fits is recorded";
    }
  }
}

TEST_F(GoodGuest, BadSettings) {
  for (const std::string setting : {"BUCKETPROF_INTERVAL=often", "BUCKETPROF_INTERVAL=0", "BUCKETPROF_INTERVAL=-1",
                                    "BUCKETPROF_AT=noon", "BUCKETPROF_SIGNAL=SIGNONE", "BUCKETPROF_SIGNAL=0",
                                    "BUCKETPROF_SIGNAL=KILL", "BUCKETPROF_SIGNAL=99999999999999999999",
                                    "BUCKETPROF_MEMORY_LIMIT=1GB", "BUCKETPROF_MEMORY_LIMIT=99999999999999999999"}) {
    SCOPED_TRACE(setting);
    const Ended ended = profiled("return", {setting});
    expect_same_end(ended, unprofiled("return"));
    EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
    EXPECT_THAT(ended.err, testing::StartsWith("bucketprof: " + setting + ": "));
    EXPECT_GT(tests::totals(read_profile(output()), "plain")[model::kAllocObjects], 0) << "the default holds";
  }
}

TEST_F(GoodGuest, ExitInASignalHandler) {
  if (testing_support::kSanitized) GTEST_SKIP() << "the handler may have interrupted a sanitizer";
  for (int i = 0; i < 20; ++i) {
    const Ended ended = profiled("exit_in_handler");
    EXPECT_EQ(ended.status, 9) << ended.err;
    EXPECT_THAT(
        ended.err,
        testing::AnyOf("", "bucketprof: profile not written: the program ended inside the recorder\n",
                       "bucketprof: profile not written: the program ended in a signal handler, inside malloc\n"));
  }
}

class Ways : public GoodGuest, public testing::WithParamInterface<std::string> {};

TEST_P(Ways, EndAsWithoutTheProfiler) {
  if (testing_support::kSanitized && GetParam().ends_with("among_threads")) {
    GTEST_SKIP() << "the sanitizers' own locks may be held in the child";
  }
  const Ended plain = unprofiled(GetParam());
  ASSERT_FALSE(plain.timed_out);
  for (const std::vector<std::string>& settings :
       std::vector<std::vector<std::string>>{{}, {"BUCKETPROF_INTERVAL=4096"}, {"BUCKETPROF_MEMORY_LIMIT=4096"}}) {
    const Ended ended = profiled(GetParam(), settings);
    expect_same_end(ended, plain);
    if (settings.empty() && !testing_support::kSanitized) {  // sanitizers print addresses when a signal comes
      EXPECT_EQ(ended.err, plain.err);
    }
    for (const std::string& name : names_in(dir_.path())) EXPECT_THAT(name, MatchesRegex(R"(p(\.[0-9]+)?\.pb\.gz)"));
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Ways,
                         testing::Values("return", "exit", "exit_in_thread", "_exit", "quick_exit", "abort", "uncaught",
                                         "segv", "term", "close_stderr", "close_all", "static", "thread_local",
                                         "many_threads", "fork", "fork_exit", "fork_among_threads",
                                         "fork_exit_among_threads"),
                         [](const auto& way) {
                           return way.param.starts_with('_') ? "underscore" + way.param : way.param;
                         });

}  // namespace
}  // namespace bucketprof::e2e
