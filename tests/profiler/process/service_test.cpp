// SPDX-License-Identifier: Apache-2.0
//
// Runs this test program again with the environment variables set. autostart_test.cpp and tests/e2e cover signals,
// exits and errors.
#include "profiler/process/service.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "profiler/containers_std.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof::service {
namespace {

using testing_support::Ended;
using testing_support::TempDir;

// The test below runs this one in a process of its own.
TEST(Service, Guest) {
  profiled::unordered_set<int> table({1, 2, 3}, 10, std::hash<int>(), std::equal_to<int>(), named("guest"));
  const char* const file = std::getenv("GUEST_WAITS_FOR");
  while (file != nullptr && !std::filesystem::exists(file)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

TEST(Service, WritesAProfileEverySoManySeconds) {
  const TempDir dir;
  const auto begin = std::chrono::steady_clock::now();
  const Ended ended = testing_support::run(
      {.words = {std::filesystem::read_symlink("/proc/self/exe").string(), "--gtest_filter=Service.Guest"},
       .settings = {"BUCKETPROF_OUTPUT=" + (dir / "p.pb.gz").string(), "BUCKETPROF_EVERY=1",
                    "GUEST_WAITS_FOR=" + (dir / "p.2.pb.gz").string()}});
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_EQ(ended.err, "");
  for (const char* name : {"p.1.pb.gz", "p.2.pb.gz", "p.pb.gz"}) {
    const model::Profile profile = testing_support::read_profile(dir / name);
    EXPECT_EQ(tests::totals(profile, "guest", "nodes")[model::kAllocObjects], 3) << name;
  }
  // At most one a second, however long that took.
  EXPECT_FALSE(std::filesystem::exists(dir / fmt::format("p.{}.pb.gz", seconds + 1)));
}

// The test below runs this one in a process of its own.
TEST(Service, GuestThatAsks) {
  if (std::getenv("GUEST_ASKS") == nullptr) return;
  for (int i = 0; i < std::atoi(std::getenv("GUEST_ASKS")); ++i) ::raise(SIGUSR2);
}

// Each signal asks for a profile. The last profile, and with it the process's end, does not wait for all of them.
TEST(Service, EndsThoughProfilesAreStillAskedFor) {
  constexpr int kAsked = 20'000;
  const TempDir dir;
  const Ended ended = testing_support::run(
      {.words = {std::filesystem::read_symlink("/proc/self/exe").string(), "--gtest_filter=Service.GuestThatAsks"},
       .settings = {"BUCKETPROF_OUTPUT=" + (dir / "p.pb.gz").string(), "BUCKETPROF_SIGNAL=USR2",
                    fmt::format("GUEST_ASKS={}", kAsked)}});
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_EQ(ended.err, "");
  EXPECT_TRUE(std::filesystem::exists(dir / "p.pb.gz"));
  EXPECT_FALSE(std::filesystem::exists(dir / fmt::format("p.{}.pb.gz", kAsked)));
}

TEST(Service, EndsWithoutABeginning) { end(); }

int written = 0;
Status count_writes(const FilePlace&, At) noexcept {
  ++written;
  return ok_status();
}

// Each library that is linked with ours calls begin() and end(). An end() without a begin() does nothing.
TEST(Service, TheFirstBeginningStartsAndTheLastEndWrites) {
  if (std::getenv("BUCKETPROF_OUTPUT") != nullptr) GTEST_SKIP() << "it has begun";
  Plan plan;
  plan.environment.output = "nowhere";
  plan.write = &count_writes;
  begin(plan);
  const bool running_before = running();
  begin(plan);
  end();
  EXPECT_EQ(written, 0);
  end();
  EXPECT_EQ(written, 1);
  end();
  EXPECT_EQ(written, 1);
  EXPECT_TRUE(running_before);
  stop();
}

}  // namespace
}  // namespace bucketprof::service
