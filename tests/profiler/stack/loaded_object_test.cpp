// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/loaded_object.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "tests/support/temp_dir.h"

namespace bucketprof::stack {
namespace {

[[gnu::noinline]] Address here() {
  return reinterpret_cast<Address>(__builtin_extract_return_addr(__builtin_return_address(0)));
}
const std::array<int, 8> constants{1};
std::array<int, 8> variables{1};

TEST(LoadedObject, FindsItselfByItsCode) {
  const Address pc = here();
  LoadedObject object;
  ASSERT_TRUE(object.find(pc));
  EXPECT_LE(object.start(), pc);
  EXPECT_GT(object.end(), pc);
  const auto entries = object.entries();
  ASSERT_FALSE(entries.empty());
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &LoadedObject::SearchEntry::code));
}

TEST(LoadedObject, KnowsTheDescriptionOfAFunction) {
  LoadedObject object;
  const auto function = reinterpret_cast<Address>(&here);
  ASSERT_TRUE(object.find(function));
  const LoadedObject::SearchEntry* const entry = object.entry_of(function + 1);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(object.search_table() + static_cast<Address>(std::int64_t{entry->code}), function);
  EXPECT_EQ(object.entry_of(function), entry);
  EXPECT_NE(object.entry_of(function - 1), entry);
  EXPECT_FALSE(object.constant_segment(object.description_of(*entry)).empty());
  EXPECT_EQ(object.entry_of(object.start()), nullptr);  // before all code
}

TEST(LoadedObject, TellsWhatIsItsOwnAndWhatCanBeWritten) {
  LoadedObject object;
  ASSERT_TRUE(object.find(here()));
  const auto constant = reinterpret_cast<Address>(constants.data());
  const auto variable = reinterpret_cast<Address>(variables.data());
  const auto other = std::make_unique<Address>(0);
  EXPECT_TRUE(object.holds_constant(constant));
  EXPECT_TRUE(object.holds(variable));
  EXPECT_FALSE(object.holds_constant(variable));
  EXPECT_TRUE(object.constant_segment(variable).empty());
  EXPECT_FALSE(object.holds(reinterpret_cast<Address>(other.get())));
  EXPECT_FALSE(object.holds(~Address{0}));
  const auto segment = object.constant_segment(constant);
  const auto start = reinterpret_cast<Address>(segment.data());
  EXPECT_LE(start, constant);
  EXPECT_FALSE(object.holds_constant(start + segment.size() - sizeof(Address) + 1));
}

/// Loads a copy of zlib's file that `change` was applied to. code() is an address in its code; 0 if loading failed.
class ChangedCopy {
 public:
  using Change = void (*)(std::vector<char>&);

  explicit ChangedCopy(Change change) {
    Dl_info file{};
    dladdr(reinterpret_cast<void*>(&zlibVersion), &file);
    std::ifstream in(file.dli_fname, std::ios::binary);
    std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
    change(bytes);
    const auto path = dir_ / "changed.so";
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  ChangedCopy(const ChangedCopy&) = delete;
  ChangedCopy& operator=(const ChangedCopy&) = delete;
  ~ChangedCopy() {
    if (handle_ != nullptr) dlclose(handle_);
  }
  [[nodiscard]] Address code() const {
    return handle_ == nullptr ? 0 : reinterpret_cast<Address>(dlsym(handle_, "deflate")) + 1;
  }

 private:
  testing_support::TempDir dir_;
  void* handle_ = nullptr;
};

template <class T>
T& at(std::vector<char>& bytes, std::size_t offset) {
  return *reinterpret_cast<T*>(bytes.data() + offset);
}
std::size_t search_table_of(std::vector<char>& bytes) {
  const auto& header = at<ElfW(Ehdr)>(bytes, 0);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const auto& segment = at<ElfW(Phdr)>(bytes, header.e_phoff + i * sizeof(ElfW(Phdr)));
    if (segment.p_type == PT_GNU_EH_FRAME) return segment.p_offset;
  }
  return 0;
}

TEST(LoadedObject, ReadsTablesOnlyWhereTheyAreSureToBe) {
  LoadedObject object;
  const ChangedCopy same([](std::vector<char>&) {});
  ASSERT_TRUE(object.find(same.code()));
  EXPECT_NE(object.entry_of(same.code()), nullptr);

  // A copy whose program headers are at the end of the file, 64 MiB away, where patchelf puts them. The loader reads
  // them from the file and does not map them, so the object must be refused.
  const ChangedCopy far([](std::vector<char>& bytes) {
    const auto header = at<ElfW(Ehdr)>(bytes, 0);
    const std::size_t size = header.e_phnum * sizeof(ElfW(Phdr));
    const std::vector<char> segments(bytes.begin() + static_cast<std::ptrdiff_t>(header.e_phoff),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(header.e_phoff + size));
    at<ElfW(Ehdr)>(bytes, 0).e_phoff = std::size_t{64} << 20U;
    bytes.resize(std::size_t{64} << 20U);
    bytes.insert(bytes.end(), segments.begin(), segments.end());
  });
  ASSERT_NE(far.code(), 0U);
  EXPECT_FALSE(object.find(far.code()));

  const ChangedCopy form([](std::vector<char>& bytes) { at<std::uint8_t>(bytes, search_table_of(bytes) + 3) = 0x3c; });
  ASSERT_TRUE(object.find(form.code()));
  EXPECT_TRUE(object.entries().empty());
  EXPECT_EQ(object.entry_of(form.code()), nullptr);

  const ChangedCopy count(
      [](std::vector<char>& bytes) { at<std::uint32_t>(bytes, search_table_of(bytes) + 8) = 0x7fffffff; });
  ASSERT_TRUE(object.find(count.code()));
  EXPECT_TRUE(object.entries().empty());
}

TEST(LoadedObject, IsNoneWhereNoCodeIs) {
  LoadedObject object;
  const auto memory = std::make_unique<Address>(0);
  EXPECT_FALSE(object.find(reinterpret_cast<Address>(memory.get())));
  EXPECT_FALSE(object.find(0));
  EXPECT_FALSE(object.find(~Address{0}));
}

}  // namespace
}  // namespace bucketprof::stack
