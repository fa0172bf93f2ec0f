// SPDX-License-Identifier: Apache-2.0
//
// The public API: start and stop, a profile in memory and in a file, and failures, which are returned as errors.
#include "profiler/profiler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "profiler/containers_std.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/pprof.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"

namespace bucketprof {
namespace {

using testing_support::TempDir;
using tests::totals;
using tests::Values;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

class ProfilerTest : public ::testing::Test {
 protected:
  void TearDown() override { stop(); }
};

TEST_F(ProfilerTest, StartsAndStops) {
  EXPECT_FALSE(running());
  start();
  EXPECT_TRUE(running());
  start({.interval = kSampled, .seed = 2});
  EXPECT_TRUE(running());
  EXPECT_EQ(snapshot().period, static_cast<std::int64_t>(kSampled));
  stop();
  EXPECT_FALSE(running());
  stop();
}

TEST_F(ProfilerTest, AFileHoldsWhatTheSnapshotHolds) {
  const TempDir directory;
  start();
  profiled::unordered_map<int, int> table{named("profiler_file")};
  for (int i = 0; i < 1000; ++i) table.emplace(i, i);
  const Values expected = totals(snapshot(At::kNow), "profiler_file");
  EXPECT_EQ(expected[model::kInuseObjects], 1001);
  const std::filesystem::path path = directory / "file.pb.gz";
  const Status written = write_profile(path, At::kNow);
  ASSERT_TRUE(written.ok()) << written.error();
  const Result<model::Profile> read = pprof::decode(content(path));
  ASSERT_TRUE(read.ok()) << read.error();
  const Status valid = model::validate_ours(read.value());
  EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  EXPECT_EQ(totals(read.value(), "profiler_file"), expected);
}

TEST_F(ProfilerTest, TheDefaultProfileSpeaksOfThePeak) {
  start();
  {
    profiled::unordered_map<int, int> table{named("profiler_peak")};
    table.reserve(200'000);  // a single bucket block, so the peak is at the end
    for (int i = 0; i < 200'000; ++i) table.emplace(i, i);
  }
  EXPECT_EQ(totals(snapshot(At::kNow), "profiler_peak")[model::kInuseObjects], 0);
  EXPECT_GT(totals(snapshot(), "profiler_peak")[model::kInuseObjects], 180'000);
}

TEST_F(ProfilerTest, AFailureIsOneLine) {
  const TempDir directory;
  start();
  for (const std::filesystem::path& path : {directory / "no/such/folder.pb.gz", directory.path(),
                                            std::filesystem::path(""), std::filesystem::path("/dev/full")}) {
    const Status written = write_profile(path);
    ASSERT_FALSE(written.ok()) << path;
    EXPECT_FALSE(written.error().empty());
    EXPECT_EQ(written.error().find('\n'), std::string::npos);
    EXPECT_NE(written.error().find(path.string()), std::string::npos);
  }
}

TEST_F(ProfilerTest, WithHardlyAnyMemoryTheProgramGoesOn) {
  start({.memory_limit = 0});
  profiled::unordered_map<int, int> table{named("profiler_no_memory")};
  for (int i = 0; i < 1000; ++i) table.emplace(i, i);
  EXPECT_EQ(table.size(), 1000U);
  const model::Profile profile = snapshot();
  const Status valid = model::validate_ours(profile);
  EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  start();
}

TEST_F(ProfilerTest, SnapshotsMayBeTakenByManyAtOnce) {
  start();
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&done] {
      while (!done) {
        profiled::unordered_map<int, int> table{named("profiler_threads")};
        for (int i = 0; i < 100; ++i) table.emplace(i, i);
      }
    });
    threads.emplace_back([] {
      for (int i = 0; i < 20; ++i) {
        const model::Profile profile = snapshot(i % 2 == 0 ? At::kPeak : At::kNow);
        const Status valid = model::validate_ours(profile);
        EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
      }
    });
  }
  threads[1].join();
  threads[3].join();
  done = true;
  threads[0].join();
  threads[2].join();
  EXPECT_EQ(totals(snapshot(At::kNow), "profiler_threads")[model::kInuseObjects], 0);
}

}  // namespace
}  // namespace bucketprof
