// SPDX-License-Identifier: Apache-2.0
//
// A seccomp filter that ends the process at each system call but a few.
#pragma once

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <vector>

/// What malloc, threads and the end of a process need, so that the program runs under the filter alone as well.
inline std::vector<unsigned> few_calls() {
  return {SYS_write, SYS_brk,          SYS_futex, SYS_exit,           SYS_exit_group,
          SYS_clone, SYS_rt_sigreturn, SYS_wait4, SYS_set_robust_list};
}
/// What docs/run.md says that the recorder calls while the program runs, outside of sandboxes that it has noticed.
inline std::vector<unsigned> recorders_calls() {
  return {SYS_mmap,   SYS_munmap, SYS_membarrier, SYS_rt_sigprocmask, SYS_sched_yield, SYS_gettid,
          SYS_getpid, SYS_read,   SYS_close,      SYS_prlimit64,      SYS_openat};
}

/// As syscall(), which is interposed; by the instruction itself.
inline long call_unnoticed(long number, long first, long second, const void* third) {
  long result = number;
  __asm__ volatile("syscall" : "+a"(result) : "D"(first), "S"(second), "d"(third) : "rcx", "r11", "memory");
  return result;
}

/// For all threads of the process; false if the kernel does not allow it.
inline bool allow_only(const std::vector<unsigned>& calls, bool noticed) {
  std::vector<sock_filter> code{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const unsigned number : calls) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  sock_fprog program{.len = static_cast<unsigned short>(code.size()), .filter = code.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  constexpr long kFlags = SECCOMP_FILTER_FLAG_TSYNC;
  return (noticed ? ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kFlags, &program)
                  : call_unnoticed(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kFlags, &program)) == 0;
}
