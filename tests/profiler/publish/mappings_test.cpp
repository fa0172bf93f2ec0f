// SPDX-License-Identifier: Apache-2.0
//
// The executable segments, compared with /proc/self/maps, and the build ids, compared with the notes in the files.
#include "profiler/publish/mappings.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace bucketprof::publish {
namespace {

struct MapsLine {
  std::uint64_t start = 0;
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;
  std::string file;
};

std::vector<MapsLine> executable_maps() {
  std::ifstream maps("/proc/self/maps");
  std::vector<MapsLine> lines;
  for (std::string line; std::getline(maps, line);) {
    MapsLine found;
    char flags[5] = {};
    int used = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %4s %lx %*s %*s %n", &found.start, &found.limit, flags, &found.offset,
                    &used) < 4)
      continue;
    if (flags[2] != 'x') continue;
    found.file = line.substr(static_cast<std::size_t>(used));
    lines.push_back(found);
  }
  return lines;
}

TEST(Mappings, AreThoseOfTheKernel) {
  const std::vector<Segment> segments = executable_segments();
  ASSERT_FALSE(segments.empty());
  const std::vector<MapsLine> maps = executable_maps();
  ASSERT_FALSE(maps.empty());
  int compared = 0;
  for (const Segment& segment : segments) {
    EXPECT_LT(segment.start, segment.limit);
    const auto line =
        std::find_if(maps.begin(), maps.end(), [&](const MapsLine& m) { return m.start == segment.start; });
    ASSERT_NE(line, maps.end()) << segment.file;
    if (line->file.starts_with('[')) continue;  // [vdso] is in no file
    EXPECT_EQ(segment.limit, line->limit) << segment.file;
    EXPECT_EQ(segment.offset, line->offset) << segment.file;
    EXPECT_EQ(std::filesystem::weakly_canonical(segment.file), line->file);
    ++compared;
  }
  EXPECT_GE(compared, 2);              // this program and the C library
  for (const MapsLine& line : maps) {  // and none is missing
    if (line.file.empty() || line.file.starts_with('[')) continue;
    EXPECT_TRUE(std::any_of(segments.begin(), segments.end(), [&](const Segment& s) { return s.start == line.start; }))
        << line.file;
  }
}

TEST(Mappings, TheMainBinaryIsFirstTheOthersAreInOrder) {
  const std::vector<Segment> segments = executable_segments();
  const auto here = reinterpret_cast<std::uint64_t>(&executable_segments);
  EXPECT_LE(segments[0].start, here);
  EXPECT_GT(segments[0].limit, here);
  EXPECT_EQ(segments[0].file, std::filesystem::read_symlink("/proc/self/exe"));
  EXPECT_TRUE(std::is_sorted(segments.begin() + 1, segments.end(),
                             [](const Segment& a, const Segment& b) { return a.start < b.start; }));
}

TEST(Mappings, BuildIdsAreThoseOfTheFiles) {
  int found = 0;
  for (const Segment& segment : executable_segments()) {
    for (const char c : segment.build_id)
      EXPECT_NE(std::string_view("0123456789abcdef").find(c), std::string_view::npos);
    EXPECT_EQ(segment.build_id.size() % 2, 0U);
    if (segment.build_id.empty() || !std::filesystem::exists(segment.file)) continue;
    // In the file, the note has its type and name, then the bytes of the id.
    std::ifstream file(segment.file, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    std::string note("\3\0\0\0GNU\0", 8);
    for (std::size_t i = 0; i < segment.build_id.size(); i += 2) {
      note += static_cast<char>(std::stoi(segment.build_id.substr(i, 2), nullptr, 16));
    }
    EXPECT_NE(bytes.str().find(note), std::string::npos) << segment.file;
    ++found;
  }
  EXPECT_GE(found, 1);
}

TEST(Mappings, ShowWhatIsLoadedLater) {
  const std::size_t before = executable_segments().size();
  void* library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
  void* other = dlopen("libbz2.so.1.0", RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  ASSERT_NE(other, nullptr) << dlerror();
  EXPECT_GE(executable_segments().size(), before);
  const std::vector<Segment> now = executable_segments();
  EXPECT_TRUE(
      std::any_of(now.begin(), now.end(), [](const Segment& s) { return s.file.find("libbz2") != s.file.npos; }));
  dlclose(other);
  dlclose(library);
}

}  // namespace
}  // namespace bucketprof::publish
