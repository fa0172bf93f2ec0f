// SPDX-License-Identifier: Apache-2.0
//
// Google Benchmark: adds what hash tables allocate to the report of each benchmark. The whole of main is:
//
//   #include "profiler/testing/benchmark.h"
//
//   int main(int argc, char** argv) { return bucketprof::testing::run_benchmarks(argc, argv); }
//
// The library runs each benchmark once more, for at most 16 iterations, to measure memory. Only that run is recorded,
// exactly and for all threads; timed runs are not affected. The numbers fill the library's memory fields, which the
// JSON report shows, and three counters that every report shows: slack_per_iter (bytes that never held an entry),
// rehashes_per_iter and tables_per_iter. If the numbers are not reliable (scope.h), they are left out and the
// benchmark's label has the reason. Benchmarks run one at a time: not for use from several threads. Header only.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/testing/scope.h"
#include "profiler/testing/used.h"

namespace bucketprof::testing {

/// Measures hash tables for the library: benchmark::RegisterMemoryManager(&manager).
class MemoryManager : public benchmark::MemoryManager {
 public:
  /// A run whose memory was measured.
  struct Measured {
    const Result* reported = nullptr;  // the library's copy, which identifies the run; may be dangling
    Result result;
    std::int64_t slack = 0;
    std::int64_t rehashes = 0;
    std::int64_t tables = 0;
    std::string fault;

    [[nodiscard]] bool same_as(const Measured& other) const {
      return result.num_allocs == other.result.num_allocs && result.max_bytes_used == other.result.max_bytes_used &&
             result.total_allocated_bytes == other.result.total_allocated_bytes &&
             result.net_heap_growth == other.result.net_heap_growth && slack == other.slack &&
             rehashes == other.rehashes && tables == other.tables && fault == other.fault;
    }
  };

  void Start() override { scope_.emplace(Of::kProcess); }

  // A version of the library declares one or both of these. NOLINTBEGIN(modernize-use-override)
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#endif
  virtual void Stop(Result& result) {
    const Used used = scope_->used();
    scope_.reset();
    result.num_allocs = used.allocated_objects();
    result.max_bytes_used = used.peak_bytes().value_or(0);
    result.total_allocated_bytes = used.allocated_bytes();
    result.net_heap_growth = used.inuse_bytes();
    measured_.push_back({.reported = &result,
                         .result = result,
                         .slack = used.slack_bytes(),
                         .rehashes = used.rehashes(),
                         .tables = used.tables(),
                         .fault = used.fault()});
  }
  virtual void Stop(Result* result) { Stop(*result); }
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
  // NOLINTEND(modernize-use-override)

  /// All runs so far.
  [[nodiscard]] const std::deque<Measured>& measured() const { return measured_; }

 private:
  std::optional<Scope> scope_;
  std::deque<Measured> measured_;  // a deque, because reporters keep addresses of elements
};

/// A reporter that adds our counters and passes the report to another reporter.
class Reporter : public benchmark::BenchmarkReporter {
 public:
  Reporter(const MemoryManager& manager, benchmark::BenchmarkReporter& inner) : manager_(&manager), inner_(&inner) {}

  bool ReportContext(const Context& context) override {
    inner_->SetOutputStream(&GetOutputStream());
    inner_->SetErrorStream(&GetErrorStream());
    return inner_->ReportContext(context);
  }
  void ReportRuns(const std::vector<Run>& report) override {
    std::vector<Run> runs = report;
    std::vector<Run*> with_memory;
    for (Run& run : runs) {
      if (run.memory_result != nullptr) with_memory.push_back(&run);
    }
    const auto& measured = manager_->measured();
    const bool are_latest = latest(with_memory);
    for (std::size_t i = 0; i < with_memory.size(); ++i) {
      const MemoryManager::Measured* const its =
          are_latest ? &measured[measured.size() - with_memory.size() + i] : only_one_at(with_memory[i]->memory_result);
      if (its != nullptr) {
        add(*its, *with_memory[i]);
      } else {
        refuse("the library has stored the results of other runs in its place", *with_memory[i]);
      }
    }
    inner_->ReportRuns(runs);
  }
  void Finalize() override { inner_->Finalize(); }

