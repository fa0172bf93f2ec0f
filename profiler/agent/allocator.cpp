// SPDX-License-Identifier: Apache-2.0
//
// Only functions in the object of the next malloc are asked: others may be loaded, too.
#include "profiler/agent/allocator.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <malloc.h>

#include <filesystem>

#include "profiler/agent/next.h"

namespace bucketprof::agent {
namespace {

class Object {
 public:
  explicit Object(const void* function) { dladdr(function, &info_); }
  [[nodiscard]] std::string file() const { return info_.dli_fname == nullptr ? "" : info_.dli_fname; }
  /// The function with this name, or nullptr if the object has none.
  template <class Function>
  [[nodiscard]] Function* find(const char* name) const {
    void* const found = dlsym(RTLD_NEXT, name);
    Dl_info of_found{};
    if (found == nullptr || dladdr(found, &of_found) == 0 || of_found.dli_fbase != info_.dli_fbase) return nullptr;
    return reinterpret_cast<Function*>(found);
  }

 private:
  Dl_info info_{};
};

std::optional<std::string> jemalloc_version(int (*ask)(const char*, void*, std::size_t*, void*, std::size_t)) {
  const char* version = nullptr;
  std::size_t size = sizeof version;
  if (ask("version", &version, &size, nullptr, 0) != 0 || version == nullptr) return std::nullopt;
  return std::string(version).substr(0, std::string_view(version).find('-'));
}

std::string name_of(const Object& object) {
  if (auto* const version = object.find<const char*(int*, int*, const char**)>("tc_version")) {
    int major = 0;
    int minor = 0;
    const char* patch = "";
    version(&major, &minor, &patch);
    return fmt::format("gperftools {}.{}{}", major, minor, patch);
  }
  if (auto* const ask = object.find<int(const char*, void*, std::size_t*, void*, std::size_t)>("mallctl")) {
    if (const auto version = jemalloc_version(ask)) return "jemalloc " + *version;
  }
  if (auto* const version = object.find<int()>("mi_version")) {  // 212: 2.1.2
    const int number = version();
    return fmt::format("mimalloc {}.{}.{}", number / 100, number / 10 % 10, number % 10);
  }
  if (auto* const version = object.find<const char*()>("gnu_get_libc_version"))
    return fmt::format("glibc {}", version());
  return std::filesystem::path(object.file()).filename().native();
}

std::optional<std::uint64_t> used_bytes_of(const Object& object) {
  if (auto* const ask = object.find<int(const char*, std::size_t*)>("MallocExtension_GetNumericProperty")) {
    std::size_t bytes = 0;
    if (ask("generic.current_allocated_bytes", &bytes) != 0) return bytes;
  }
  if (auto* const ask = object.find<int(const char*, void*, std::size_t*, void*, std::size_t)>("mallctl")) {
    std::size_t bytes = 0;
    std::size_t size = sizeof bytes;
    if (ask("stats.allocated", &bytes, &size, nullptr, 0) == 0) return bytes;
  }
  if (auto* const ask = object.find<struct mallinfo2()>("mallinfo2")) {
    const struct mallinfo2 info = ask();
    return info.uordblks + info.hblkhd;
  }
  return std::nullopt;
}

}  // namespace

Allocator describe_allocator() {
  find_next();
  const Object object(reinterpret_cast<const void*>(next.malloc));
  return {name_of(object), used_bytes_of(object)};
}

std::array<const void*, 6> allocator_functions() noexcept {
  find_next();
  const auto address = [](auto function) { return reinterpret_cast<const void*>(function); };
  return {address(next.malloc), address(next.calloc),   address(next.realloc),
          address(next.free),   address(next.memalign), address(next.posix_memalign)};
}

}  // namespace bucketprof::agent
