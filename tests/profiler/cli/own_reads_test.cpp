// SPDX-License-Identifier: Apache-2.0
#include "profiler/cli/own_reads.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "profiler/base/filters.h"

namespace bucketprof::cli {
namespace {

/// From now on process_vm_readv ends with `action`.
bool filter_reads(unsigned action) {
  std::array<sock_filter, 4> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

/// Whether `check` holds in a process under such a filter.
template <class Check>
bool holds_under(unsigned action, Check check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(filter_reads(action) && check() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(OwnReads, NeedNoVariableWithoutFilters) {
  if (seccomp_filters() != "0") GTEST_SKIP() << "this process is under a filter";
  EXPECT_TRUE(can_read_own_memory());
  EXPECT_EQ(reads_under_filters(), "");
}

TEST(OwnReads, AreAllowedByFiltersThatLetThemPass) {
  if (seccomp_filters() != "0") GTEST_SKIP() << "this process is under a filter";
  EXPECT_TRUE(holds_under(SECCOMP_RET_ALLOW, [] { return can_read_own_memory() && reads_under_filters() == "1"; }));
}

TEST(OwnReads, AreNotIfAFilterRefusesOrKills) {
  for (const unsigned action : {SECCOMP_RET_ERRNO | 1U, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_TRAP})
    EXPECT_TRUE(holds_under(action, [] { return !can_read_own_memory() && reads_under_filters().empty(); })) << action;
}

}  // namespace
}  // namespace bucketprof::cli
