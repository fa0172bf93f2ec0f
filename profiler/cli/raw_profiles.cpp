// SPDX-License-Identifier: Apache-2.0
//
// The directory is created with mkdtemp.
#include "profiler/cli/raw_profiles.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "profiler/base/contract.h"
#include "profiler/base/file.h"
#include "profiler/cli/process_state.h"

namespace bucketprof::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStartedExtension = ".started";
constexpr std::string_view kKeeperExtension = ".keeper";

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

/// A process that has become another user can put anything here: only regular files are read, and no links are
/// followed, which might lead to what only this process may read.
Result<std::string> read_own(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat about {};
  if (fd < 0 || ::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_nlink != 1) {
    if (fd >= 0) ::close(fd);
    return Error{fmt::format("cannot read {}: it is no file of a profiled process", path.native())};
  }
  auto bytes = read_file(fmt::format("/proc/self/fd/{}", fd));
  ::close(fd);
  return bytes;
}

}  // namespace

RawProfiles::RawProfiles(fs::path base, fs::path directory)
    : base_(std::move(base)), directory_(std::move(directory)) {}
RawProfiles::RawProfiles(RawProfiles&& other) noexcept
    : base_(std::exchange(other.base_, {})), directory_(std::move(other.directory_)) {}

RawProfiles::~RawProfiles() {
  std::error_code ignored;
  if (!base_.empty()) fs::remove_all(base_, ignored);
}

Result<RawProfiles> RawProfiles::create() {
  std::error_code error;
  const fs::path base = fs::temp_directory_path(error);
  std::string outer = ((error ? fs::path("/tmp") : fs::absolute(base)) / "bucketprof.XXXXXX").native();
  std::string inner;
  const auto failed = [](const std::string& name) {
    return Error{fmt::format("cannot create a temporary directory: {}: {}", name, std::strerror(errno))};
  };
  if (::mkdtemp(outer.data()) == nullptr) return failed(outer);
  inner = outer + "/XXXXXX";
  if (::mkdtemp(inner.data()) == nullptr) {
    const Error problem = failed(inner);
    ::rmdir(outer.c_str());
    return problem;
  }
  if (::geteuid() == 0) {  // others may search the outer one, but not list it, and make files in the inner one
    ::chmod(outer.c_str(), 0711);
    ::chmod(inner.c_str(), S_ISVTX | 0733);
  }
  return RawProfiles(outer, inner);
}

std::string RawProfiles::output_pattern() const {
  return (directory_ / fmt::format("%p{}", contract::kProfileExtension)).native();
}

std::string RawProfiles::started_pattern() const {
  return (directory_ / fmt::format("%p{}", kStartedExtension)).native();
}

std::vector<RawProfile> RawProfiles::new_numbered() {
  std::vector<RawProfile> found;
  std::error_code error;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end; entry.increment(error)) {
    auto raw = parse_name(entry->path().filename().native());
    if (!raw || raw->number == 0 || shown_.contains(entry->path())) continue;
    auto bytes = read_own(entry->path());
    if (!bytes.ok()) continue;
    raw->bytes = std::move(bytes).value();
    found.push_back(std::move(*raw));
    shown_.insert(entry->path());
  }
  return found;
}

std::vector<std::pair<pid_t, std::string>> RawProfiles::notes(std::string_view extension) const {
  std::vector<std::pair<pid_t, std::string>> found;
  std::error_code error;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != extension) continue;
    const std::string name = entry->path().stem().native();
    pid_t process = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), process);
    const auto text = read_own(entry->path());
    if (parsed.ec == std::errc() && text.ok()) found.emplace_back(process, *text);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<RawProfiles::Started> RawProfiles::started() const {
  std::vector<Started> found;
  for (auto& [process, program] : notes(kStartedExtension)) found.push_back({process, std::move(program)});
  return found;
}

std::string RawProfiles::keeper_pattern() const {
  return (directory_ / fmt::format("%p{}", kKeeperExtension)).native();
}

std::vector<RawProfiles::Keeper> RawProfiles::keepers() const {
  constexpr std::string_view kOurs = "bucketprof: ";  // as say() will begin each line
  std::vector<Keeper> found;
  for (const auto& [process, note] : notes(kKeeperExtension)) {
    Keeper keeper{.process = process, .said = {}};
    std::istringstream lines(note);
    pid_t id = 0;
    lines >> id >> std::ws;
    for (std::string line; std::getline(lines, line);)
      keeper.said.push_back(line.starts_with(kOurs) ? line.substr(kOurs.size()) : line);
    const auto state = state_of(id);
    keeper.is_running = state && state->name == contract::kKeeperName;
    found.push_back(std::move(keeper));
  }
  return found;
}

fs::path RawProfiles::leave_behind() {
  for (const fs::path& file : read_) {
    std::error_code ignored;
    fs::remove(file, ignored);
  }
  for (const Started& process : started()) {
    std::error_code ignored;
    fs::remove(directory_ / fmt::format("{}{}", process.pid, kStartedExtension), ignored);
  }
  base_.clear();
  return directory_;
}

Result<std::vector<RawProfile>> RawProfiles::read() {
  std::vector<RawProfile> found;
  std::error_code error;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end; entry.increment(error)) {
    auto raw = parse_name(entry->path().filename().native());
    if (!raw) continue;
    auto bytes = read_own(entry->path());
    if (!bytes.ok()) continue;
    raw->bytes = std::move(bytes).value();
    found.push_back(std::move(*raw));
    read_.insert(entry->path());
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
    file = contract::with_suffix(std::move(file), fmt::format(".{}", raw.pid));
  }
  return raw.number > 0 ? contract::with_suffix(std::move(file), fmt::format(".{}", raw.number)) : file;
}

}  // namespace bucketprof::cli