 private:
  /// Whether these are the runs measured last, in order. A report identifies a run only by the address of its numbers,
  /// which later repetitions may reuse. Runs are reported as soon as they are measured, unless repetitions of several
  /// benchmarks are interleaved.
  [[nodiscard]] bool latest(const std::vector<Run*>& runs) const {
    const auto& measured = manager_->measured();
    if (runs.size() > measured.size()) return false;
    return std::equal(runs.begin(), runs.end(), measured.end() - static_cast<std::ptrdiff_t>(runs.size()),
                      [](const Run* run, const auto& its) { return run->memory_result == its.reported; });
  }
  /// The run measured at this address, if all runs measured there have the same numbers; otherwise nullptr.
  [[nodiscard]] const MemoryManager::Measured* only_one_at(const MemoryManager::Result* place) const {
    const MemoryManager::Measured* found = nullptr;
    for (const MemoryManager::Measured& measured : manager_->measured()) {
      if (measured.reported != place) continue;
      if (found != nullptr && !found->same_as(measured)) return nullptr;
      found = &measured;
    }
    return found;
  }

  static void refuse(const std::string& why, Run& run) {
    run.memory_result = nullptr;
    run.report_label += (run.report_label.empty() ? "" : "; ") + ("memory is not known: " + why);
  }
  static void add(const MemoryManager::Measured& measured, Run& run) {
    if (!measured.fault.empty()) return refuse(measured.fault, run);
    run.memory_result = &measured.result;
    // The library gives the number of iterations only indirectly, by this quotient.
    const double iterations = run.allocs_per_iter > 0
                                  ? static_cast<double>(measured.result.num_allocs) / run.allocs_per_iter
                                  : 1;  // nothing was allocated
    const auto per_iteration = [iterations](std::int64_t n) {
      return benchmark::Counter(static_cast<double>(n) / iterations);
    };
    run.counters["slack_per_iter"] = per_iteration(measured.slack);
    run.counters["rehashes_per_iter"] = per_iteration(measured.rehashes);
    run.counters["tables_per_iter"] = per_iteration(measured.tables);
  }

  const MemoryManager* manager_;
  benchmark::BenchmarkReporter* inner_;
};

namespace detail {

/// The value of --name=value, otherwise of the environment variable, as the library reads them; "" if neither is set.
inline std::string option(int argc, char** argv, std::string_view name, const char* variable) {
  const char* const set = std::getenv(variable);
  std::string value = set == nullptr ? "" : set;
  const std::string start = "--" + std::string(name) + "=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(start)) value = argument.substr(start.size());
  }
  return value;
}

/// The reporter that the library would create for a file. It does not create one when it is passed a file reporter.
inline std::unique_ptr<benchmark::BenchmarkReporter> file_reporter(const std::string& format) {
  if (format == "console") return std::make_unique<benchmark::ConsoleReporter>(benchmark::ConsoleReporter::OO_None);
  return std::make_unique<benchmark::JSONReporter>();
}

}  // namespace detail

/// Runs the registered benchmarks as BENCHMARK_MAIN() does, and measures hash tables. Returns the exit code for main.
/// With --benchmark_out_format=csv the file does not have our counters.
inline int run_benchmarks(int argc, char** argv) {
  const std::string out = detail::option(argc, argv, "benchmark_out", "BENCHMARK_OUT");
  const std::string format = detail::option(argc, argv, "benchmark_out_format", "BENCHMARK_OUT_FORMAT");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;

  MemoryManager manager;
  benchmark::RegisterMemoryManager(&manager);
  // Versions of the library differ in who owns it, so it is never freed.
  static benchmark::BenchmarkReporter* const kUsual = benchmark::CreateDefaultDisplayReporter();
  Reporter display(manager, *kUsual);
  const std::unique_ptr<benchmark::BenchmarkReporter> usual_file = detail::file_reporter(format);
  std::optional<Reporter> file;
  if (!out.empty() && format != "csv") file.emplace(manager, *usual_file);
  benchmark::RunSpecifiedBenchmarks(&display, file.has_value() ? &*file : nullptr);
  benchmark::RegisterMemoryManager(nullptr);
  benchmark::Shutdown();
  return 0;
}

}  // namespace bucketprof::testing
