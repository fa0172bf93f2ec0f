// SPDX-License-Identifier: Apache-2.0
//
// `stack_family SEED ROUNDS MODE` runs random call trees on two threads while they are recorded. MODE: `audited`, every
// replayed stack is unwound again and compared; `walked`, no stack is replayed; `backtraced`, every stack is libgcc's.
// Prints a line of counts, then the recorded result as text: a line `ALLOCS BYTES FRAME...` for each stack and size,
// leaf first, frames as offsets in their modules, so that runs can be compared. The same seed allocates the same.
#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>

#include "profiler/record/recorder.h"
#include "tests/programs/stack_family/script.h"

namespace bucketprof::stack_family {

constinit thread_local PluginEntry* plugin = nullptr;

namespace {

constexpr std::size_t kTreesAtATime = 3;
// Plugins are loaded at each other's former addresses. Each starts at a multiple of this and its code is shorter, so an
// address modulo this is the offset in its plugin, whichever plugin it was.
constexpr std::uintptr_t kPluginAlignment = std::uintptr_t{2} * 1024 * 1024;
constexpr std::uint32_t kRoundsOfTrees = 90;  // for which the same trees are run

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "stack_family: %s\n", what);
  std::exit(2);
}

/// The two plugins, loaded and unloaded as threads ask. Thread-safe.
class Plugins {
 public:
  struct Range {
    std::uintptr_t begin;
    std::uintptr_t end;
  };

  PluginEntry* open(std::size_t which) {
    const std::scoped_lock guard(lock_);
    Plugin& opened = plugins_[which];
    opened.handle = dlopen(opened.path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened.handle == nullptr) fail(dlerror());
    auto* const entry = reinterpret_cast<PluginEntry*>(dlsym(opened.handle, kPluginEntry));
    if (entry == nullptr) fail("the plugin has no entry");
    if (opened.users++ == 0) ranges_.push_back(range_of(reinterpret_cast<std::uintptr_t>(entry)));
    return entry;
  }
  void close(std::size_t which) {
    const std::scoped_lock guard(lock_);
    Plugin& closed = plugins_[which];
    dlclose(closed.handle);
    if (--closed.users != 0) return;
    if (dlopen(closed.path.c_str(), RTLD_NOW | RTLD_NOLOAD) != nullptr) fail("the plugin is not unloaded");
    ++unloads_;
  }
  [[nodiscard]] std::uint64_t unloads() const { return unloads_; }
  /// All address ranges that either of them was loaded at.
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }

 private:
  struct Plugin {
    std::string path;
    void* handle = nullptr;
    std::uint32_t users = 0;
  };

  static Range range_of(std::uintptr_t address) {
    dl_find_object found{};
    if (_dl_find_object(reinterpret_cast<void*>(address), &found) != 0) fail("the plugin is nowhere");
    return {reinterpret_cast<std::uintptr_t>(found.dlfo_map_start),
            reinterpret_cast<std::uintptr_t>(found.dlfo_map_end)};
  }
  static std::string path_of(const char* name) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
  }

  std::mutex lock_;
  std::array<Plugin, 2> plugins_{Plugin{.path = path_of("libstack_family_one.so")},
                                 Plugin{.path = path_of("libstack_family_other.so")}};
  std::vector<Range> ranges_;
  std::uint64_t unloads_ = 0;
};

void run_rounds(std::uint64_t seed, std::uint32_t rounds, Plugins& plugins) {
  Random random(seed);
  while (rounds > 0) {
    const std::size_t which = random.below(2);
    plugin = plugins.open(which);
    const std::vector<Call> trees = draw_trees(random.next(), kTreesAtATime);
    const std::uint32_t part = std::min(rounds, kRoundsOfTrees);
    for (std::uint32_t round = 0; round < part; ++round) {
      const Call& tree = trees[random.below(kTreesAtATime)];
      static_cast<void>(tree.shape(tree));
    }
    rounds -= part;
    plugin = nullptr;
    plugins.close(which);
  }
}

/// Where an address is: MODULE+OFFSET, hexadecimal. The program is p, both plugins are d.
std::string place_of(std::uintptr_t address, const Plugins& plugins) {
  const auto text = [](const std::string& module, std::uintptr_t offset) {
    char digits[16];
    const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, offset, 16);
    return module + '+' + std::string(digits, end.ptr);
  };
  for (const Plugins::Range& range : plugins.ranges()) {
    if (address >= range.begin && address < range.end) return text("d", address % kPluginAlignment);
  }
  dl_find_object found{};
  if (_dl_find_object(reinterpret_cast<void*>(address - 1), &found) != 0) return text("nowhere", address);
  const char* const path = found.dlfo_link_map->l_name;
  return text(*path == '\0' ? "p" : std::filesystem::path(path).filename().string(),
              address - reinterpret_cast<std::uintptr_t>(found.dlfo_map_start));
}

std::map<std::string, std::uint64_t> result_text(record::Snapshot& snapshot, const Plugins& plugins) {
  const record::Recorder& recorder = record::recorder();
  std::map<std::uintptr_t, std::string> places;
  std::map<std::string, std::uint64_t> lines;
  for (std::size_t i = 0; i < snapshot.rows.size(); ++i) {
    const record::Row& row = snapshot.rows[i];
    const record::SiteKey& site = recorder.sites()[row.site].key;
    std::string line = std::to_string(site.bytes);
    for (const std::uintptr_t frame : recorder.stacks().frames(site.stack)) {
      std::string& place = places[frame];
      if (place.empty()) place = place_of(frame, plugins);
      line += ' ' + place;
    }
    lines[line] += row.allocs;
  }
  return lines;
}

void run(std::uint64_t seed, std::uint32_t rounds, const std::string& mode) {
  record::Settings settings;
  settings.audit_interval = 1;
  if (mode == "walked") settings.unwinding = stack::Unwinding::kWalk;
  if (mode == "backtraced") settings.unwinding = stack::Unwinding::kBacktrace;

  Plugins plugins;
  record::recorder().start(settings);
  std::thread second([&] { run_rounds(~seed, rounds / 2, plugins); });
  run_rounds(seed, rounds - rounds / 2, plugins);
  second.join();
  record::recorder().stop();

  record::Snapshot snapshot = record::recorder().snapshot(At::kNow);
  if (!snapshot.complete) fail("the result is not complete");
  const stack::CaptureCounts& captures = snapshot.captures;
  snapshot.losses[static_cast<std::size_t>(record::Loss::kHighWater)] =
      0;  // depends on the time that others hold a lock
  const std::uint64_t losses = std::accumulate(snapshot.losses.begin(), snapshot.losses.end(), std::uint64_t{0});
  std::printf("replays %lu walks %lu backtraces %lu audits %lu mismatches %lu flushes %lu losses %lu unloads %lu\n",
              captures.replays, captures.walks, captures.backtraces, captures.audits, captures.mismatches,
              captures.flushes, losses, plugins.unloads());
  for (const auto& [line, allocs] : result_text(snapshot, plugins)) std::printf("%lu %s\n", allocs, line.c_str());
}

}  // namespace
}  // namespace bucketprof::stack_family

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: stack_family SEED ROUNDS audited|walked|backtraced\n", stderr);
    return 2;
  }
  bucketprof::stack_family::run(std::strtoull(argv[1], nullptr, 10),
                                static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)), argv[3]);
  return 0;
}
