// SPDX-License-Identifier: Apache-2.0
//
// Runs this test program again with the environment variables set. It is linked with the library, so it profiles
// itself. tests/e2e covers programs of many kinds.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "profiler/base/file.h"
#include "profiler/containers_map.h"
#include "profiler/containers_std.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/pprof.h"
#include "profiler/profiler.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof {
namespace {

using testing_support::Ended;
using testing_support::TempDir;

profiled::unordered_set<int> before_main({1, 2, 3}, 10, std::hash<int>(), std::equal_to<int>(), named("before main"));

// The tests below run this one in a process of its own.
TEST(Autostart, Guest) {
  profiled::Map<int, int> table{named("in main")};
  for (int i = 0; i < 100; ++i) table[i] = i;
  EXPECT_EQ(running(), std::getenv("BUCKETPROF_OUTPUT") != nullptr);
  if (!running()) {
    EXPECT_EQ(::dlopen("libunwind-x86_64.so.8", RTLD_LAZY | RTLD_NOLOAD), nullptr) << "only recording needs it";
  }
  if (std::getenv("GUEST_COUNTS_DESCRIPTORS") == nullptr) return;
  std::vector<std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    open.push_back(entry.path().filename().string());
  EXPECT_LE(open.size(), 4U) << "more than the standard ones and that of the directory: "
                             << testing::PrintToString(open);
}

Ended guest(std::vector<std::string> settings) {
  return testing_support::run(
      {.words = {std::filesystem::read_symlink("/proc/self/exe").string(), "--gtest_filter=Autostart.Guest"},
       .settings = std::move(settings)});
}

TEST(Autostart, RecordsBeforeMainAndWritesAtExit) {
  const TempDir dir;
  const Ended ended = guest({"BUCKETPROF_OUTPUT=" + (dir / "p.pb.gz").string()});
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_EQ(ended.err, "");
  const Result<std::string> bytes = read_file(dir / "p.pb.gz");
  ASSERT_TRUE(bytes.ok()) << bytes.error();
  const Result<model::Profile> profile = pprof::decode(bytes.value());
  ASSERT_TRUE(profile.ok()) << profile.error();
  EXPECT_TRUE(model::validate_ours(profile.value()).ok()) << model::validate_ours(profile.value()).error();
  EXPECT_EQ(tests::totals(profile.value(), "before main", "nodes")[model::kAllocObjects], 3);
  EXPECT_GT(tests::totals(profile.value(), "in main", "buckets")[model::kAllocObjects], 0);
}

TEST(Autostart, DoesNothingUnasked) {
  const Ended ended = guest({"BUCKETPROF_MEMORY_LIMIT=0"});
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_EQ(ended.err, "");
}

TEST(Autostart, OpensNothingUnasked) {
  // What this process has inherited is closed first.
  const std::string close =
      "for fd in /proc/$$/fd/*; do fd=${fd##*/}; if ((fd > 2)); then eval \"exec $fd>&-\"; fi; done; ";
  const Ended ended = testing_support::run({.words = {"bash", "-c", close + "exec $0 --gtest_filter=Autostart.Guest",
                                                      std::filesystem::read_symlink("/proc/self/exe").string()},
                                            .settings = {"GUEST_COUNTS_DESCRIPTORS=1"}});
  EXPECT_EQ(ended.status, 0) << ended.out;
}

TEST(Autostart, SaysOnceWhatWentWrong) {
  const Ended unwritable = guest({"BUCKETPROF_OUTPUT=/proc/p.pb.gz"});
  EXPECT_EQ(unwritable.status, 0) << unwritable.out;
  EXPECT_TRUE(unwritable.err.starts_with("bucketprof: profile not written: ")) << unwritable.err;
  EXPECT_EQ(unwritable.err.find('\n'), unwritable.err.size() - 1);

  const TempDir dir;
  const Ended full = guest({"BUCKETPROF_OUTPUT=" + (dir / "p.pb.gz").string(), "BUCKETPROF_MEMORY_LIMIT=4096"});
  EXPECT_EQ(full.status, 0) << full.out;
  EXPECT_TRUE(full.err.starts_with("bucketprof: memory limit of 4096 bytes reached: ")) << full.err;
  EXPECT_EQ(full.err.find('\n'), full.err.size() - 1);
}

}  // namespace
}  // namespace bucketprof
