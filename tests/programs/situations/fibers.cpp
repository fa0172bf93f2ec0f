// SPDX-License-Identifier: Apache-2.0
//
// Control flow that is not calls and returns: fibers and coroutines that also move between threads, handlers on
// alternate stacks, exceptions and longjmp past frames that allocated. Every replay is audited; totals must be exact.
// `fibers ROUNDS`
#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>

#include <coroutine>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "profiler/base/sanitizer.h"
#include "tests/programs/findings.h"
#include "tests/programs/situations/situations.h"

#if defined(BUCKETPROF_ADDRESS_SANITIZER)
#include <sanitizer/common_interface_defs.h>
#endif

namespace bucketprof::programs::fibers {

Group fiber_group("fibers");
Group inner_group("fibers inside a stack");
Group moving_group("fibers that move");
Group coroutine_group("coroutines");
Group handler_group("handlers");
Group throwing_group("exceptions");
Group jumping_group("longjmp");

constexpr Number kEntries = 12;
constexpr std::size_t kStackBytes = 256 * 1024;

/// A table filled some frames further down.
[[gnu::noinline]] void fill_below(int depth, Group& group) {
  volatile int level = depth;
  if (level > 0) {
    fill_below(level - 1, group);
  } else {
    NodeTable nodes{group};
    GoTable buckets{group};
    FlatTable flat{group};
    fill(nodes, kEntries);
    fill(buckets, kEntries);
    fill(flat, kEntries);
  }
  level = 0;
}

// Fibers: each has a stack and yields after every table. Each switch of stacks is announced to the sanitizer.
class Fiber {
 public:
  Fiber(Group& group, int depth, char* stack) : group_(&group), depth_(depth), stack_(stack) {
    getcontext(&own_);
    own_.uc_stack.ss_sp = stack;
    own_.uc_stack.ss_size = kStackBytes;
    own_.uc_link = nullptr;  // it yields for the last time instead
    const auto self = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&own_, reinterpret_cast<void (*)()>(&Fiber::run), 2, static_cast<unsigned>(self >> 32U),
                static_cast<unsigned>(self));
  }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  void finish() {
    last_ = true;
    resume();
  }
  void resume() {
#if defined(BUCKETPROF_ADDRESS_SANITIZER)
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, stack_, kStackBytes);
#endif
    swapcontext(&caller_, &own_);
#if defined(BUCKETPROF_ADDRESS_SANITIZER)
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  }

 private:
  static void run(unsigned high, unsigned low) {
    auto* self = reinterpret_cast<Fiber*>(std::uintptr_t{high} << 32U | low);
    self->arrived();
    while (!self->last_) {
      NodeTable across{*self->group_};  // lives while others run
      fill(across, kEntries);
      self->yield();
      fill_below(self->depth_, *self->group_);
      across.clear();
      fill_below(1, *self->group_);
    }
    self->yield();
  }
  void arrived() {
#if defined(BUCKETPROF_ADDRESS_SANITIZER)
    __sanitizer_finish_switch_fiber(fake_, &caller_stack_, &caller_stack_bytes_);
#endif
  }
  void yield() {
#if defined(BUCKETPROF_ADDRESS_SANITIZER)
    __sanitizer_start_switch_fiber(&fake_, caller_stack_, caller_stack_bytes_);
#endif
    swapcontext(&own_, &caller_);
    arrived();
  }

  Group* group_;
  int depth_;
  [[maybe_unused]] char* stack_;
  bool last_ = false;
  ucontext_t own_{};
  ucontext_t caller_{};
  [[maybe_unused]] void* fake_ = nullptr;
  [[maybe_unused]] const void* caller_stack_ = nullptr;
  [[maybe_unused]] std::size_t caller_stack_bytes_ = 0;
};

/// `stacks` holds the memory for all of them.
void run_fibers(Group& group, int rounds, char* stacks, int count, bool on_other_threads) {
  std::vector<std::unique_ptr<Fiber>> fibers;
  for (int i = 0; i < count; ++i) {
    fibers.push_back(std::make_unique<Fiber>(group, i % 5, stacks + static_cast<std::size_t>(i) * kStackBytes));
  }
  for (int round = 0; round < rounds; ++round) {
    const auto resume_all = [&fibers] {
      for (const auto& fiber : fibers) fiber->resume();
    };
    if (on_other_threads) {
      std::thread(resume_all).join();
    } else {
      resume_all();
    }
  }
  for (const auto& fiber : fibers) fiber->finish();
}

