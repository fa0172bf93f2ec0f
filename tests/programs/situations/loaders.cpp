// SPDX-License-Identifier: Apache-2.0
//
// Loads, uses and unloads libraries in a loop; the program and the libraries allocate. Two variants of a library take
// turns at one address: the same return addresses, frames of other sizes, and the stack filled so that what one variant
// left there looks like a call stack by the other's unwind rules. Every recorded stack is compared with libgcc's.
// `loaders DIRECTORY ROUNDS AUDIT_INTERVAL [PROFILE]`
#include <dlfcn.h>
#include <unwind.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <vector>

#include "profiler/profiler.h"
#include "tests/programs/findings.h"
#include "tests/programs/loaders/variant.h"
#include "tests/programs/situations/situations.h"

namespace bucketprof::programs::loaders {

using Frames = std::vector<std::uintptr_t>;

Findings findings;
Group held("held over the unloading");
StackImage left_by_first;  // what the first variant's latest round left on the stack

struct Round {
  alloc::TableName name{};
  bool first = false;
  Frames expected{};  // from the caller of allocate_blocks on
  std::uintptr_t stack_pointer = 0;
  std::uintptr_t return_address = 0;  // into the library
  Number* left = nullptr;             // freed after the library is unloaded
};

// Blocks allocated repeatedly at one call site: the first stacks are walked, the others replayed.
constexpr int kBlocks = 6;
// More than the larger frame: all that a walk by the smaller frame's rules reads below the frames that both share.
constexpr std::size_t kKeptBytes = 2400;

_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* frames) {
  if (_Unwind_GetIP(context) != 0) static_cast<Frames*>(frames)->push_back(_Unwind_GetIP(context));
  return _URC_NO_REASON;
}

/// Copies byte by byte, not with memcpy: sanitizers guard parts of the stack.
BUCKETPROF_READS_STACK void keep_stack(std::uintptr_t start) {
  left_by_first.start = start;
  for (std::size_t i = 0; i < kKeptBytes; ++i)
    left_by_first.bytes[i] = reinterpret_cast<const volatile char*>(start)[i];
}

[[gnu::noinline]] void allocate_blocks(void* argument) {
  auto& round = *static_cast<Round*>(argument);
  round.stack_pointer = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  round.return_address = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  Allocator<Number> tagged(round.name);
  for (int i = 0; i < kBlocks; ++i) {
    Number* const block = tagged.allocate(4);
    tagged.deallocate(block, 4);
  }
  if (round.first) keep_stack(round.stack_pointer);
  round.left = Counted<Number>(held).allocate(3);
  _Unwind_Backtrace(&add_frame, &round.expected);
  round.expected.erase(round.expected.begin(), std::ranges::find(round.expected, round.return_address));
}

/// Calls `run` with `bytes` of the stack used up, so that calls below frames of different sizes are at one address.
[[gnu::noinline]] void run_below(std::size_t bytes, RunVariant run, Round& round) {
  auto* used = static_cast<volatile char*>(__builtin_alloca(bytes));
  used[0] = 0;
  run(&allocate_blocks, &round, &left_by_first, round.first);
  used[1] = used[0];
}

void expect_stacks(const Round& round, int number) {
  const record::Snapshot snapshot = Findings::now();
  std::uint64_t blocks = 0;
  for (const record::Row& row : snapshot.rows.span()) {
    if (record::recorder().sites()[row.site].key.name != round.name.index) continue;
    blocks += row.allocs;
    const auto stack = record::recorder().stacks().frames(record::recorder().sites()[row.site].key.stack);
    const auto from = std::ranges::find(stack, round.return_address);
    if (!std::ranges::equal(std::span(from, stack.end()), round.expected)) {
      findings.wrong(fmt::format("round {}: a stack of {} frames, {} of them from the library's on, and libgcc has {}",
                                 number, stack.size(), stack.end() - from, round.expected.size()));
    }
  }
  findings.expect_equal(fmt::format("blocks of round {}", number), blocks, std::uint64_t{kBlocks});
}

void* load(const std::string& path) {
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    fmt::print(stderr, "{}\n", dlerror());
    std::exit(2);
  }
  return library;
}
template <class Function>
Function function_in(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}
void unload(void* library, const std::string& path) {
  dlclose(library);
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD) != nullptr) findings.wrong(path + " stays loaded");
}

void take_turns(const std::string& directory, int rounds) {
  constexpr std::size_t kFrames[] = {208, 2000};
  Round before;
  int same_address = 0;
  int same_place = 0;
  for (int number = 0; number < rounds; ++number) {
    const std::size_t frame = kFrames[number % 2];
    const std::string path = fmt::format("{}/loaded_variant_{}.so", directory, frame);
    void* const library = load(path);
    const auto run = function_in<RunVariant>(library, "run_variant");
    Round round{.name = named(fmt::format("round {}", number)), .first = number % 2 == 0};
    run_below(2000 + 64 - frame, run, round);
    Dl_info info{};
    if (dladdr(reinterpret_cast<void*>(round.return_address), &info) == 0 || info.dli_fname != path) {
      findings.wrong(fmt::format("round {}: the caller is not in {}", number, path));
    }
    same_address += round.return_address == before.return_address;
    same_place += round.stack_pointer == before.stack_pointer;
    expect_stacks(round, number);
    unload(library, path);
    Counted<Number>(held).deallocate(round.left, 3);
    before = round;
  }
  findings.figure("rounds", static_cast<std::uint64_t>(rounds));
  findings.figure("re-used_addresses", static_cast<std::uint64_t>(same_address));
  findings.figure("re-used_places", static_cast<std::uint64_t>(same_place));
}

/// Tables whose type name lies in the library: the profile must have it after the library was unloaded.
void load_owners(const std::string& directory, int rounds) {
  std::uintptr_t before = 0;
  int same_address = 0;
  for (int number = 0; number < rounds; ++number) {
    const std::string path = fmt::format("{}/loaded_owner_{}.so", directory, number % 2 == 0 ? "First" : "Other");
    void* const library = load(path);
    const auto fill_owned = function_in<int (*)(int)>(library, "fill_owned");
    findings.expect_equal("entries", fill_owned(100), 200);
    same_address += reinterpret_cast<std::uintptr_t>(fill_owned) == before;
    before = reinterpret_cast<std::uintptr_t>(fill_owned);
    unload(library, path);
  }
  findings.figure("owner_rounds", static_cast<std::uint64_t>(rounds));
  findings.figure("owner_re-used_addresses", static_cast<std::uint64_t>(same_address));
}

int run(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: loaders DIRECTORY ROUNDS AUDIT_INTERVAL [PROFILE]\n");
    return 2;
  }
  const std::string directory = argv[1];
  const int rounds = std::atoi(argv[2]);
  record::recorder().start({.audit_interval = static_cast<std::uint32_t>(std::atoi(argv[3]))});
  take_turns(directory, rounds);
  load_owners(directory, rounds / 10);
  const record::Snapshot snapshot = Findings::now();
  findings.expect_consistent(snapshot);
  findings.expect_exact(snapshot, held);
  findings.expect_nothing_lost(snapshot);
  if (argc > 4) {
    if (const Status written = write_profile(argv[4], At::kNow); !written.ok()) findings.wrong(written.error());
  }
  return findings.status();
}

}  // namespace bucketprof::programs::loaders
