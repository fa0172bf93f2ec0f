// SPDX-License-Identifier: Apache-2.0
//
// A scope measures exactly what hash tables allocate while it is open:
//
//   bucketprof::testing::Scope scope;          // what this thread allocates
//   load(users);
//   scope.used().allocated_bytes();            // so far; gtest.h has matchers for it
//
// It counts the blocks that profiled containers allocate in it, and tracks them until they are freed, wherever that
// happens. Scopes nest: an outer scope includes its inner ones. If recording is off, the first scope starts it in exact
// mode and the last one stops it. While recording is sampled there are no exact numbers, so the scope has a fault, as
// it has if the recorder had to drop something. Thread-safe; a thread scope is created and destroyed on its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "profiler/testing/used.h"

namespace bucketprof::testing {

/// Whose allocations a scope counts.
enum class Of : std::uint8_t {
  kThread,   ///< those of the thread that created it
  kProcess,  ///< those of all threads
};

class Scope {
 public:
  /// Throws only std::bad_alloc.
  explicit Scope(Of of = Of::kThread);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// What was used so far. May be called from any thread; blocks that other threads allocate meanwhile may or may not
  /// be included. If there is a fault, `file` and `line` are passed to the fault handler.
  [[nodiscard]] Used used(const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The handler is called by each used() whose numbers are not reliable, so that they do not pass as right when they are
/// compared without a matcher. gtest.h sets one that fails the test; otherwise there is none. Returns the previous
/// handler. Thread-safe.
using FaultHandler = void (*)(const std::string& fault, const char* file, int line);
FaultHandler set_fault_handler(FaultHandler handler) noexcept;

}  // namespace bucketprof::testing
