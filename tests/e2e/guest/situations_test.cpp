// SPDX-License-Identifier: Apache-2.0
//
// What a host program may do: load and unload code, hold the loader's lock, leave stacks in unusual ways, run handlers
// anywhere, fork, start and end threads. Each program compares what was recorded with its own counts, and recorded
// stacks with libgcc's. The ways in which a host program may end are in good_guest_test.cpp.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/e2e/guest/guest_program.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::e2e {
namespace {

using testing_support::kSanitized;
using testing_support::read_profile;
using testing_support::TempDir;

TEST(Situations, LibrariesTakeTurnsAtOneAddress) {
  const std::uint64_t rounds = kSanitized ? 100 : 500;
  for (const char* audit_interval : {"1", "4096"}) {  // with few audits too: an audit corrects a wrong stack
    const Figures figures = run_guest("loaders", {kPrograms, std::to_string(rounds), audit_interval});
    EXPECT_EQ(figures.at("rounds"), rounds);
    EXPECT_GT(figures.at("re-used_addresses"), rounds * 9 / 10) << "the test is about re-used addresses";
    EXPECT_GT(figures.at("re-used_places"), rounds * 9 / 10) << "calls have to meet at one stack pointer";
    EXPECT_GT(figures.at("replays"), rounds);
  }
}

TEST(Situations, TypeNamesOutliveTheirLibrary) {
  const TempDir dir;
  const std::string file = (dir / "p.pb.gz").string();
  const Figures figures = run_guest("loaders", {kPrograms, "100", "1", file});
  EXPECT_GT(figures.at("owner_re-used_addresses"), 7U) << "one name comes to the place of another";
  const model::Profile profile = read_profile(file);
  for (const char* table : {"int -> First", "int -> Other"}) {
    const tests::Values nodes = tests::totals(profile, table, "nodes");
    EXPECT_EQ(nodes[model::kAllocObjects], 5 * 200) << table;
    EXPECT_EQ(nodes[model::kInuseObjects], 0) << table;
  }
}

TEST(Situations, AHeldLoaderLockDelaysNoAllocation) {
  const Figures figures = run_guest("loader_lock", {kLibrary});
  EXPECT_GT(figures.at("of_them_beside_dlclose"), 0U);
}

TEST(Situations, FibersCoroutinesHandlersExceptionsAndJumps) {
  // The thread sanitizer would report allocations in handlers, which are nearly always mistakes. Here they are
  // intended.
  const Figures figures = run_guest("fibers", {kSanitized ? "30" : "200"}, std::chrono::seconds(240),
                                    {"TSAN_OPTIONS=report_signal_unsafe=0"});
  EXPECT_GT(figures.at("audits"), 0U);
}

TEST(Situations, HandlersAllocateAnywhere) {
  const Figures figures = run_guest("handlers", {"3"});
  EXPECT_GT(figures.at("handlers"), 100U);
  if (!kSanitized) {  // the thread sanitizer delays signals until the recorder is left
    EXPECT_GT(figures.at("nested"), 0U) << "no handler interrupted the recorder";
  }
}

TEST(Situations, ForksBesideThreadsThatAllocate) {
  if (kSanitized) GTEST_SKIP() << "the sanitizers' own locks may be held in the child";
  const TempDir dir;
  const std::uint64_t forks = long_form() ? 1000 : 100;
  const Figures figures = run_guest("forks", {std::to_string(forks), kLibrary}, std::chrono::seconds(240),
                                    {"BUCKETPROF_OUTPUT=" + (dir / "p.pb.gz").string()});
  EXPECT_EQ(figures.at("forks"), forks);
  EXPECT_EQ(figures.at("hung"), 0U);
  std::uint64_t children = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    if (entry.path().filename() == "p.pb.gz") continue;
    ++children;
    const model::Profile profile = read_profile(entry.path());
    EXPECT_GT(tests::totals(profile, "child")[model::kAllocObjects], 0) << entry.path();
  }
  EXPECT_EQ(children, forks) << "each child writes its own profile";
  EXPECT_EQ(tests::totals(read_profile(dir / "p.pb.gz"), "child")[model::kAllocObjects], 0);
}

TEST(Situations, ThousandsOfShortThreads) {
  const std::uint64_t threads = kSanitized ? 500 : 3000;
  const Figures figures = run_guest("short_threads", {std::to_string(threads)});
  EXPECT_EQ(figures.at("threads"), threads);
}

}  // namespace
}  // namespace bucketprof::e2e
