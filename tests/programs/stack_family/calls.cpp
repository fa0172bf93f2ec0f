// SPDX-License-Identifier: Apache-2.0
//
// Shapes of calls: virtual ones and their thunks, lambdas, function objects, calls in tail position, templates that are
// inlined in part, and calls that come back through the C and the C++ library.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <variant>

#include "tests/programs/stack_family/family.h"

namespace bucketprof::stack_family {
namespace {

class Left {
 public:
  virtual ~Left() = default;
  virtual std::uint64_t left(const Call& call) { return run_children(call) + allocate_here<class Left>(call.amount); }
};
class Right {
 public:
  virtual ~Right() = default;
  virtual std::uint64_t right(const Call& call) { return 5 + run_children(call); }
};
// A call through Right* reaches it by a thunk.
class Both : public Left, public Right {
 public:
  std::uint64_t left(const Call& call) override { return run_children(call) * 3; }
  std::uint64_t right(const Call& call) override { return run_children(call) + allocate_here<class Both>(call.amount); }
};
class Deep : public virtual Left, public virtual Right {
 public:
  std::uint64_t left(const Call& call) override { return run_children(call) + allocate_here<class Deep>(call.amount); }
  std::uint64_t right(const Call& call) override { return Left::left(call) + 1; }
};

// Hidden from the compiler, so that it does not know whose function is called.
template <class T>
[[gnu::noinline]] T* hidden(T* object) {
  asm volatile("" : "+r"(object));
  return object;
}

std::uint64_t through_virtual(const Call& call) {
  Left left;
  Right right;
  Both both;
  Deep deep;
  Left* const lefts[] = {&left, &both, &deep};
  Right* const rights[] = {&right, &both, &deep};
  std::uint64_t sum = call.amount;
  switch (call.amount % 2) {
    case 0:
      sum += hidden(lefts[call.amount / 2 % 3])->left(call);
      break;
    default:
      sum += hidden(rights[call.amount / 2 % 3])->right(call);
  }
  return sum * 3;
}

std::uint64_t through_member_pointer(const Call& call) {
  using Member = std::uint64_t (Left::*)(const Call&);
  Both both;
  const Member member = &Left::left;
  return (hidden(static_cast<Left*>(&both))->*member)(call) + 1;
}

std::uint64_t through_lambda(const Call& call) {
  std::uint64_t sum = 0;
  const auto each = [&sum, &call](std::uint32_t extra) {
    sum += run_children(call) + allocate_here<struct Lambda>(call.amount) + extra;
  };
  const auto twice = [&each](auto... extras) { (each(extras), ...); };
  twice(call.amount);
  return sum;
}

std::uint64_t through_recursive_lambda(const Call& call) {
  const auto down = [&call](const auto& self, std::uint32_t levels) -> std::uint64_t {
    if (levels == 0) return run_children(call);
    volatile std::uint64_t sum = self(self, levels - 1);
    return sum + allocate_here<struct RecursiveLambda>(levels);
  };
  return down(down, call.amount % 5);
}

std::uint64_t through_function_object(const Call& call) {
  const std::function<std::uint64_t(std::uint32_t)> inner = [&call](std::uint32_t amount) {
    return run_children(call) + allocate_here<struct FunctionObject>(amount);
  };
  const std::function<std::uint64_t(std::uint32_t)> outer = [inner](std::uint32_t amount) { return inner(amount) + 1; };
  return outer(call.amount);
}

std::uint64_t through_variant(const Call& call) {
  std::variant<std::uint32_t, std::uint64_t, char> any;
  if (call.amount % 3 == 1) any = std::uint64_t{call.amount};
  if (call.amount % 3 == 2) any = 'c';
  return std::visit(
      [&call](auto value) {
        return run_children(call) + allocate_here<decltype(value)>(call.amount) + static_cast<std::uint64_t>(value);
      },
      any);
}

// Calls in tail position: where the compiler makes them jumps, the frame is gone when the callee runs.
[[gnu::noinline]] std::uint64_t last_one(const Call& call) {
  const std::uint64_t here = allocate_here<struct LastOne>(call.amount);
  if (call.children.empty()) return here;
  const Call& last = call.children.back();
  for (std::size_t i = 0; i + 1 < call.children.size(); ++i) call.children[i].shape(call.children[i]);
  return last.shape(last);
}
[[gnu::noinline]] std::uint64_t handed_on(const Call& call, std::uint32_t times) {
  if (times == 0) return last_one(call);
  allocate_here<struct HandedOn>(times);
  return handed_on(call, times - 1);
}
[[gnu::noinline]] std::uint64_t handed_over(const Call& call, std::uint32_t times);
[[gnu::noinline]] std::uint64_t handed_back(const Call& call, std::uint32_t times) {
  allocate_here<struct HandedBack>(times);
  return times == 0 ? last_one(call) : handed_over(call, times - 1);
}
std::uint64_t handed_over(const Call& call, std::uint32_t times) {
  return times == 0 ? handed_on(call, 2) : handed_back(call, times - 1);
}
std::uint64_t tail_calls(const Call& call) { return handed_over(call, call.amount % 4); }

// The compiler inlines some of the levels into others.
template <std::uint32_t kLevel>
std::uint64_t in_level(const Call& call, std::uint64_t sum) {
  if constexpr (kLevel == 0) {
    return sum + run_children(call);
  } else {
    sum = in_level<kLevel - 1>(call, sum * 3 + kLevel);
    if (sum % 4 == 0) sum += allocate_here<std::integral_constant<std::uint32_t, kLevel>>(call.amount);
    return sum ^ kLevel;
  }
}
template <std::uint32_t kLevel>
[[gnu::always_inline]] inline std::uint64_t inlined_level(const Call& call) {
  if constexpr (kLevel == 0) return run_children(call);
  if constexpr (kLevel != 0) return inlined_level<kLevel - 1>(call) + allocate_here<struct InlinedLevel>(kLevel);
  return 0;
}
std::uint64_t inlined(const Call& call) { return in_level<6>(call, call.amount) + inlined_level<3>(call); }

// One frame with many call sites.
std::uint64_t many_places(const Call& call) {
  std::uint64_t sum = 0;
  for (const Call& child : call.children) {
    switch (child.amount % 4) {
      case 0:
        sum += child.shape(child);
        break;
      case 1:
        sum ^= child.shape(child) + 1;
        break;
      case 2:
        sum = sum * 3 + child.shape(child);
        break;
      default:
        sum = child.shape(child) - sum;
    }
    sum += child.amount % 2 == 0 ? allocate_here<struct Even>(1) : allocate_here<struct Odd>(2);
  }
  return sum;
}

// Comparators and callbacks: the frames between are the C library's or the C++ library's.
struct Compared {
  const Call* call;
  std::uint64_t sum;
};
int compare(const void* key, const void* element) {
  auto* const compared = static_cast<Compared*>(const_cast<void*>(key));
  compared->sum += run_children(*compared->call) + *static_cast<const char*>(element);
  return 0;
}
std::uint64_t through_c_library(const Call& call) {
  Compared compared{&call, 0};
  const char only = 1;
  static_cast<void>(std::bsearch(&compared, &only, 1, 1, compare));
  return compared.sum + allocate_here<struct CLibrary>(call.amount);
}
std::uint64_t through_once(const Call& call) {
  std::once_flag once;
  std::uint64_t sum = 0;
  std::call_once(once, [&] { sum = run_children(call) + allocate_here<struct Once>(call.amount); });
  return sum;
}
std::uint64_t through_algorithm(const Call& call) {
  std::uint64_t sum = 0;
  std::for_each(call.children.rbegin(), call.children.rend(), [&sum](const Call& child) {
    sum = sum * 31 + child.shape(child) + allocate_here<struct Algorithm>(child.amount);
  });
  return sum;
}

std::uint64_t through_plugin(const Call& call) { return plugin == nullptr ? run_children(call) : plugin(call) + 1; }

}  // namespace

std::span<const ShapeInfo> call_shapes() {
  static constexpr ShapeInfo kShapes[] = {
      {through_virtual, 4},
      {through_member_pointer, 4},
      {through_lambda, 5},
      {through_recursive_lambda, 8},
      {through_function_object, 12},
      {through_variant, 10},
      {tail_calls, 12},
      {tail_calls, 12},
      {inlined, 10},
      {many_places, 2},
      {through_c_library, 4},
      {through_once, 12},
      {through_algorithm, 5},
      {through_plugin, 12},
      {through_plugin, 12},
  };
  return kShapes;
}

}  // namespace bucketprof::stack_family
