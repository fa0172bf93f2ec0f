// SPDX-License-Identifier: Apache-2.0
//
// What is read from the environment variables, and the names of the profiles that are written.
#include "profiler/environment.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bucketprof {
namespace {

std::map<std::string, std::string> variables;
const char* get(const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? nullptr : found->second.c_str();
}

struct Read {
  Environment environment;
  std::string complaints;
};
Read read(std::map<std::string, std::string> values) {
  variables = std::move(values);
  Read result;
  result.environment = read_environment(&get, result.complaints);
  return result;
}

TEST(Environment, WithoutAnOutputNothingIsAsked) {
  EXPECT_TRUE(read({}).environment.output.empty());
  const Read other = read({{"BUCKETPROF_INTERVAL", "nonsense"}, {"BUCKETPROF_OUTPUT", ""}});
  EXPECT_TRUE(other.environment.output.empty());
  EXPECT_EQ(other.complaints, "");
}

TEST(Environment, DefaultsAreExactAndThePeak) {
  const Read found = read({{"BUCKETPROF_OUTPUT", "x.pb.gz"}});
  EXPECT_EQ(found.environment.output, "x.pb.gz");
  EXPECT_EQ(found.environment.options.interval, kExact);
  EXPECT_EQ(found.environment.options.memory_limit, Options{}.memory_limit);
  EXPECT_EQ(found.environment.at, At::kPeak);
  EXPECT_EQ(found.environment.signal, 0);
  EXPECT_EQ(found.complaints, "");
}

TEST(Environment, ReadsEveryVariable) {
  const Read found = read({{"BUCKETPROF_OUTPUT", "x"},
                           {"BUCKETPROF_INTERVAL", "524288"},
                           {"BUCKETPROF_MEMORY_LIMIT", "1000000"},
                           {"BUCKETPROF_AUDIT_INTERVAL", "7"},
                           {"BUCKETPROF_SEED", "11"},
                           {"BUCKETPROF_EVERY", "60"},
                           {"BUCKETPROF_AT", "exit"},
                           {"BUCKETPROF_SIGNAL", "USR2"}});
  EXPECT_EQ(found.environment.options.interval, 524'288U);
  EXPECT_EQ(found.environment.options.memory_limit, 1'000'000U);
  EXPECT_EQ(found.environment.options.audit_interval, 7U);
  EXPECT_EQ(found.environment.options.seed, 11U);
  EXPECT_EQ(found.environment.every, 60U);
  EXPECT_EQ(found.environment.at, At::kNow);
  EXPECT_EQ(found.environment.signal, SIGUSR2);
  EXPECT_EQ(found.complaints, "");
  EXPECT_EQ(read({{"BUCKETPROF_OUTPUT", "x"}, {"BUCKETPROF_SIGNAL", "SIGHUP"}}).environment.signal, SIGHUP);
  EXPECT_EQ(read({{"BUCKETPROF_OUTPUT", "x"}, {"BUCKETPROF_SIGNAL", "12"}}).environment.signal, 12);
  EXPECT_EQ(read({{"BUCKETPROF_OUTPUT", "x"}, {"BUCKETPROF_AT", "peak"}}).environment.at, At::kPeak);
}

TEST(Environment, SaysWhatMakesNoSenseAndGoesOn) {
  const std::map<std::string, std::vector<std::string>> nonsense{
      {"BUCKETPROF_INTERVAL", {"0", "-1", "1k", " 1", "1 ", "x", "99999999999999999999", "1.5", "+1"}},
      {"BUCKETPROF_MEMORY_LIMIT", {"-1", "1M", "x", "99999999999999999999"}},
      {"BUCKETPROF_SEED", {"-1", "x", "1.5", "99999999999999999999"}},
      {"BUCKETPROF_AUDIT_INTERVAL", {"0", "-1", "x", "4294967296"}},
      {"BUCKETPROF_EVERY", {"0", "-1", "x", "1.5", "1000001", "4294967296"}},
      {"BUCKETPROF_AT", {"EXIT", "now", "peak "}},
      {"BUCKETPROF_SIGNAL", {"0", "-1", "65", "1000", "USR9", "SIG", "usr2", "99999999999"}},
  };
  for (const auto& [name, values] : nonsense) {
    for (const std::string& value : values) {
      const Read found = read({{"BUCKETPROF_OUTPUT", "x"}, {name, value}});
      EXPECT_TRUE(found.complaints.starts_with("bucketprof: " + name + "=" + value + ": ")) << found.complaints;
      EXPECT_EQ(std::count(found.complaints.begin(), found.complaints.end(), '\n'), 1);
      EXPECT_TRUE(found.complaints.ends_with("\n"));
      EXPECT_EQ(found.environment.output, "x");
      EXPECT_EQ(found.environment.options.interval, kExact);
      EXPECT_EQ(found.environment.options.memory_limit, Options{}.memory_limit);
      EXPECT_EQ(found.environment.options.audit_interval, Options{}.audit_interval);
      EXPECT_EQ(found.environment.at, At::kPeak);
      EXPECT_EQ(found.environment.signal, 0);
    }
  }
  const Read both = read({{"BUCKETPROF_OUTPUT", "x"}, {"BUCKETPROF_AT", "a"}, {"BUCKETPROF_INTERVAL", "b"}});
  EXPECT_EQ(std::count(both.complaints.begin(), both.complaints.end(), '\n'), 2);
}

TEST(OutputPath, FillsInTheProcess) {
  EXPECT_EQ(output_path("a.pb.gz", 7, false, 0), "a.pb.gz");
  EXPECT_EQ(output_path("a.%p.pb.gz", 7, false, 0), "a.7.pb.gz");
  EXPECT_EQ(output_path("%p/%p", 7, false, 0), "7/7");
  EXPECT_EQ(output_path("a%", 7, false, 0), "a%");
  EXPECT_EQ(output_path("a%q%p", 7, false, 0), "a%q7");
}

TEST(OutputPath, KeepsForksAndNumbersApart) {
  EXPECT_EQ(output_path("a.pb.gz", 7, true, 0), "a.7.pb.gz");
  EXPECT_EQ(output_path("a.%p.pb.gz", 7, true, 0), "a.7.pb.gz");
  EXPECT_EQ(output_path("a.pb.gz", 7, false, 3), "a.3.pb.gz");
  EXPECT_EQ(output_path("a.pb.gz", 7, true, 3), "a.7.3.pb.gz");
  EXPECT_EQ(output_path("a", 7, true, 3), "a.7.3");
  EXPECT_EQ(output_path(".pb.gz", 7, false, 1), ".1.pb.gz");
}

}  // namespace
}  // namespace bucketprof
