// SPDX-License-Identifier: Apache-2.0
//
// In a sandbox memory comes from the reserve, zeroed and disjoint, and nothing is mapped or unmapped any more.
#include "profiler/base/sandbox.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "profiler/base/arena.h"

namespace bucketprof {
namespace {

/// In a child, because a sandbox is for ever.
bool holds_in_child(bool (*check)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Sandbox, IsNotEnteredByItself) {
  EXPECT_FALSE(sandbox::entered());
  EXPECT_EQ(sandbox::take(4096), nullptr);
}

TEST(Sandbox, HasMemoryOfItsOwn) {
  EXPECT_TRUE(holds_in_child([] {
    sandbox::enter(sandbox::Mode::kFilter);
    Arena arena;
    auto* const first = static_cast<char*>(arena.map(5000));
    auto* const second = static_cast<char*>(arena.allocate(100));
    if (first == nullptr || second == nullptr || first[4999] != 0 || second[99] != 0) return false;
    std::memset(first, 1, 5000);
    if (second >= first && second < first + 8192) return false;
    const std::size_t mapped = arena.mapped();
    arena.unmap(first, 5000);
    return first[0] == 1 && arena.mapped() == mapped;  // it stays taken
  }));
}

TEST(Sandbox, EndsItsReserveWithoutACall) {
  EXPECT_TRUE(holds_in_child([] {
    sandbox::enter(sandbox::Mode::kFilter);
    Arena arena;
    std::size_t taken = 0;
    while (arena.map(1 << 20) != nullptr) ++taken;
    return taken >= 1 && arena.map(std::size_t{1} << 40U) == nullptr && arena.mapped() == taken << 20U;
  }));
}

TEST(Sandbox, BecomesStricterOnly) {
  EXPECT_TRUE(holds_in_child([] {
    sandbox::enter(sandbox::Mode::kStrict);
    sandbox::enter(sandbox::Mode::kFilter);
    return sandbox::is_strict();
  }));
}

}  // namespace
}  // namespace bucketprof
