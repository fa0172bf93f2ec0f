// SPDX-License-Identifier: Apache-2.0
//
// Shapes that compilers do not generate: fibers on memory of their own and on the thread's stack, signal handlers on
// the thread's and on an alternate stack, and frames written by hand: rbp holds no address, is saved at an odd place or
// in a register, the canonical frame address is in rbx, or there is no unwind information at all. Thread-safe: each
// thread has its own stacks.
#include <csignal>
#include <memory>
#include <utility>

#include "tests/programs/stack_family/family.h"

#if STACK_FAMILY_SWITCHES_STACKS
#include <ucontext.h>
#endif

asm(R"(
.text
.globl stack_family_scrambled
.type stack_family_scrambled, @function
stack_family_scrambled:
  .cfi_startproc
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov $0x123456789, %rbp
  call *%rsi
  pop %rbp
  .cfi_def_cfa_offset 8
  .cfi_restore %rbp
  ret
  .cfi_endproc
.size stack_family_scrambled, . - stack_family_scrambled

.globl stack_family_odd_place
.type stack_family_odd_place, @function
stack_family_odd_place:
  .cfi_startproc
  sub $40, %rsp
  .cfi_def_cfa_offset 48
  mov %rbp, 8(%rsp)
  .cfi_offset %rbp, -40
  lea 3(%rsp), %rbp
  call *%rsi
  mov 8(%rsp), %rbp
  .cfi_restore %rbp
  add $40, %rsp
  .cfi_def_cfa_offset 8
  ret
  .cfi_endproc
.size stack_family_odd_place, . - stack_family_odd_place

.globl stack_family_in_register
.type stack_family_in_register, @function
stack_family_in_register:
  .cfi_startproc
  push %rbx
  .cfi_def_cfa_offset 16
  .cfi_offset %rbx, -16
  mov %rbp, %rbx
  .cfi_register %rbp, %rbx
  xor %ebp, %ebp
  call *%rsi
  mov %rbx, %rbp
  .cfi_restore %rbp
  pop %rbx
  .cfi_def_cfa_offset 8
  .cfi_restore %rbx
  ret
  .cfi_endproc
.size stack_family_in_register, . - stack_family_in_register

.globl stack_family_from_rbx
.type stack_family_from_rbx, @function
stack_family_from_rbx:
  .cfi_startproc
  push %rbx
  .cfi_def_cfa_offset 16
  .cfi_offset %rbx, -16
  mov %rsp, %rbx
  .cfi_def_cfa %rbx, 16
  and $-64, %rsp
  call *%rsi
  mov %rbx, %rsp
  pop %rbx
  .cfi_def_cfa %rsp, 8
  .cfi_restore %rbx
  ret
  .cfi_endproc
.size stack_family_from_rbx, . - stack_family_from_rbx

.globl stack_family_unknown
.type stack_family_unknown, @function
stack_family_unknown:
  push %rbp
  mov $1, %rbp
  call *%rsi
  pop %rbp
  ret
.size stack_family_unknown, . - stack_family_unknown
)");

