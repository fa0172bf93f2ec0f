// SPDX-License-Identifier: Apache-2.0
//
// Rules read from frame description entries (FDEs): compared with libunwind's, function by function, in all code that
// this program has loaded; for each instruction; and for bytes that are no valid FDE.
#include "profiler/stack/call_frame.h"

#include <gtest/gtest.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "profiler/stack/loaded_object.h"
#include "profiler/stack/probe.h"

namespace bucketprof::stack {
namespace {

constexpr Rule kUnusual{};

/// An address in the code of each loaded object.
std::vector<Address> loaded_code() {
  std::vector<Address> code;
  const auto visit = [](dl_phdr_info* info, std::size_t, void* data) {
    for (const ElfW(Phdr) & segment : std::span(info->dlpi_phdr, info->dlpi_phnum)) {
      if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
      static_cast<std::vector<Address>*>(data)->push_back(info->dlpi_addr + segment.p_vaddr);
      break;
    }
    return 0;
  };
  dl_iterate_phdr(visit, &code);
  return code;
}

TEST(CallFrame, SaysWhatLibunwindSays) {
  ASSERT_TRUE(prepare_probing());
  const bool all = std::getenv("BUCKETPROF_LONG") != nullptr;
  std::mt19937_64 random(1);
  int objects = 0;
  std::uint64_t usual = 0;
  std::uint64_t unusual = 0;
  for (const Address code : loaded_code()) {
    LoadedObject object;
    if (!object.find(code)) continue;
    ++objects;
    const auto entries = object.entries();
    const std::size_t stride = all ? 1 : 1 + entries.size() / 2000;
    for (std::size_t i = 0; i + 1 < entries.size(); i += stride) {
      const Address begin = object.search_table() + static_cast<Address>(std::int64_t{entries[i].code});
      const auto size = static_cast<std::uint64_t>(entries[i + 1].code - entries[i].code);
      const Address description = object.description_of(entries[i]);
      if (size == 0) continue;
      for (int times = 0; times < (all ? 8 : 2); ++times) {
        const Address pc = begin + random() % size;
        const Rule read = read_call_frame(object.constant_segment(description), description, pc);
        const Rule probed = probe(pc + 1);
        if (read.kind == Rule::Kind::kStep) {
          ++usual;
          ASSERT_EQ(read.pack(), probed.pack()) << "function " << i << ", " << pc - begin << " bytes into it";
        } else {
          ASSERT_EQ(read, kUnusual);
          unusual += probed.kind == Rule::Kind::kStep ? 1 : 0;
        }
      }
    }
  }
  RecordProperty("usual", std::to_string(usual));
  RecordProperty("unusual", std::to_string(unusual));
  EXPECT_GE(objects, 4);  // this program, the loader, the C and the C++ library
  EXPECT_GT(usual, 1000U);
  EXPECT_LT(unusual * 50, usual);  // mostly realigned frames
}

/// An .eh_frame section with one CIE, and one FDE for 0x1000 bytes of code, in memory of exactly its size.
class Section {
 public:
  using Bytes = std::vector<std::uint8_t>;

  static constexpr std::uint64_t kCodeSize = 0x1000;

  explicit Section(const Bytes& instructions, const Bytes& common_instructions = kUsualStart,
                   std::string_view augmentation = "zR", const Bytes& augmentation_data = {0x1b},
                   std::uint8_t version = 1) {
    Bytes common{0, 0, 0, 0, version};
    common.insert(common.end(), augmentation.begin(), augmentation.end());
    common.insert(common.end(), {0, 1, 0x78, 16, static_cast<std::uint8_t>(augmentation_data.size())});  // units 1, -8
    common.insert(common.end(), augmentation_data.begin(), augmentation_data.end());
    common.insert(common.end(), common_instructions.begin(), common_instructions.end());
    append_record(common);
    description_ = bytes_.size();
    Bytes description;
    append(description, static_cast<std::uint32_t>(bytes_.size() + 4));  // distance to the CIE
    append(description, static_cast<std::uint32_t>(kCodeDistance));
    append(description, static_cast<std::uint32_t>(kCodeSize));
    description.push_back(0);
    description.insert(description.end(), instructions.begin(), instructions.end());
    append_record(description);
  }

