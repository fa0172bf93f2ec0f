// SPDX-License-Identifier: Apache-2.0
//
// Shapes of control flow: exceptions with work in the throw, in destructors during unwinding, in handlers and in the
// exception's own destructor; functions that do not return; longjmp; coroutines.
#include <coroutine>
#include <csetjmp>
#include <exception>
#include <utility>

#include "tests/programs/stack_family/family.h"

namespace bucketprof::stack_family {
namespace {

// Allocates when it is copied into the exception object, and when that is destroyed at the end of the handler.
struct Thrown {
  explicit Thrown(std::uint32_t n) : amount(n) {}
  Thrown(const Thrown& other) : amount(other.amount) { allocate_here<struct ThrownCopy>(amount); }
  Thrown& operator=(const Thrown&) = delete;
  ~Thrown() { allocate_here<struct ThrownEnd>(amount); }
  std::uint32_t amount;
};

struct Guard {
  const Call& call;
  std::uint64_t* sum;
  Guard(const Call& c, std::uint64_t* s) : call(c), sum(s) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { *sum += allocate_here<struct GuardEnd>(call.amount); }
};

// The call of it is the last instruction of its caller, so its return address is in the next function.
[[noreturn, gnu::noinline]] void leave(const Call& call, std::uint64_t* sum) {
  *sum += run_children(call);
  const Thrown thrown(call.amount);
  throw thrown;
}
[[noreturn, gnu::noinline]] void leave_from(const Call& call, std::uint64_t* sum, std::uint32_t levels) {
  const Guard guard(call, sum);
  if (levels == 0) leave(call, sum);
  leave_from(call, sum, levels - 1);
}
std::uint64_t exception(const Call& call) {
  std::uint64_t sum = 0;
  try {
    leave_from(call, &sum, call.amount % 4);
  } catch (const Thrown& thrown) {
    sum += allocate_here<struct Handler>(thrown.amount);
  }
  return sum;
}

// The children run in a destructor during unwinding, where they may throw and catch more exceptions.
struct RunsAtEnd {
  const Call& call;
  std::uint64_t* sum;
  ~RunsAtEnd() { *sum += run_children(call); }
};
[[gnu::noinline]] void work_while_leaving(const Call& call, std::uint64_t* sum) {
  const RunsAtEnd runs{call, sum};
  const Thrown thrown(call.amount);
  if (call.shape != nullptr) throw thrown;
  *sum += 1;
}
std::uint64_t exception_with_work(const Call& call) {
  std::uint64_t sum = 0;
  try {
    work_while_leaving(call, &sum);
  } catch (...) {
    sum *= 3;
  }
  return sum;
}

std::uint64_t rethrown(const Call& call) {
  std::uint64_t sum = 0;
  try {
    try {
      throw call.amount;
    } catch (const std::uint32_t&) {
      sum += run_children(call);
      throw;
    }
  } catch (const std::uint32_t& amount) {
    sum += allocate_here<struct Rethrown>(amount);
  }
  return sum;
}

struct Jump {
  std::jmp_buf buffer;
  volatile std::uint64_t sum = 0;
};
[[noreturn, gnu::noinline]] void jump_from(const Call& call, Jump* jump, std::uint32_t levels) {
  volatile std::uint32_t left = levels;
  if (left == 0) {
    jump->sum = jump->sum + run_children(call);
    std::longjmp(jump->buffer, 1);
  }
  jump->sum = jump->sum + allocate_here<struct JumpFrom>(left);
  jump_from(call, jump, left - 1);
}
std::uint64_t long_jump(const Call& call) {
  Jump jump;
  if (setjmp(jump.buffer) == 0) jump_from(call, &jump, call.amount % 5);
  return jump.sum + allocate_here<struct AfterJump>(call.amount);
}

class Turns {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's name
    std::uint64_t value = 0;
    Turns get_return_object() { return Turns(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(std::uint64_t v) noexcept {
      value = v;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Turns(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  // Clang 14 wants to move what get_return_object() returns.
  Turns(Turns&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Turns& operator=(Turns&&) = delete;
  ~Turns() {
    if (handle_) handle_.destroy();
  }
  [[nodiscard]] bool next() const {
    handle_.resume();
    return !handle_.done();
  }
  [[nodiscard]] std::uint64_t value() const { return handle_.promise().value; }

 private:
  std::coroutine_handle<promise_type> handle_;
};

Turns in_turns(const Call& call) {
  for (const Call& child : call.children) {
    co_yield child.shape(child);
    co_yield allocate_here<struct InTurns>(child.amount);
  }
}
[[gnu::noinline]] bool next_from(const Turns& turns, std::uint32_t levels) {
  volatile bool more = levels == 0 ? turns.next() : next_from(turns, levels - 1);
  return more;
}
// Each turn is resumed from another depth.
std::uint64_t generator(const Call& call) {
  std::uint64_t sum = 0;
  const Turns turns = in_turns(call);
  for (std::uint32_t turn = call.amount; next_from(turns, turn % 4); ++turn) sum = sum * 31 + turns.value();
  return sum;
}

class Task {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's name
    std::uint64_t value = 0;
    std::coroutine_handle<> waiting = std::noop_coroutine();
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct ToWaiting {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        // Symmetric transfer: one coroutine continues in the place of another.
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) const noexcept {
          return done.promise().waiting;
        }
        void await_resume() const noexcept {}
      };
      return ToWaiting{};
    }
    void return_value(std::uint64_t v) { value = v; }
    void unhandled_exception() { std::terminate(); }
  };
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  // Clang 14 wants to move what get_return_object() returns.
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  [[nodiscard]] std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) const noexcept {
    handle_.promise().waiting = waiting;
    return handle_;
  }
  [[nodiscard]] std::uint64_t await_resume() const noexcept { return handle_.promise().value; }
  [[nodiscard]] std::uint64_t run() const {
    handle_.resume();
    return handle_.promise().value;
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

Task inner_task(const Call& call) { co_return run_children(call) + allocate_here<struct InnerTask>(call.amount); }
Task outer_task(const Call& call, std::uint32_t levels) {
  if (levels == 0) {
    const Task inner = inner_task(call);
    co_return co_await inner;
  }
  const Task outer = outer_task(call, levels - 1);
  const std::uint64_t sum = co_await outer;
  co_return sum + allocate_here<struct OuterTask>(levels);
}
std::uint64_t tasks(const Call& call) {
  const Task task = outer_task(call, call.amount % 3);
  return task.run();
}

}  // namespace

std::span<const ShapeInfo> control_shapes() {
  static constexpr ShapeInfo kShapes[] = {
      {exception, 10}, {exception_with_work, 6}, {rethrown, 4}, {long_jump, 10}, {generator, 12}, {tasks, 30},
  };
  return kShapes;
}

}  // namespace bucketprof::stack_family
