// SPDX-License-Identifier: Apache-2.0
//
// The directory is created with mkdtemp.
#include "profiler/cli/raw_profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "profiler/base/contract.h"
#include "profiler/base/file.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

// Parses "12.pb.gz" (process 12) or "12.3.pb.gz" (process 12, number 3).
std::optional<RawProfile> parse_name(std::string_view name) {
  if (!name.ends_with(contract::kProfileExtension)) return std::nullopt;
  name.remove_suffix(contract::kProfileExtension.size());
  const char* const end = name.data() + name.size();
  RawProfile raw;
  auto parsed = std::from_chars(name.data(), end, raw.pid);
  if (parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == '.') {
    parsed = std::from_chars(parsed.ptr + 1, end, raw.number);
  }
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return raw;
}

}  // namespace

RawProfiles::RawProfiles(fs::path directory) : directory_(std::move(directory)) {}
RawProfiles::RawProfiles(RawProfiles&& other) noexcept : directory_(std::exchange(other.directory_, {})) {}

RawProfiles::~RawProfiles() {
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

Result<RawProfiles> RawProfiles::create() {
  std::error_code error;
  const fs::path base = fs::temp_directory_path(error);
  std::string name = ((error ? fs::path("/tmp") : base) / "bucketprof.XXXXXX").native();
  if (::mkdtemp(name.data()) == nullptr) {
    return Error{fmt::format("cannot create a temporary directory: {}: {}", name, std::strerror(errno))};
  }
  return RawProfiles(name);
}

std::string RawProfiles::output_pattern() const {
  return (directory_ / fmt::format("%p{}", contract::kProfileExtension)).native();
}

Result<std::vector<RawProfile>> RawProfiles::read() const {
  std::vector<RawProfile> found;
  std::error_code error;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end; entry.increment(error)) {
    auto raw = parse_name(entry->path().filename().native());
    if (!raw) continue;
    auto bytes = read_file(entry->path());
    if (!bytes.ok()) return Error{bytes.error()};
    raw->bytes = std::move(bytes).value();
    found.push_back(std::move(*raw));
  }
  std::sort(found.begin(), found.end(), [](const RawProfile& a, const RawProfile& b) {
    return std::pair(a.pid, a.number) < std::pair(b.pid, b.number);
  });
  return found;
}

std::string result_file(const RawProfile& raw, pid_t program, const std::string& wanted) {
  std::string file = wanted;
  if (wanted.empty()) {
    file = fmt::format("bucketprof.{}{}", raw.pid, contract::kProfileExtension);
  } else if (raw.pid != program) {
    file += fmt::format(".{}", raw.pid);
  }
  return raw.number > 0 ? contract::with_suffix(std::move(file), fmt::format(".{}", raw.number)) : file;
}

}  // namespace bucketprof::cli
