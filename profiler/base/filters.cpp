// SPDX-License-Identifier: Apache-2.0
#include "profiler/base/filters.h"

#include <exception>
#include <string_view>

#include "profiler/base/file.h"

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

std::string seccomp_filters_in(const std::string& status) {
  constexpr std::string_view kNone = "0";
  constexpr std::string_view kFilter = "2";
  const std::string_view mode = value_of(status, "\nSeccomp:");
  if (mode == kNone) return std::string(kNone);
  return mode == kFilter ? std::string(value_of(status, "\nSeccomp_filters:")) : std::string();
}

std::string seccomp_filters() noexcept {
  try {
    const Result<std::string> status = read_file("/proc/self/status");
    return status.ok() ? seccomp_filters_in(*status) : std::string();
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace bucketprof
