// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/filters.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <exception>

namespace bucketprof {
namespace {

std::string_view value_of(std::string_view status, std::string_view key) {
  std::size_t at = status.find(key);
  if (at == status.npos) return {};
  status.remove_prefix(at + key.size());
  at = status.find_first_not_of(" \t");
  if (at == status.npos) return {};
  status.remove_prefix(at);
  return status.substr(0, status.find('\n'));
}

}  // namespace

std::string seccomp_filters_in(std::string_view status) {
  constexpr std::string_view kNone = "0";
  constexpr std::string_view kFilter = "2";
  const std::string_view mode = value_of(status, "\nSeccomp:");
  if (mode == kNone) return std::string(kNone);
  return mode == kFilter ? std::string(value_of(status, "\nSeccomp_filters:")) : std::string();
}

std::string seccomp_filters() noexcept {
  try {
    // Not read_file(), whose buffer would be the largest block of the agent's start.
    const int file = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::array<char, 4096> status;
    std::size_t size = 0;
    for (;;) {
      const ssize_t read = ::read(file, status.data() + size, status.size() - size);
      if (read <= 0) break;
      size += static_cast<std::size_t>(read);
    }
    ::close(file);
    return seccomp_filters_in({status.data(), size});
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace bucketprof
