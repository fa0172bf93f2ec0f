// SPDX-License-Identifier: Apache-2.0
//
// The legacy reader: exact and sampled files, a real one that gperftools writes during the test, and damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "profiler/base/file.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/legacy.h"
#include "tests/support/canonical.h"
#include "tests/support/process.h"
#include "tests/support/random_profile.h"
#include "tests/support/sanitized.h"
#include "tests/support/temp_dir.h"
#include "tests/support/viewers.h"

namespace bucketprof::pprof {
namespace {

using testing::ElementsAre;
using testing_support::totals;

constexpr std::string_view kExact =
    "heap profile:      5:    40000 [    10:    55000] @ heapprofile\n"
    "     5:    40000 [     9:    54000] @ 0x1010 0x9000\n"
    "     0:        0 [     1:     1000] @ 0x2000 0x9000 0x77\n"
    "\n"
    "MAPPED_LIBRARIES:\n"
    "00008000-00009000 r-xp 00026000 00:00 332835      /usr/lib/libc.so.6\n"
    "00001000-00002000 r-xp 00001000 00:00 10952796    /tmp/my program\n"
    "00002000-00003000 r--p 00002000 00:00 10952796    /tmp/my program\n"
    "build=/somewhere\n";

TEST(LegacyDecode, ExactFile) {
  const auto p = decode_legacy(kExact);
  ASSERT_TRUE(p) << p.error();
  const Status status = model::validate(*p);
  EXPECT_TRUE(status) << status.error();
  ASSERT_EQ(p->sample_types.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(p->str(p->sample_types[i].type), model::kSampleTypes[i].type);
  EXPECT_EQ(p->period, 1);
  EXPECT_EQ(p->str(p->default_sample_type), "inuse_space");
  ASSERT_EQ(p->samples.size(), 2u);
  EXPECT_THAT(p->values(0), ElementsAre(9, 54000, 5, 40000));
  EXPECT_THAT(p->values(1), ElementsAre(1, 1000, 0, 0));

  ASSERT_EQ(p->mappings.size(), 2u) << "executable lines only";
  EXPECT_EQ(p->str(p->mappings[0].file), "/tmp/my program") << "the main binary is first";
  EXPECT_EQ(p->mappings[0].offset, 0x1000u);
  const auto location = [&](std::size_t sample, std::size_t frame) { return p->locations[p->stack(sample)[frame]]; };
  EXPECT_EQ(location(0, 0).address, 0x100fu);
  EXPECT_EQ(location(0, 0).mapping, 0u);
  EXPECT_EQ(location(0, 1).address, 0x8fffu);
  EXPECT_EQ(location(0, 1).mapping, 1u);
  EXPECT_EQ(location(1, 0).mapping, 0u) << "0x1fff is the last byte";
  EXPECT_EQ(location(1, 2).mapping, model::kNone);
}

TEST(LegacyDecode, WindowsLineEndsAndMemoryMapHeading) {
  std::string text(kExact);
  text.replace(text.find("MAPPED_LIBRARIES:"), 17, "--- Memory map: ---");
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  const auto p = decode_legacy(crlf);
  ASSERT_TRUE(p) << p.error();
  EXPECT_EQ(testing_support::canonical_samples(*p), testing_support::canonical_samples(*decode_legacy(kExact)));
}

// One block of 512 KiB, sampled at a mean interval of 512 KiB, stands for 1 / (1 - 1/e) = 1.58 blocks; bytes likewise.
TEST(LegacyDecode, SampledFileIsUnsampledLineByLine) {
  const auto p = decode_legacy(
      "heap profile:  3:  1572864 [ 6:  3145728] @ heap_v2/524288\n"
      " 1: 524288 [2: 1048576] @ 0x1000\n"
      " 2: 1048576 [4: 2097152] @ 0x2000\n"
      " 0: 0 [1000: 8000] @ 0x3000\n");
  ASSERT_TRUE(p) << p.error();
  EXPECT_EQ(p->period, 524288);
  EXPECT_THAT(p->values(0), ElementsAre(3, 1658822, 1, 829411));
  EXPECT_THAT(p->values(1), ElementsAre(6, 3317645, 3, 1658822));
  EXPECT_THAT(p->values(2), ElementsAre(65536500, 524292000, 0, 0));
}

TEST(LegacyDecode, GoPprofUnsamplesTheSame) {
  const testing_support::TempDir dir;
  const std::string text =
      "heap profile:  3:  1572864 [ 6:  3145728] @ heap_v2/524288\n"
      " 1: 524288 [2: 1048577] @ 0x1000 0x2000\n"
      " 7: 1234567 [70: 2097152] @ 0x2000\n"
      " 0: 0 [1000: 8000] @ 0x3000\n";
  ASSERT_TRUE(write_file(dir / "v2.heap", text));
  const std::string raw = testing_support::go_pprof({"-raw", (dir / "v2.heap").string()}, dir.path());
  const auto p = decode_legacy(text);
  ASSERT_TRUE(p) << p.error();
  for (std::size_t i = 0; i < p->samples.size(); ++i) {
    const auto v = p->values(i);
    char line[200];
    std::snprintf(line, sizeof line, "%11lld %10lld %10lld %10lld:", static_cast<long long>(v[0]),
                  static_cast<long long>(v[1]), static_cast<long long>(v[2]), static_cast<long long>(v[3]));
    EXPECT_THAT(raw, testing::HasSubstr(line));
  }
}

TEST(LegacyDecode, WriterIsItsInverse) {
  for (std::uint64_t seed = 0; seed < testing_support::rounds(500); ++seed) {
    const model::Profile ours = testing_support::random_profile(seed, {20, 12, 6, false});
    const auto text = encode_legacy(ours);
    ASSERT_TRUE(text) << text.error();
    const auto p = decode_legacy(*text);
    ASSERT_TRUE(p) << p.error();
    auto expected = totals(ours);
    expected.resize(4);
    EXPECT_EQ(totals(*p), expected);
    const auto again = encode_legacy(*p);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(*again, *text);
  }
}

// A file that gperftools writes for a program whose allocations are known.
TEST(LegacyDecode, RealGperftoolsFile) {
  const testing_support::TempDir dir;
  ASSERT_TRUE(write_file(dir / "p.cpp",
                         "#include <cstdlib>\n"
                         "void* volatile sink;\n"
                         "int main() {\n"
                         "  void* blocks[40];\n"
                         "  for (int i = 0; i < 40; ++i) sink = blocks[i] = std::malloc(100000 + 1000 * i);\n"
                         "  for (int i = 0; i < 15; ++i) std::free(blocks[i]);\n"
                         "}\n"));
  const std::string program = dir / "program";
  const auto built = testing_support::run({.words = {"g++", "-O1", (dir / "p.cpp").string(), "-o", program}});
  ASSERT_EQ(built.status, 0) << built.err;
  const auto ran = testing_support::run(
      {.words = {program},
       .settings = {"LD_PRELOAD=libtcmalloc.so", "HEAPPROFILE=" + (dir / "heap").string(), "ASAN_OPTIONS="}});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto bytes = read_file(dir / "heap.0001.heap");
  ASSERT_TRUE(bytes) << "the package google-perftools with libtcmalloc.so must be installed: " << bytes.error()
                     << ran.err;
  const auto p = decode_legacy(*bytes);
  ASSERT_TRUE(p) << p.error();
  const Status status = model::validate(*p);
  EXPECT_TRUE(status) << status.error();

  std::int64_t allocated = 0;
  std::int64_t freed = 0;
  for (int i = 0; i < 40; ++i) (i < 15 ? freed : allocated) += 100000 + 1000 * i;
  bool found = false;
  for (std::size_t i = 0; i < p->samples.size(); ++i) {
    const model::Location& leaf = p->locations[p->stack(i)[0]];
    if (leaf.mapping == model::kNone || p->str(p->mappings[leaf.mapping].file) != program) continue;
    found = true;
    EXPECT_THAT(p->values(i), ElementsAre(40, allocated + freed, 25, allocated));
    EXPECT_EQ(leaf.mapping, 0u) << "the main binary is mapping 1";
  }
  EXPECT_TRUE(found) << *bytes;
  std::int64_t header[4];
  ASSERT_EQ(
      std::sscanf(bytes->c_str(), "heap profile: %ld: %ld [ %ld: %ld]", &header[2], &header[3], &header[0], &header[1]),
      4);
  EXPECT_THAT(totals(*p), testing::ElementsAreArray(header));
}

TEST(LegacyDecode, EachKindOfDamageHasItsLine) {
  const std::string good = "heap profile: 1: 8 [ 1: 8] @ heapprofile\n";
  const auto error = [](const std::string& text) {
    const auto p = decode_legacy(text);
    return p ? "no error" : p.error();
  };
  EXPECT_EQ(error("heap profile: x"),
            "line 1: not of the form 'heap profile: objects: bytes [objects: bytes] @ heapprofile'");
  EXPECT_EQ(error("heap profile: 1: 8 [ 1: 8] @ growthz\n"),
            "line 1: the kind of heap profile 'growthz' is not known: heapprofile and heap_v2/N are");
  EXPECT_EQ(error("heap profile: 1: 8 [ 1: 8] @ heap_v2/0\n"),
            "line 1: the kind of heap profile 'heap_v2/0' is not known: heapprofile and heap_v2/N are");
  EXPECT_EQ(error(good + "1: 8 [1: 8"), "line 2: not of the form 'objects: bytes [objects: bytes] @ addresses'");
  EXPECT_EQ(error(good + "\n1: 8 [99999999999999999999: 8] @ 0x1"),
            "line 3: not of the form 'objects: bytes [objects: bytes] @ addresses'");
  EXPECT_EQ(error(good + "-1: 8 [1: 8] @ 0x1"), "line 2: a count is negative");
  EXPECT_EQ(error(good + "0: 8 [1: 8] @ 0x1"), "line 2: bytes without objects");
  EXPECT_EQ(error(good + "1: 8 [1: 8] @ 0x1 main"), "line 2: 'main' is not an address");
  EXPECT_EQ(error("heap profile: 1: 8 [ 1: 8] @ heap_v2/9000000000000000000\n0: 0 [9000000000000000000: 1] @ 0x1"),
            "line 2: a count is too large");
}

TEST(LegacyDecode, CutAnywhereOrFlipped) {
  const std::string whole(kExact);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto p = decode_legacy(std::string_view(whole).substr(0, n));
    if (p) {
      EXPECT_TRUE(model::validate(*p));
    }
  }
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    const auto p = decode_legacy(bytes);
    if (!p) {
      EXPECT_EQ(p.error().find('\n'), std::string::npos) << p.error();
    }
  }
}

}  // namespace
}  // namespace bucketprof::pprof
