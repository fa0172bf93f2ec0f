// SPDX-License-Identifier: Apache-2.0
//
// Memory in the reports of benchmarks: the benchmark library's own fields and our counters, on the console and in a
// file. Timed runs are not recorded.
#include "profiler/testing/benchmark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "profiler/alloc/record.h"
#include "profiler/containers_map.h"
#include "profiler/profiler.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::testing {
namespace {

using ::testing::HasSubstr;

constexpr int kBucket = 80;
bool recorded_at_all = false;
bool timed_run_recorded = false;
bool filter_open = false;

// Inserts 9 entries: allocates a first bucket, then an array of two, which is one rehash.
void grow(benchmark::State& state) {
  if (state.max_iterations > 16 && running()) timed_run_recorded = true;
  recorded_at_all = recorded_at_all || running();
  for (auto _ : state) {
    profiled::Map<int, int> map{named("grown")};
    for (int i = 0; i < 9; ++i) map[i] = i;
  }
  filter_open = filter_open || alloc::filter_place(&state).load() == alloc::kOpenFilter;
}
void nothing(benchmark::State& state) {
  int n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(++n);
}
void keep(benchmark::State& state) {
  std::vector<profiled::Map<int, int>> maps(static_cast<std::size_t>(state.max_iterations));
  std::size_t n = 0;
  for (auto _ : state) maps[n++].reserve(static_cast<std::size_t>(state.range(0)));
}

nlohmann::json run(std::vector<std::string> arguments, const std::string& file, std::string* shown = nullptr) {
  arguments.insert(arguments.begin(), "program");
  arguments.push_back("--benchmark_out=" + file);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(run_benchmarks(static_cast<int>(arguments.size()), words.data()), 0);
  const std::string out = ::testing::internal::GetCapturedStdout();
  if (shown != nullptr) *shown = out;
  std::ifstream stream(file);
  return nlohmann::json::parse(stream, nullptr, false);
}

struct BenchmarkTest : ::testing::Test {
  static void SetUpTestSuite() {
    benchmark::RegisterBenchmark("grow", grow)->Iterations(1000);
    benchmark::RegisterBenchmark("nothing", nothing)->Iterations(1000);
    benchmark::RegisterBenchmark("keep", keep)->Iterations(100)->Arg(100)->Arg(1000)->Repetitions(3);
  }
  BenchmarkTest() { stop(); }
  ~BenchmarkTest() override { stop(); }
  testing_support::TempDir directory;
  std::string file = directory / "out.json";
};

TEST_F(BenchmarkTest, FillsTheFieldsOfTheLibraryAndAddsItsOwn) {
  const nlohmann::json report = run({"--benchmark_filter=grow|nothing"}, file);
  ASSERT_FALSE(report.is_discarded());
  ASSERT_EQ(report["benchmarks"].size(), 2U);
  const nlohmann::json& grown = report["benchmarks"][0];
  EXPECT_EQ(grown["name"], "grow/iterations:1000");
  EXPECT_EQ(grown["allocs_per_iter"], 2);
  EXPECT_EQ(grown["max_bytes_used"], 3 * kBucket);
  EXPECT_EQ(grown["total_allocated_bytes"], 16 * 3 * kBucket);
  EXPECT_EQ(grown["net_heap_growth"], 0);
  EXPECT_EQ(grown["rehashes_per_iter"], 1);
  EXPECT_EQ(grown["tables_per_iter"], 1);
  EXPECT_EQ(grown["slack_per_iter"], (kBucket - 8 * 8) + (2 * kBucket - 9 * 8));
  const nlohmann::json& none = report["benchmarks"][1];
  EXPECT_EQ(none["allocs_per_iter"], 0);
  EXPECT_EQ(none["slack_per_iter"], 0);
  EXPECT_TRUE(recorded_at_all);
  EXPECT_FALSE(timed_run_recorded);
  EXPECT_FALSE(filter_open) << "timed runs would look up each block that they free";
  EXPECT_FALSE(running());
}

TEST_F(BenchmarkTest, ShowsItsCountersOnTheScreen) {
  std::string shown;
  run({"--benchmark_filter=grow"}, file, &shown);
  EXPECT_THAT(shown, HasSubstr("rehashes_per_iter=1"));
  EXPECT_THAT(shown, HasSubstr("slack_per_iter=104"));
  EXPECT_THAT(shown, HasSubstr("tables_per_iter=1"));
}

TEST_F(BenchmarkTest, GivesEachRepetitionItsOwn) {
  for (const char* order : {"false", "true"}) {
    const nlohmann::json report =
        run({"--benchmark_filter=keep", std::string("--benchmark_enable_random_interleaving=") + order}, file);
    ASSERT_FALSE(report.is_discarded());
    int seen = 0;
    for (const nlohmann::json& one : report["benchmarks"]) {
      if (one["run_type"] != "iteration") continue;
      ++seen;
      if (!one.contains("slack_per_iter")) {  // interleaved: the library does not always identify the run
        EXPECT_STREQ(order, "true");
        EXPECT_THAT(std::string(one["label"]),
                    HasSubstr("memory is not known: the library has stored the results of other runs"));
        EXPECT_FALSE(one.contains("max_bytes_used"));
        continue;
      }
      const bool large = std::string(one["name"]).find("/1000/") != std::string::npos;
      EXPECT_EQ(one["slack_per_iter"], one["total_allocated_bytes"].get<int>() / 16);
      EXPECT_EQ(one["max_bytes_used"], one["total_allocated_bytes"]);
      EXPECT_EQ(one["total_allocated_bytes"].get<int>() > 16 * 1000 * 8, large) << one;
    }
    EXPECT_EQ(seen, 6);
  }
}

TEST_F(BenchmarkTest, SaysWhyThereAreNoNumbers) {
  start({.interval = kSampled});
  const FaultHandler usual = set_fault_handler(nullptr);  // gtest.h, in other sources, sets one
  std::string shown;
  const nlohmann::json report = run({"--benchmark_filter=grow"}, file, &shown);
  ASSERT_FALSE(report.is_discarded());
  EXPECT_FALSE(report["benchmarks"][0].contains("max_bytes_used"));
  EXPECT_FALSE(report["benchmarks"][0].contains("slack_per_iter"));
  EXPECT_THAT(std::string(report["benchmarks"][0]["label"]), HasSubstr("memory is not known: recording is sampled:"));
  EXPECT_THAT(shown, HasSubstr("memory is not known"));
  set_fault_handler(usual);
}

TEST_F(BenchmarkTest, KnowsTheOtherFormatsOfFiles) {
  run({"--benchmark_filter=grow", "--benchmark_out_format=console"}, file);
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("rehashes_per_iter=1"));
  std::filesystem::remove(file);
  run({"--benchmark_filter=grow", "--benchmark_out_format=csv"}, file);
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(BenchmarkTest, RefusesWhatTheLibraryDoesNotKnow) {
  std::string program = "program";
  std::string unknown = "--unknown";
  std::vector<char*> words{program.data(), unknown.data(), nullptr};
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(run_benchmarks(2, words.data()), 1);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("unrecognized command-line flag: --unknown"));
}

}  // namespace
}  // namespace bucketprof::testing
