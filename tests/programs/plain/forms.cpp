// SPDX-License-Identifier: Apache-2.0
//
// Asks for memory in every form, in usual and in impossible ways, and looks at what it gets. The status is 0 if all is
// as the standards and the C library's manual have it, else the number of the first line that is not. With an argument
// it leaves out what some other allocators do otherwise, or lack.
#include <malloc.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <new>

namespace {

constexpr std::size_t kTooMuch = SIZE_MAX / 2;

bool is_aligned(const void* block, std::size_t alignment) {
  return block != nullptr && reinterpret_cast<std::uintptr_t>(block) % alignment == 0;
}
/// Writes all of it, so that a sanitizer or the next owner would see too small a block.
bool is_usable(void* block, std::size_t bytes) {
  if (block == nullptr || malloc_usable_size(block) < bytes) return false;
  std::memset(block, 0x5a, bytes);
  return true;
}

int first_wrong_line(std::size_t bytes, bool is_glibc) {
#define CHECK(what) \
  if (!(what)) return __LINE__
  void* block = std::malloc(bytes);
  CHECK(is_usable(block, bytes));
  block = std::realloc(block, 3 * bytes + 1);
  CHECK(is_usable(block, 3 * bytes + 1));
  CHECK(std::realloc(block, kTooMuch) == nullptr);
  CHECK(errno == ENOMEM || !is_glibc);
  CHECK(*static_cast<char*>(block) == 0x5a);
  std::free(block);
  CHECK(std::malloc(kTooMuch) == nullptr);
  block = std::realloc(nullptr, bytes);
  CHECK(is_usable(block, bytes));
  block = std::realloc(block, 0);
  CHECK(block == nullptr || !is_glibc);
  std::free(block);

  auto* const zeroes = static_cast<unsigned char*>(std::calloc(bytes, 3));
  for (std::size_t i = 0; i < 3 * bytes; ++i) CHECK(zeroes[i] == 0);
  CHECK(is_usable(zeroes, 3 * bytes));
  std::free(zeroes);
  CHECK(std::calloc(kTooMuch, 3) == nullptr);
  auto* const array = reallocarray(nullptr, bytes, 2);
  CHECK(is_usable(array, 2 * bytes));
  CHECK(reallocarray(array, kTooMuch, 3) == nullptr);
  std::free(array);

  for (std::size_t alignment = 8; alignment <= 1U << 14U; alignment *= 2) {
    block = nullptr;
    CHECK(posix_memalign(&block, alignment, bytes) == 0);
    CHECK(is_aligned(block, alignment) && is_usable(block, bytes));
    std::free(block);
    block = std::aligned_alloc(alignment, 4 * alignment);
    CHECK(is_aligned(block, alignment) && is_usable(block, 4 * alignment));
    std::free(block);
    block = memalign(alignment, bytes);
    CHECK(is_aligned(block, alignment) && is_usable(block, bytes));
    std::free(block);
    const std::align_val_t aligned{alignment};
    block = ::operator new(bytes, aligned);
    CHECK(is_aligned(block, alignment) && is_usable(block, bytes));
    ::operator delete(block, aligned);
    block = ::operator new[](bytes, aligned);
    CHECK(is_aligned(block, alignment) && is_usable(block, bytes));
    ::operator delete[](block, bytes, aligned);
    block = ::operator new(bytes, aligned, std::nothrow);
    CHECK(is_aligned(block, alignment));
    ::operator delete(block, aligned, std::nothrow);
    block = ::operator new[](bytes, aligned, std::nothrow);
    CHECK(is_aligned(block, alignment));
    ::operator delete[](block, aligned);
  }
  CHECK(posix_memalign(&block, 3, bytes) == EINVAL);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  block = valloc(bytes);
  CHECK(is_aligned(block, page));
  std::free(block);
  if (is_glibc) {
    block = pvalloc(bytes);
    CHECK(is_aligned(block, page) && is_usable(block, page));
    std::free(block);
  }

  block = ::operator new(bytes);
  CHECK(is_usable(block, bytes));
  ::operator delete(block);
  block = ::operator new[](bytes);
  CHECK(is_usable(block, bytes));
  ::operator delete[](block, bytes);
  CHECK(::operator new(kTooMuch, std::nothrow) == nullptr);
  CHECK(::operator new[](kTooMuch, std::nothrow) == nullptr);
  try {
    block = ::operator new(kTooMuch);
    return __LINE__;
  } catch (const std::bad_alloc&) {
  }
  try {
    block = ::operator new[](kTooMuch, std::align_val_t{64});
    return __LINE__;
  } catch (const std::bad_alloc&) {
  }
#undef CHECK
  return 0;
}

}  // namespace

int main(int count, char**) {
  for (const std::size_t bytes : {1, 8, 100, 5000, 300'000}) {
    if (const int line = first_wrong_line(bytes, count == 1); line != 0) return line;
  }
  return 0;
}
