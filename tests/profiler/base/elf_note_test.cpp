// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/elf_note.h"

#include <gtest/gtest.h>

#include <string>

namespace bucketprof {
namespace {

void append(std::string& bytes, std::uint32_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}
std::string note(const std::string& name, std::uint32_t type, const std::string& description) {
  std::string bytes;
  append(bytes, static_cast<std::uint32_t>(name.size()));
  append(bytes, static_cast<std::uint32_t>(description.size()));
  append(bytes, type);
  for (const std::string& part : {name, description}) {
    bytes += part;
    bytes.resize((bytes.size() + 3) / 4 * 4);
  }
  return bytes;
}
const std::string kName("bucketprof\0", 11);

TEST(ElfNote, IsFoundAmongOthers) {
  const std::string ours = note(kName, 1, "1234");
  const std::string build_id = note(std::string("GNU\0", 4), 3, std::string(20, 'x'));
  EXPECT_EQ("1234", our_note(ours));
  EXPECT_EQ("1234", our_note(build_id + ours));
  EXPECT_EQ("1234", our_note(note("x", 1, "yz") + ours + build_id));
  EXPECT_FALSE(our_note(""));
  EXPECT_FALSE(our_note(build_id));
  EXPECT_FALSE(our_note(note(kName, 2, "1234"))) << "another version";
  EXPECT_FALSE(our_note(note(std::string("bucketproof\0", 12), 1, "1234")));
}

TEST(ElfNote, DamagedNotesAreNone) {
  const std::string notes = note("x", 1, "yz") + note(kName, 1, "1234");
  for (std::size_t size = 0; size < notes.size() - 6; ++size) (void)our_note(notes.substr(0, size));
  std::string huge;
  for (int i = 0; i < 3; ++i) append(huge, 0xffffffff);
  EXPECT_FALSE(our_note(huge + notes));
}

}  // namespace
}  // namespace bucketprof
