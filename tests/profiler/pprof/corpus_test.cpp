// SPDX-License-Identifier: Apache-2.0
//
// The fuzzer's inputs and fixed mutations of them, through the fuzzer's own checks (tests/fuzz/read_fuzzer.cpp): what
// scripts/fuzz looks for, without libFuzzer and the same in every run. A check that fails ends the process.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "profiler/base/file.h"
#include "tests/fuzz/read_fuzzer.h"

namespace bucketprof::pprof {
namespace {

std::vector<std::string> seeds() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(BUCKETPROF_TEST_DATA "/fuzz/corpus")) {
    const auto bytes = read_file(entry.path(), std::uint64_t{1} << 20);
    EXPECT_TRUE(bytes.ok()) << entry.path();
    if (bytes.ok()) found.push_back(*bytes);
  }
  return found;
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

TEST(Corpus, EveryInputGivesAProfileOrALine) {
  const std::vector<std::string> inputs = seeds();
  EXPECT_GE(inputs.size(), 4U);
  for (const std::string& input : inputs) run(input);
}

TEST(Corpus, SoDoMutationsOfThem) {
  std::mt19937 random(1);
  const auto below = [&random](std::size_t end) { return static_cast<std::size_t>(random() % end); };
  for (const std::string& seed : seeds()) {
    for (int i = 0; i < 500; ++i) {
      std::string input = seed;
      for (std::size_t changes = 1 + below(4); changes > 0 && !input.empty(); --changes) {
        const std::size_t at = below(input.size());
        switch (below(4)) {
          case 0:
            input[at] = static_cast<char>(random());
            break;
          case 1:
            input.erase(at, 1 + below(16));
            break;
          case 2:
            input.insert(at, input.substr(below(input.size()), 1 + below(32)));
            break;
          default:
            input.insert(at, std::string(1 + below(9), '\xff'));  // a varint that does not end
        }
      }
      run(input);
    }
  }
}

}  // namespace
}  // namespace bucketprof::pprof