// Coroutines: their frames are on the heap, and the function that resumes one is its caller.
struct Task {
  struct promise_type {
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static std::suspend_always final_suspend() noexcept { return {}; }
    static void return_void() noexcept {}
    static void unhandled_exception() noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Task grow_table(Group& group, int steps) {
  NodeTable table{group};
  for (int i = 0; i < steps; ++i) {
    table[static_cast<Number>(i)] = 1;
    fill_below(i % 3, group);
    co_await std::suspend_always();
  }
}

[[gnu::noinline]] void resume_below(int depth, std::coroutine_handle<> handle) {
  volatile int level = depth;
  if (level > 0) {
    resume_below(level - 1, handle);
  } else {
    handle.resume();
  }
  level = 0;
}

void run_coroutines(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const Task task = grow_table(coroutine_group, 6);
    for (int depth = 0; !task.handle.done(); ++depth) {
      if (depth == 3) {
        std::thread([&task] { resume_below(2, task.handle); }).join();
      } else {
        resume_below(depth, task.handle);
      }
    }
    task.handle.destroy();
  }
}

// Handlers: called by raise(), so never inside an allocation of the program.
void handle(int) {
  fill_below(2, handler_group);
  try {
    throw std::runtime_error("inside a handler");
  } catch (const std::runtime_error&) {
    fill_below(1, handler_group);
  }
}

void run_handlers(int rounds, bool alternate) {
  std::vector<char> stack(kStackBytes);
  stack_t before{};
  if (alternate) {
    const stack_t own{.ss_sp = stack.data(), .ss_flags = 0, .ss_size = stack.size()};
    sigaltstack(&own, &before);
  }
  struct sigaction action {};
  action.sa_handler = &handle;
  action.sa_flags = alternate ? SA_ONSTACK : 0;
  sigaction(SIGUSR1, &action, nullptr);
  for (int round = 0; round < rounds; ++round) {
    raise(SIGUSR1);
    fill_below(round % 3, handler_group);
  }
  if (alternate) sigaltstack(&before, nullptr);
}

int round_now;  // not a local: those are undefined after a jump
sigjmp_buf handler_left;

/// Leaves handlers by siglongjmp: the handler's table is destroyed by then, its frames never return.
void run_left_handlers(int rounds) {
  struct sigaction action {};
  action.sa_handler = [](int) {
    fill_below(2, jumping_group);
    siglongjmp(handler_left, 1);
  };
  sigaction(SIGUSR2, &action, nullptr);
  for (round_now = 0; round_now < rounds; ++round_now) {
    if (sigsetjmp(handler_left, 1) == 0) raise(SIGUSR2);
    fill_below(1, jumping_group);
  }
}

[[gnu::noinline]] void throw_below(int depth, Group& group) {
  NodeTable table{group};
  fill(table, kEntries);
  if (depth == 0) throw std::runtime_error("thrown");
  throw_below(depth - 1, group);
  fill(table, 2 * kEntries);
}

void run_exceptions(int rounds) {
  struct AtUnwinding {
    ~AtUnwinding() { fill_below(1, throwing_group); }
  };
  for (int round = 0; round < rounds; ++round) {
    try {
      const AtUnwinding guard;
      throw_below(round % 7, throwing_group);
    } catch (const std::runtime_error&) {
      fill_below(round % 2, throwing_group);
    }
  }
}

jmp_buf jumped;

[[gnu::noinline]] void jump_below(int depth, NodeTable& table) {
  volatile int level = depth;
  fill(table, static_cast<Number>(10 * (8 - level)));
  if (level > 0) {
    jump_below(level - 1, table);
  } else if (round_now >= 0) {
    longjmp(jumped, 1);
  }
  level = 0;
}

void run_jumps(int rounds) {
  for (round_now = 0; round_now < rounds; ++round_now) {
    NodeTable table{jumping_group};  // not in a frame that is jumped over
    if (setjmp(jumped) == 0) jump_below(round_now % 7, table);
    fill_below(1, jumping_group);
  }
}

int run(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  record::recorder().start({.audit_interval = 1});
  constexpr int kFibers = 20;
  constexpr int kInner = 4;
  std::vector<char> stacks(kFibers * kStackBytes);
  std::vector<char> moving(kFibers * kStackBytes);
  alignas(16) char inner[kInner * kStackBytes];  // part of this thread's own stack
  run_fibers(fiber_group, rounds, stacks.data(), kFibers, false);
  run_fibers(inner_group, rounds, inner, kInner, false);
#if !defined(BUCKETPROF_THREAD_SANITIZER)  // it only follows fibers made with its own functions
  run_fibers(moving_group, rounds / 10, moving.data(), kFibers, true);
#endif
  run_coroutines(rounds);
  run_handlers(rounds, false);
  run_handlers(rounds, true);
  run_exceptions(rounds);
  run_jumps(rounds);
  run_left_handlers(rounds);

  Findings findings;
  const record::Snapshot snapshot = Findings::now();
  findings.expect_consistent(snapshot);
  for (const Group* group :
       {&fiber_group, &inner_group, &moving_group, &coroutine_group, &handler_group, &throwing_group, &jumping_group}) {
    findings.expect_exact(snapshot, *group);
    findings.figure(group->label(), group->counts().allocs);
  }
  findings.expect_nothing_lost(snapshot);
  std::fflush(stdout);
  return findings.status();
}

}  // namespace bucketprof::programs::fibers