namespace bucketprof::stack_family {

using HandWritten = std::uint64_t(const Call* call, std::uint64_t (*callee)(const Call*));
extern "C" {
HandWritten stack_family_scrambled;
HandWritten stack_family_odd_place;
HandWritten stack_family_in_register;
HandWritten stack_family_from_rbx;
HandWritten stack_family_unknown;
}

namespace {

std::uint64_t children_of(const Call* call) {
  return run_children(*call) + allocate_here<struct HandWrittenChildren>(call->amount);
}
template <HandWritten* kFrame>
std::uint64_t hand_written(const Call& call) {
  return kFrame(&call, children_of) + 1;
}

// The call that a handler runs, and its result. In a call stack, the interrupted function is the handler's caller.
constinit thread_local const Call* signalled = nullptr;
constinit thread_local std::uint64_t signal_sum = 0;

void handle(int) {
  const Call& call = *signalled;
  const std::uint64_t sum = run_children(call) + allocate_here<struct Handle>(call.amount);
  signal_sum = sum;
}
std::uint64_t raised(const Call& call, int signal) {
  const Call* const outer = std::exchange(signalled, &call);
  std::raise(signal);
  signalled = outer;
  return signal_sum;
}
void handle_signal(int signal, int flags) {
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = flags | SA_NODEFER;
  sigaction(signal, &action, nullptr);
}
std::uint64_t in_handler(const Call& call) {
  static const bool handled = (handle_signal(SIGUSR1, 0), true);
  return handled ? raised(call, SIGUSR1) : 0;
}

#if STACK_FAMILY_SWITCHES_STACKS

constexpr std::size_t kStackBytes = std::size_t{512} * 1024;

constinit thread_local std::uint32_t stacks_left = 0;  // how many stacks wait below the one in use
constinit thread_local bool on_alternate_stack = false;

std::uint64_t in_handler_on_other_stack(const Call& call) {
  static const bool handled = (handle_signal(SIGUSR2, SA_ONSTACK), true);
  if (!handled || on_alternate_stack) return run_children(call);  // a thread has one only
  static thread_local const auto memory = std::make_unique_for_overwrite<char[]>(kStackBytes);
  stack_t stack{};
  stack.ss_sp = memory.get();
  stack.ss_size = kStackBytes;
  sigaltstack(&stack, nullptr);
  on_alternate_stack = true;
  ++stacks_left;
  const std::uint64_t sum = raised(call, SIGUSR2);
  --stacks_left;
  on_alternate_stack = false;
  return sum;
}

struct Fiber {
  const Call* call = nullptr;
  std::uint64_t sum = 0;
  bool done = false;
  ucontext_t own{};
  ucontext_t resumer{};
};
constinit thread_local Fiber* starting = nullptr;

void run_fiber() {
  Fiber& fiber = *starting;
  for (const Call& child : fiber.call->children) {
    fiber.sum = fiber.sum * 31 + child.shape(child) + allocate_here<struct FiberTurn>(child.amount);
    swapcontext(&fiber.own, &fiber.resumer);
  }
  fiber.done = true;
  swapcontext(&fiber.own, &fiber.resumer);
}
[[gnu::noinline]] bool resume_from(Fiber& fiber, std::uint32_t levels) {
  if (levels != 0) {
    volatile bool more = resume_from(fiber, levels - 1);
    return more;
  }
  starting = &fiber;
  swapcontext(&fiber.resumer, &fiber.own);
  return !fiber.done;
}
std::uint64_t run_on(const Call& call, void* memory, std::size_t bytes) {
  Fiber fiber;
  fiber.call = &call;
  getcontext(&fiber.own);
  fiber.own.uc_stack.ss_sp = memory;
  fiber.own.uc_stack.ss_size = bytes;
  makecontext(&fiber.own, run_fiber, 0);
  std::uint64_t sum = 0;
  ++stacks_left;
  for (std::uint32_t turn = call.amount; resume_from(fiber, turn % 3); ++turn) {
    sum += allocate_here<struct BetweenTurns>(turn % 3);
  }
  --stacks_left;
  return sum + fiber.sum;
}

std::uint64_t fiber(const Call& call) {
  static thread_local std::vector<std::unique_ptr<char[]>> free_stacks;
  if (free_stacks.empty()) free_stacks.push_back(std::make_unique_for_overwrite<char[]>(kStackBytes));
  std::unique_ptr<char[]> memory = std::move(free_stacks.back());
  free_stacks.pop_back();
  const std::uint64_t sum = run_on(call, memory.get(), kStackBytes);
  free_stacks.push_back(std::move(memory));
  return sum;
}
// The fiber's stack is inside the bounds of the thread's stack.
[[gnu::noinline]] std::uint64_t run_on_own_stack(const Call& call) {
  char memory[kStackBytes];
  char* hidden = memory;
  asm volatile("" : "+r"(hidden)::"memory");
  return run_on(call, hidden, kStackBytes);
}
std::uint64_t fiber_on_own_stack(const Call& call) {
  // Only the thread's own stack has room for it.
  return stacks_left == 0 ? run_on_own_stack(call) + 1 : run_children(call);
}

#endif

}  // namespace

std::span<const ShapeInfo> switching_shapes() {
  static constexpr ShapeInfo kShapes[] = {
    {hand_written<stack_family_scrambled>, 4},
    {hand_written<stack_family_odd_place>, 4},
    {hand_written<stack_family_in_register>, 4},
    {hand_written<stack_family_from_rbx>, 4},
    {hand_written<stack_family_unknown>, 4},
    {in_handler, 10},
#if STACK_FAMILY_SWITCHES_STACKS
    {in_handler_on_other_stack, 10},
    {fiber, 8},
    {fiber_on_own_stack, 9},
#endif
  };
  return kShapes;
}

}  // namespace bucketprof::stack_family
