// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/shop.h"

#include <gtest/gtest.h>

#include <fstream>

#include "profiler/base/file.h"

namespace bucketprof::e2e {
namespace {

std::string program(const std::string& variant) { return BUCKETPROF_BINARY_DIR "/programs/shop_" + variant; }

}  // namespace

bool is_built(const std::string& variant) { return std::filesystem::exists(program(variant)); }

Shop::Shop() { file("policy.toml", no_growth()); }

std::string Shop::profile(const std::string& variant, std::vector<std::string> settings, std::string name) {
  const std::string to = path((name.empty() ? variant : name) + ".pb.gz");
  // Of two values for one variable the first counts, so the caller's settings win.
  settings.insert(settings.end(), {"BUCKETPROF_OUTPUT=" + to, "BUCKETPROF_AT=exit", "BUCKETPROF_HASH_SEED=1"});
  const testing_support::Ended ended = testing_support::run({.words = {program(variant)}, .settings = settings});
  EXPECT_EQ(ended.status, 0) << ended.err;
  return to;
}

std::string Shop::baseline(const std::string& profile) {
  const std::string to = profile + ".json";
  const auto ended = check(profile, path("policy.toml"), to, {"--update-baseline"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  return to;
}

std::string Shop::file(const std::string& name, const std::string& bytes) {
  std::ofstream(path(name), std::ios::binary) << bytes;
  return path(name);
}

testing_support::Ended Shop::check(const std::string& file, const std::string& policy, const std::string& baseline,
                                   std::vector<std::string> more) const {
  more.insert(more.begin(), {"check", file, "--policy", policy, "--baseline", baseline});
  return bucketprof(more);
}

std::map<std::string, std::string> Shop::files() const {
  std::map<std::string, std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = read_file(entry.path());
    EXPECT_TRUE(bytes.ok());
    if (bytes.ok()) found[entry.path().lexically_relative(dir_.path())] = *bytes;
  }
  return found;
}

testing_support::Ended bucketprof(std::vector<std::string> words) {
  words.insert(words.begin(), BUCKETPROF_BINARY_DIR "/bucketprof");
  return testing_support::run({.words = words, .directory = std::filesystem::path(BUCKETPROF_TEST_DATA).parent_path()});
}

std::string no_growth(const std::vector<std::string>& metrics) {
  std::string policy = "confidence = 0.9999\n";  // for sampled profiles: a test must not fail by chance
  for (const char* const scope : {"total", "table", "site"}) {
    policy += std::string("[") + scope + "]\n";
    for (const std::string& metric : metrics) policy += metric + " = { growth = 0 }\n";
  }
  return policy;
}

std::string no_growth() {
  return no_growth({"alloc_space", "alloc_objects", "inuse_space", "inuse_objects", "alloc_slack", "inuse_slack",
                    "rehashes"}) +
         "[finding]\navoidable = { growth = 0 }\nfindings = { growth = 0 }\n";
}

}  // namespace bucketprof::e2e
