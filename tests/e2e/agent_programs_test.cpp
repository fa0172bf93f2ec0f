// SPDX-License-Identifier: Apache-2.0
//
// Real programs under `bucketprof run`: output and exit status are those of a bare run, and there is a profile.
// Programs that are not installed are skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "profiler/model/validate.h"
#include "tests/support/agent.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::e2e {
namespace {

using namespace testing_support;

struct Real {
  const char* name;
  std::vector<std::string> words;  // @: the test's folder
  std::int64_t least_blocks;
};
void PrintTo(const Real& real, std::ostream* out) { *out << real.name; }

class AgentPrograms : public testing::TestWithParam<Real> {};

TEST_P(AgentPrograms, RunUnchanged) {
  if (kSanitized) GTEST_SKIP() << "the tool starts unsanitized programs with a preloaded allocator";
  const TempDir dir;
  std::vector<std::string> words = GetParam().words;
  for (std::string& word : words) {
    if (const std::size_t at = word.find('@'); at != std::string::npos) word.replace(at, 1, dir.path().string());
  }
  std::ofstream(dir / "a.cpp") << "#include <map>\n#include <string>\n"
                                  "int main() { std::map<int, std::string> m; m[1] = \"x\"; int unused; return 3; }\n";
  std::ofstream(dir / "script.cmake") << "foreach(i RANGE 2000)\n  list(APPEND all item${i})\nendforeach()\n"
                                         "list(LENGTH all n)\nmessage(\"${n}\")\nmessage(FATAL_ERROR \"the end\")\n";
  std::filesystem::create_directory(dir / "tmp");
  const std::vector<std::string> common{"PYTHONMALLOC=malloc", "TMPDIR=" + (dir / "tmp").string()};
  const auto run_in = [&](std::vector<std::string> command) {
    return run({.words = std::move(command), .settings = common, .directory = dir.path()});
  };
  const Ended bare = run_in(words);
  if (bare.status == 127) GTEST_SKIP() << words[0] << " is not installed";

  std::vector<std::string> profiled{BUCKETPROF_BINARY_DIR "/bucketprof", "run", "-o", (dir / "p.pb.gz").string(), "--"};
  profiled.insert(profiled.end(), words.begin(), words.end());
  const Ended ended = run_in(profiled);
  EXPECT_EQ(ended.status, bare.status);
  EXPECT_EQ(ended.out, bare.out);
  std::string err = ended.err;  // the tool's own lines come last
  if (const std::size_t ours = err.find("bucketprof: "); ours != std::string::npos) err.erase(ours);
  EXPECT_EQ(err, bare.err) << ended.err;
  EXPECT_TRUE(std::filesystem::is_empty(dir / "tmp"));

  const model::Profile profile = read_profile(dir / "p.pb.gz");
  const Status valid = model::validate_ours(profile);
  EXPECT_TRUE(valid.ok()) << (valid.ok() ? "" : valid.error());
  EXPECT_GE(all_values(profile)[model::kAllocObjects], GetParam().least_blocks) << ended.err;
  EXPECT_THAT(comment_of(profile, model::kCommentAgent), testing::HasSubstr("allocator=glibc-2."));
  EXPECT_THAT(comment_of(profile, model::kCommentLosses), testing::HasSubstr("stack_mismatches=0"));
}

INSTANTIATE_TEST_SUITE_P(
    Real, AgentPrograms,
    testing::Values(Real{"cmake", {"cmake", "-P", "script.cmake"}, 10'000},
                    Real{"clang", {"clang++-14", "-std=c++17", "-Wall", "-O1", "-c", "a.cpp", "-o", "@/a.o"}, 1000},
                    Real{"node",
                         {"node", "-e", "let m = {}; for (let i = 0; i < 1e4; ++i) m['k' + i] = i; console.log(m.k7)"},
                         1000},
                    Real{"python",
                         {"/usr/bin/python3", "-c", "d = {i: str(i) for i in range(10000)}; print(len(d)); exit(5)"},
                         20'000},
                    Real{"cppcheck", {"cppcheck", "--enable=all", "a.cpp"}, 10'000},
                    Real{"git", {"git", "-C", BUCKETPROF_TEST_DATA, "log", "-n", "20", "--stat"}, 100},
                    Real{"sort", {"sort", "a.cpp"}, 10}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace bucketprof::e2e