  /// The rule at `offset` bytes into the function.
  [[nodiscard]] Rule at(std::uint64_t offset) const { return at(offset, bytes_); }
  [[nodiscard]] Rule at(std::uint64_t offset, const Bytes& bytes) const {
    const auto memory = std::make_unique<std::byte[]>(bytes.size());
    std::ranges::copy(std::as_bytes(std::span(bytes)), memory.get());
    const auto description = reinterpret_cast<Address>(memory.get()) + description_;
    return read_call_frame({memory.get(), bytes.size()}, description, description + 8 + kCodeDistance + offset);
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

  static inline const Bytes kUsualStart{0x0c, 7, 8, 0x90, 1};  // CFA = rsp + 8, return address at CFA - 8

 private:
  static constexpr std::uint64_t kCodeDistance = 0x10000;

  static void append(Bytes& bytes, std::uint32_t number) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  }
  void append_record(const Bytes& record) {
    append(bytes_, static_cast<std::uint32_t>(record.size()));
    bytes_.insert(bytes_.end(), record.begin(), record.end());
  }

  Bytes bytes_;
  std::size_t description_ = 0;
};

constexpr Rule from_stack_pointer(std::int32_t offset) { return {.kind = Rule::Kind::kStep, .cfa_offset = offset}; }
constexpr Rule saved(Rule rule, std::int32_t offset) {
  rule.saved = Rule::Saved::kAtCfa;
  rule.saved_offset = offset;
  return rule;
}

TEST(CallFrame, FollowsAFunctionWithAFramePointer) {
  // push rbp; mov rbp, rsp; ...; leave; ret; then more code, which a jump reaches
  const Section section({0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x03, 0, 2, 0x0a, 0x0c, 7, 8, 0xc6, 0x41, 0x0b});
  EXPECT_EQ(section.at(0), from_stack_pointer(8));
  EXPECT_EQ(section.at(1), saved(from_stack_pointer(16), -16));
  EXPECT_EQ(section.at(3), saved(from_stack_pointer(16), -16));
  Rule framed = saved(from_stack_pointer(16), -16);
  framed.cfa = Rule::Cfa::kFramePointer;
  EXPECT_EQ(section.at(4), framed);
  EXPECT_EQ(section.at(0x203), framed);
  EXPECT_EQ(section.at(0x204), from_stack_pointer(8));
  EXPECT_EQ(section.at(0x205), framed);
  EXPECT_EQ(section.at(Section::kCodeSize - 1), framed);
  EXPECT_EQ(section.at(Section::kCodeSize), kUnusual);
  EXPECT_EQ(section.at(~std::uint64_t{0}), kUnusual);  // before the function
}

TEST(CallFrame, KnowsEachUsualInstruction) {
  const Rule large = from_stack_pointer(0x4000);
  EXPECT_EQ(Section({0x0e, 0x80, 0x80, 0x01}).at(5), large);                            // define_cfa_offset
  EXPECT_EQ(Section({0x02, 200, 0x0e, 16}).at(199), from_stack_pointer(8));             // advance1
  EXPECT_EQ(Section({0x02, 200, 0x0e, 16}).at(200), from_stack_pointer(16));            //
  EXPECT_EQ(Section({0x04, 0, 8, 0, 0, 0x0e, 16}).at(0x7ff), from_stack_pointer(8));    // advance4
  EXPECT_EQ(Section({0x04, 0, 8, 0, 0, 0x0e, 16}).at(0x800), from_stack_pointer(16));   //
  EXPECT_EQ(Section({0x05, 6, 3}).at(0), saved(from_stack_pointer(8), -24));            // offset_extended
  EXPECT_EQ(Section({0x86, 3, 0x06, 6}).at(0), from_stack_pointer(8));                  // restore_extended
  EXPECT_EQ(Section({0x86, 3, 0x08, 6}).at(0), from_stack_pointer(8));                  // same_value
  EXPECT_EQ(Section({0x83, 3, 0x8c, 4, 0xc3, 0x08, 12}).at(0), from_stack_pointer(8));  // other registers
  EXPECT_EQ(Section({0x2e, 0x10, 0, 0}).at(0), from_stack_pointer(8));                  // GNU_args_size, nop
}

TEST(CallFrame, LeavesTheRestToLibunwind) {
  EXPECT_EQ(Section({0x0f, 2, 0x77, 8}).at(0), kUnusual);                      // CFA by an expression
  EXPECT_EQ(Section({0x10, 6, 2, 0x76, 0}).at(0), kUnusual);                   // rbp by an expression
  EXPECT_EQ(Section({0x07, 16}).at(0), kUnusual);                              // the outermost frame
  EXPECT_EQ(Section({0x09, 6, 3}).at(0), kUnusual);                            // rbp in another register
  EXPECT_EQ(Section({0x0d, 10}).at(0), kUnusual);                              // CFA from another register
  EXPECT_EQ(Section({0x90, 2}).at(0), kUnusual);                               // another return address
  EXPECT_EQ(Section({0x0b}).at(0), kUnusual);                                  // restore_state without remember_state
  EXPECT_EQ(Section({0x41, 0x0f, 2, 0x77, 8}).at(0).kind, Rule::Kind::kStep);  // an expression, but after this place
  EXPECT_EQ(Section(std::vector<std::uint8_t>(9, 0x0a)).at(0), kUnusual);      // too many remembered states
  EXPECT_EQ(Section({0x0e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}).at(0), kUnusual);
  EXPECT_EQ(Section({0x86, 0xff, 0xff, 0xff, 0xff, 0x0f}).at(0), kUnusual);
  EXPECT_EQ(Section({0x86, 0xff, 0xff, 0xff, 0x0f}).at(0), kUnusual);  // too large an offset for a rule
  EXPECT_EQ(Section({0x0e}).at(0), kUnusual);                          // cut off
}

TEST(CallFrame, KnowsUsualAugmentations) {
  const Section::Bytes start = Section::kUsualStart;
  const Rule rule = from_stack_pointer(8);
  EXPECT_EQ(Section({}, start, "zPLR", {0x9b, 1, 2, 3, 4, 0x1b, 0x1b}).at(0), rule);
  EXPECT_EQ(Section({}, start, "zPLR", {0x00, 1, 2, 3, 4, 5, 6, 7, 8, 0x1b, 0x1b}, 3).at(0), rule);
  EXPECT_EQ(Section({}, start, "zRS", {0x1b}).at(0), kUnusual);  // a signal frame
  EXPECT_EQ(Section({}, start, "zR", {0x03}).at(0), kUnusual);   // another encoding of addresses
  EXPECT_EQ(Section({}, start, "zP", {0x50, 0, 0, 0, 0, 0, 0, 0, 0}).at(0), kUnusual);
  EXPECT_EQ(Section({}, start, "z", {}).at(0), kUnusual);
  EXPECT_EQ(Section({}, start, "eh", {0x1b}).at(0), kUnusual);
  EXPECT_EQ(Section({}, start, "zLLLLLLLLLLLLLR", {0x1b}).at(0), kUnusual);
  EXPECT_EQ(Section({}, start, "zR", {0x1b}, 4).at(0), kUnusual);
  EXPECT_EQ(Section({}, {0x90, 1}).at(0), kUnusual);           // no CFA
  EXPECT_EQ(Section({}, {0x0c, 7, 8}).at(0), kUnusual);        // no return address
  EXPECT_EQ(Section({}, {0x41, 0x0c, 7, 8}).at(0), kUnusual);  // the CIE advances
}

/// Under AddressSanitizer, reading a byte outside the section fails the test.
TEST(CallFrame, ReadsNothingOutsideWhateverTheBytes) {
  const Section section({0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x0a, 0x0c, 7, 8, 0xc6, 0x41, 0x0b},
                        Section::kUsualStart, "zPLR", {0x9b, 1, 2, 3, 4, 0x1b, 0x1b});
  const Section::Bytes& whole = section.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(section.at(0x800, Section::Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
              kUnusual);
  }
  std::mt19937_64 random(1);
  const int rounds = std::getenv("BUCKETPROF_LONG") != nullptr ? 2'000'000 : 50'000;
  std::array<int, 4> kinds{};
  for (int i = 0; i < rounds; ++i) {
    Section::Bytes bytes = whole;
    for (std::uint64_t changes = 1 + random() % 4; changes != 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    }
    ++kinds[static_cast<std::size_t>(section.at(random() % Section::kCodeSize, bytes).kind)];
  }
  EXPECT_GT(kinds[static_cast<std::size_t>(Rule::Kind::kUnknown)], 0);
  EXPECT_GT(kinds[static_cast<std::size_t>(Rule::Kind::kStep)], 0);
  EXPECT_EQ(kinds[static_cast<std::size_t>(Rule::Kind::kLast)] + kinds[static_cast<std::size_t>(Rule::Kind::kOpaque)],
            0);
}

}  // namespace
}  // namespace bucketprof::stack
