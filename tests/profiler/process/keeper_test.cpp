// SPDX-License-Identifier: Apache-2.0
//
// The keeper itself, in forked children that are killed. What it does for a profile is in
// profiler/cli/run_ends_test.cpp.
#include "profiler/process/keeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>

#include "profiler/base/contract.h"
#include "profiler/base/file.h"
#include "tests/support/keeper.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::service {
namespace {

/// What the keepers do, in memory that this process sees.
struct Seen {
  std::atomic<int> written{0};
  std::atomic<bool> is_needed{true};
  std::atomic<bool> says{false};
};
Seen* seen = nullptr;
std::atomic<int> in_memory{0};  // of the process that is kept

constexpr KeeperPlan kPlan{.is_needed = []() noexcept { return seen->is_needed.load(); },
                           .write =
                               []() noexcept {
                                 seen->written.store(in_memory.load());
                                 if (seen->says) (void)!::write(STDERR_FILENO, "said\n", 5);
                               }};

class Keeper : public testing::Test {
 protected:
  void SetUp() override {
    if (!testing_support::keepers_are_possible()) GTEST_SKIP() << "processes can have no keeper here";
    void* const shared = ::mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    seen = new (shared) Seen;
  }
  [[nodiscard]] std::string pattern() const { return (dir_ / "%p.keeper").native(); }
  [[nodiscard]] std::filesystem::path note(pid_t process) const { return dir_ / fmt::format("{}.keeper", process); }

  /// Runs `body` in a forked child that has a keeper, then kills it, and waits for the keeper.
  template <class Body>
  pid_t killed(Body body) {
    const pid_t child = ::fork();
    if (child == 0) {
      if (!start_keeper(pattern(), kPlan)) ::_exit(9);
      body();
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    const auto text = read_file(note(child));
    if (text.ok()) wait_for_end(std::stoi(*text));
    return child;
  }
  static void wait_for_end(pid_t keeper) {
    const std::string runs = fmt::format("{} ({}) S", keeper, contract::kKeeperName);
    for (;;) {  // until it is gone, or ended and its new parent has not noticed
      const auto state = read_file(fmt::format("/proc/{}/stat", keeper));
      if (!state.ok() || (!state->starts_with(runs) && state->find(") R ") == std::string::npos)) return;
      ::usleep(1000);
    }
  }
  testing_support::TempDir dir_;
};

TEST_F(Keeper, HasTheMemoryAsItWasAtTheEnd) {
  const pid_t child = killed([] { in_memory = 42; });
  EXPECT_EQ(seen->written, 42);
  EXPECT_FALSE(std::filesystem::exists(note(child))) << "it had nothing to say";
}

TEST_F(Keeper, LeavesWhatItSays) {
  seen->says = true;
  const pid_t child = killed([] { in_memory = 1; });
  const auto text = read_file(note(child));
  ASSERT_TRUE(text.ok());
  EXPECT_TRUE(text->ends_with("\nsaid\n")) << *text;
}

TEST_F(Keeper, WritesNothingThatIsNotNeeded) {
  seen->is_needed = false;
  killed([] { in_memory = 42; });
  EXPECT_EQ(seen->written, 0);
}

TEST_F(Keeper, IsNobodysChild) {
  killed([] {
    in_memory =
        ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD && ::waitpid(-1, nullptr, __WALL) == -1 ? 1 : 2;
  });
  EXPECT_EQ(seen->written, 1);
}

TEST_F(Keeper, HoldsNoDescriptorOfTheProcess) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    start_keeper(pattern(), kPlan);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  while (!std::filesystem::exists(note(child))) ::usleep(1000);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "the end of the pipe";
  ::close(ends[0]);
}

TEST_F(Keeper, EndsWithAProcessThatBecomesAnotherProgram) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    start_keeper(pattern(), kPlan);
    const auto text = read_file(note(::getpid()));  // the keeper removes it at its end
    if (text.ok()) (void)!::write(ends[1], text->data(), text->size());
    ::execl("/bin/sleep", "sleep", "1000", nullptr);
    ::_exit(9);
  }
  ::close(ends[1]);
  char text[16] = {};
  EXPECT_GT(::read(ends[0], text, sizeof text - 1), 0);
  ::close(ends[0]);
  wait_for_end(std::atoi(text));
  EXPECT_EQ(::kill(child, 0), 0) << "it sleeps";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(seen->written, 0);
}

TEST_F(Keeper, IsStoppedWhileANamespaceIsMade) {
  const pid_t bare = ::fork();
  if (bare == 0) ::_exit(::syscall(SYS_unshare, CLONE_NEWUSER) == 0 ? 1 : 2);
  int status = 0;
  ::waitpid(bare, &status, 0);
  killed([] { in_memory = ::unshare(CLONE_NEWUSER) == 0 ? 1 : 2; });
  EXPECT_EQ(seen->written, WEXITSTATUS(status)) << "as without a keeper, and with one afterwards";
}

TEST_F(Keeper, IsNoneWhereDescriptorsAreTooFew) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit few{4, 4};
    ::close_range(3, ~0U, 0);
    ::setrlimit(RLIMIT_NOFILE, &few);
    ::_exit(start_keeper(pattern(), kPlan) ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(seen->written, 0);
}

TEST_F(Keeper, NeedsNoNote) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!start_keeper("", kPlan)) ::_exit(9);
    in_memory = 5;
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  for (int i = 0; i < 6000 && seen->written == 0; ++i) ::usleep(10'000);
  EXPECT_EQ(seen->written, 5);
}

TEST_F(Keeper, NeedsANameThatIsNotTooLong) { EXPECT_FALSE(start_keeper(std::string(5000, 'x'), kPlan)); }

}  // namespace
}  // namespace bucketprof::service
