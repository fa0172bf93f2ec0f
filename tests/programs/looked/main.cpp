// SPDX-License-Identifier: Apache-2.0
//
// looked fill SEED: makes and destroys tables with random numbers of entries, and prints of each how many slots and
// entries it had when its array was freed, or has at the end.
// looked hazards SECONDS: threads that free, unmap and protect memory and grow tables, while this process asks itself
// for profiles (SIGUSR2).
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

extern "C" void __libc_free(void*);  // past whoever has taken over free()

namespace {

using Table = absl::flat_hash_map<std::uint64_t, std::uint64_t>;
using Set = absl::flat_hash_set<std::uint32_t>;

constexpr std::size_t kLeast = 1024;  // bytes of the smallest array that is looked at
std::map<std::pair<std::size_t, std::size_t>, int> ended;
std::map<std::pair<std::size_t, std::size_t>, int> living;

template <class T>
void note(const T& table, std::map<std::pair<std::size_t, std::size_t>, int>& where) {
  const std::size_t control = table.capacity() + 16;
  if (table.capacity() * sizeof(typename T::value_type) + control >= kLeast) ++where[{table.capacity(), table.size()}];
}

template <class T>
[[gnu::noinline]] T* filled(std::mt19937_64& random) {
  auto* const table = new T;
  table->reserve(random() % 3000);
  // Few different numbers, which stay exact; and some: in used memory it is not known whether an empty array had any.
  const std::uint64_t entries = (random() % 12 + 1) * (table->capacity() / 26);
  for (std::uint64_t i = 0; i < entries; ++i) {
    if constexpr (std::is_same_v<T, Table>) {
      (*table)[random()] = i;
    } else {
      table->insert(static_cast<std::uint32_t>(random()));
    }
  }
  return table;
}

template <class T>
void fill_and_destroy(std::mt19937_64& random) {
  static auto* const kept = new std::vector<T*>;
  for (int i = 0; i < 300; ++i) {
    kept->push_back(filled<T>(random));
    if (kept->size() < 20) continue;
    std::swap((*kept)[random() % kept->size()], kept->back());
    note(*kept->back(), ended);
    delete kept->back();
    kept->pop_back();
  }
  for (const T* table : *kept) note(*table, living);
}

int fill(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  fill_and_destroy<Table>(random);
  fill_and_destroy<Set>(random);
  for (const auto& [of, times] : ended) std::printf("freed %zu %zu %d\n", of.first, of.second, times);
  for (const auto& [of, times] : living) std::printf("live %zu %zu %d\n", of.first, of.second, times);
  return 0;
}

std::atomic<bool> is_over{false};
std::atomic<std::uint64_t> done{0};
constexpr std::size_t kPage = 4096;
constexpr std::size_t kArray = 65'527 + 16 * 65'535;  // the size of one of absl's, as are those of the tables below

// Frees past the agent, so that its records are of memory that is gone, or another's.
void free_past(std::mt19937_64& random) {
  std::vector<void*> blocks;
  for (int i = 0; i < 8; ++i) {
    blocks.push_back(std::malloc(random() % 2 == 0 ? kArray : 4000 + random() % 200'000));
    std::memset(blocks.back(), static_cast<int>(random()), 1000);
  }
  for (void* const block : blocks) __libc_free(block);
}

// The program may forbid to read its own block, and free it like that.
void protect(std::mt19937_64& random) {
  void* const block = std::aligned_alloc(kPage, 64 * kPage);
  auto* const page = static_cast<char*>(block) + random() % 60 * kPage;
  if (::mprotect(page, 2 * kPage, PROT_NONE) != 0) std::abort();
  std::this_thread::yield();
  if (::mprotect(page, 2 * kPage, PROT_READ | PROT_WRITE) != 0) std::abort();
  std::free(block);
}

// Large blocks of the C library are mapped by themselves: their inner pages can be unreadable when they are freed.
void free_protected() {
  void* const block = std::malloc(4 * kArray);
  const auto first = (reinterpret_cast<std::uintptr_t>(block) + kPage) / kPage * kPage;
  if (::mprotect(reinterpret_cast<void*>(first), kArray / kPage * kPage, PROT_NONE) != 0) std::abort();
  std::free(block);
}

void unmap() {
  void* const pages = ::mmap(nullptr, 64 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memset(pages, 1, kPage);
  ::munmap(pages, 64 * kPage);
}

void grow(std::mt19937_64& random) {
  Table table;
  const std::uint64_t entries = random() % 20'000;
  for (std::uint64_t i = 0; i < entries; ++i) table[i] = i;
  for (std::uint64_t i = 0; i < entries; ++i) {
    if (table.at(i) != i) std::abort();
  }
}

void work(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  while (!is_over.load()) {
    switch (random() % 6) {
      case 0:
        free_past(random);
        break;
      case 1:
        protect(random);
        break;
      case 2:
        free_protected();
        break;
      case 3:
        unmap();
        break;
      default:
        grow(random);
    }
    ++done;
  }
}

int hazards(double seconds) {
  ::mallopt(M_MMAP_THRESHOLD, 128 << 10);  // else it rises, and such blocks are not mapped by themselves any more
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 4; ++i) threads.emplace_back(work, i);
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  const bool asks = std::getenv("BUCKETPROF_SIGNAL") != nullptr;
  while (std::chrono::steady_clock::now() < until || done.load() < 100) {
    if (asks) ::kill(::getpid(), SIGUSR2);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  is_over.store(true);
  for (std::thread& thread : threads) thread.join();
  std::puts("fine");
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  return std::string_view(words[1]) == "fill" ? fill(std::strtoull(words[2], nullptr, 10))
                                              : hazards(std::atof(words[2]));
}
