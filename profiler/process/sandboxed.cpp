// SPDX-License-Identifier: Apache-2.0
//
// Each function jumps to, or calls, the next one of its name; until that is looked up, the kernel itself.
#include "profiler/process/sandboxed.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>

#include "profiler/base/in_place.h"

namespace bucketprof::service {
namespace {

using Enters = void (*)(sandbox::Mode) noexcept;
using Prctl = int (*)(int, ...);

constinit std::atomic<Enters> at_entrance{nullptr};
constinit Prctl next_prctl = nullptr;

void note(sandbox::Mode mode) noexcept {
  if (const Enters enters = at_entrance.load(std::memory_order_acquire)) enters(mode);
}

/// Programs ask whether there is seccomp by a call without a filter, which fails.
void note_prctl(long option, long mode, long filter) noexcept {
  if (option != PR_SET_SECCOMP) return;
  if (mode == SECCOMP_MODE_STRICT) note(sandbox::Mode::kStrict);
  if (mode == SECCOMP_MODE_FILTER && filter != 0) note(sandbox::Mode::kFilter);
}

}  // namespace
}  // namespace bucketprof::service

extern "C" {
[[gnu::visibility("hidden")]] extern long (*bucketprof_next_syscall)(long number, ...);
[[gnu::visibility("hidden")]] long bucketprof_call_kernel(long number, ...) noexcept;
[[gnu::visibility("hidden")]] long bucketprof_failed(int reason) noexcept;
[[gnu::visibility("hidden")]] void bucketprof_note_syscall(long number, long first, long second, long third) noexcept;

// The assembly below refers to these.
[[gnu::used]] long (*bucketprof_next_syscall)(long number, ...) = &bucketprof_call_kernel;

[[gnu::used]] void bucketprof_note_syscall(long number, long first, long second, long third) noexcept {
  using namespace bucketprof;  // NOLINT(google-build-using-namespace)
  if (number == SYS_prctl) return service::note_prctl(first, second, third);
  if (number != SYS_seccomp) return;
  if (first == SECCOMP_SET_MODE_STRICT) service::note(sandbox::Mode::kStrict);
  if (first == SECCOMP_SET_MODE_FILTER && third != 0) service::note(sandbox::Mode::kFilter);
}

[[gnu::used]] long bucketprof_failed(int reason) noexcept {
  errno = reason;
  return -1;
}

BUCKETPROF_IN_PLACE int prctl(int option, ...) {
  std::va_list more;
  va_start(more, option);
  long words[4];
  for (long& word : words) word = va_arg(more, long);
  va_end(more);
  bucketprof::service::note_prctl(option, words[0], words[1]);
  if (bucketprof::service::next_prctl != nullptr)
    return bucketprof::service::next_prctl(option, words[0], words[1], words[2], words[3]);
  return static_cast<int>(bucketprof_call_kernel(SYS_prctl, option, words[0], words[1], words[2], words[3]));
}
}

// A jump, not a call: the arguments pass as they are, however many there are.
__asm__(
    ".pushsection .text\n"
    ".weak syscall\n"
    ".type syscall, @function\n"
    ".balign 16\n"
    "syscall:\n"
    "  .cfi_startproc\n"
    "  endbr64\n"
    "  cmpq $317, %rdi\n"  // SYS_seccomp
    "  je 1f\n"
    "  cmpq $157, %rdi\n"  // SYS_prctl
    "  je 1f\n"
    "  jmp *bucketprof_next_syscall(%rip)\n"
    "1:\n"
    "  pushq %rdi\n  .cfi_adjust_cfa_offset 8\n"
    "  pushq %rsi\n  .cfi_adjust_cfa_offset 8\n"
    "  pushq %rdx\n  .cfi_adjust_cfa_offset 8\n"
    "  pushq %rcx\n  .cfi_adjust_cfa_offset 8\n"
    "  pushq %r8\n  .cfi_adjust_cfa_offset 8\n"
    "  pushq %r9\n  .cfi_adjust_cfa_offset 8\n"
    "  subq $8, %rsp\n  .cfi_adjust_cfa_offset 8\n"
    "  call bucketprof_note_syscall\n"
    "  addq $8, %rsp\n  .cfi_adjust_cfa_offset -8\n"
    "  popq %r9\n  .cfi_adjust_cfa_offset -8\n"
    "  popq %r8\n  .cfi_adjust_cfa_offset -8\n"
    "  popq %rcx\n  .cfi_adjust_cfa_offset -8\n"
    "  popq %rdx\n  .cfi_adjust_cfa_offset -8\n"
    "  popq %rsi\n  .cfi_adjust_cfa_offset -8\n"
    "  popq %rdi\n  .cfi_adjust_cfa_offset -8\n"
    "  jmp *bucketprof_next_syscall(%rip)\n"
    "  .cfi_endproc\n"
    ".size syscall, . - syscall\n"
    ".globl bucketprof_call_kernel\n"
    ".hidden bucketprof_call_kernel\n"
    ".type bucketprof_call_kernel, @function\n"
    ".balign 16\n"
    "bucketprof_call_kernel:\n"
    "  .cfi_startproc\n"
    "  movq %rdi, %rax\n"
    "  movq %rsi, %rdi\n"
    "  movq %rdx, %rsi\n"
    "  movq %rcx, %rdx\n"
    "  movq %r8, %r10\n"
    "  movq %r9, %r8\n"
    "  movq 8(%rsp), %r9\n"
    "  syscall\n"
    "  cmpq $-4095, %rax\n"
    "  jae 1f\n"
    "  ret\n"
    "1:\n"
    "  negl %eax\n"
    "  movl %eax, %edi\n"
    "  jmp bucketprof_failed\n"
    "  .cfi_endproc\n"
    ".size bucketprof_call_kernel, . - bucketprof_call_kernel\n"
    ".popsection\n");
static_assert(SYS_seccomp == 317 && SYS_prctl == 157);

namespace bucketprof::service {

void watch_sandboxes(void (*enters)(sandbox::Mode mode) noexcept) noexcept {
  find_next(next_prctl, "prctl");
  long (*function)(long, ...) = nullptr;
  find_next(function, "syscall");
  if (function != nullptr) bucketprof_next_syscall = function;
  at_entrance.store(enters, std::memory_order_release);
}

}  // namespace bucketprof::service
