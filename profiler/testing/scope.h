// SPDX-License-Identifier: Apache-2.0
//
// A scope measures what hash tables allocate while it lives, block by block:
//
//   bucketprof::testing::Scope scope;          // what this thread allocates
//   load(users);
//   scope.used().allocated_bytes();            // so far; gtest.h has matchers for it
//
// It counts the blocks of profiled containers that are born in it, and follows them wherever they die. Scopes nest: an
// outer one sees what inner ones see. If nothing is recorded, the first scope starts exact recording and the last one
// stops it. While recording is sampled there are no exact numbers: the scope then has a fault, as it has when the
// recorder had to drop something. Thread-safe; a scope of a thread is made and destroyed on that thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "profiler/testing/used.h"

namespace bucketprof::testing {

/// Whose allocations a scope is about.
enum class Of : std::uint8_t {
  kThread,   ///< the thread's that made it
  kProcess,  ///< every thread's
};

class Scope {
 public:
  /// Throws std::bad_alloc alone.
  explicit Scope(Of of = Of::kThread);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// What was used so far. Any thread may ask; blocks that others allocate meanwhile may or may not be in it. File and
  /// line are told to the fault handler, if there is a fault.
  [[nodiscard]] Used used(const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Called by each used() whose numbers are not to be trusted: numbers that are compared without a matcher must not pass
/// for right either. gtest.h has one that fails the test; without it there is none. Returns the one before.
/// Thread-safe.
using FaultHandler = void (*)(const std::string& fault, const char* file, int line);
FaultHandler set_fault_handler(FaultHandler handler) noexcept;

}  // namespace bucketprof::testing
