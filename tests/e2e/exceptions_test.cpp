// SPDX-License-Identifier: Apache-2.0
//
// The library loads libunwind, which also defines the _Unwind_* functions that C++ exceptions use; its versions are
// many times slower. However a program is linked, its exceptions must keep using libgcc_s and cost what they cost
// without bucketprof.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>
#include <string>

#include "tests/e2e/viewer.h"
#include "tests/support/process.h"
#include "tests/support/sanitized.h"

namespace bucketprof::e2e {
namespace {

using testing_support::Ended;
using testing_support::run;

std::string throwing(const std::string& form) { return BUCKETPROF_BINARY_DIR "/programs/throwing_" + form; }

class Bindings : public testing::TestWithParam<std::string> {};

struct Binding {
  std::string from;  // file names
  std::string to;
  std::string symbol;
};

/// The bindings of _Unwind_* symbols in a run with one throw, as the loader prints them.
std::vector<Binding> bindings_of(const std::string& form) {
  static const std::regex kLine(R"(.*binding file (\S+) \[\d+\] to (\S+) \[\d+\]: \S+ symbol `([^']+)'.*)");
  const Ended ended = run({.words = {throwing(form), "1"}, .settings = {"LD_DEBUG=bindings", "LD_BIND_NOW=1"}});
  EXPECT_EQ(ended.status, 0) << ended.err.substr(0, 2000);
  std::vector<Binding> bindings;
  for (const std::string& line : lines_of(ended.err)) {
    std::smatch match;
    if (line.find("_Unwind_") == std::string::npos || !std::regex_match(line, match, kLine)) continue;
    bindings.push_back(
        {std::filesystem::path(match[1].str()).filename(), std::filesystem::path(match[2].str()).filename(), match[3]});
  }
  return bindings;
}

TEST_P(Bindings, OfExceptionsStayWithLibgcc) {
  if (testing_support::kSanitized) GTEST_SKIP() << "sanitizers put themselves between";
  std::set<std::string> raise_from;
  for (const Binding& binding : bindings_of(GetParam())) {
    if (binding.from.starts_with("libunwind")) continue;  // libunwind's use of its own functions
    EXPECT_EQ(binding.to, "libgcc_s.so.1") << binding.from << " uses " << binding.symbol;
    if (binding.symbol == "_Unwind_RaiseException") raise_from.insert(binding.from);
  }
  const bool own = GetParam() == "static_runtime";  // whose functions are bound by the linker
  EXPECT_EQ(raise_from.count("throwing_static_runtime"), 0U);
  if (!own) {
    EXPECT_THAT(raise_from, testing::Contains("libstdc++.so.6"));
  }
}

/// Instructions that one throw takes. Valgrind counts the same in every run.
double instructions_of_a_throw(const std::string& form) {
  static const std::regex kCollected(R"(Collected : (\d+))");
  constexpr int kFew = 100;
  constexpr int kMany = 1100;
  std::int64_t counts[2] = {};
  for (const int throws : {kFew, kMany}) {
    const Ended ended = run({.words = {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", throwing(form),
                                       std::to_string(throws)}});
    EXPECT_EQ(ended.status, 0) << "valgrind must be installed (scripts/setup test) and must run the program\n"
                               << ended.err;
    EXPECT_EQ(ended.out, "50 " + std::to_string(throws * 5) + "\n");
    std::smatch match;
    if (!std::regex_search(ended.err, match, kCollected)) {
      ADD_FAILURE() << "no count: " << ended.err;
      return std::nan("");
    }
    counts[throws == kMany] = std::stoll(match[1]);
  }
  return static_cast<double>(counts[1] - counts[0]) / (kMany - kFew);
}

INSTANTIATE_TEST_SUITE_P(Every, Bindings, testing::Values("linked", "as_needed", "static_runtime", "shared"),
                         [](const auto& form) { return form.param; });

TEST(Exceptions, CostWhatTheyCostWithoutTheLibrary) {
  if (testing_support::kSanitized) GTEST_SKIP() << "valgrind cannot run sanitized programs";
  const double without = instructions_of_a_throw("plain");
  for (const char* form : {"linked", "shared"}) {
    const double with = instructions_of_a_throw(form);
    // With more objects in the process, finding the object of an address takes a few instructions more.
    EXPECT_NEAR(with / without, 1.0, 0.01) << form << ": " << with << " instructions, without the library " << without;
  }
}

}  // namespace
}  // namespace bucketprof::e2e
