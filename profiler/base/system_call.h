// SPDX-License-Identifier: Apache-2.0
//
// A system call that touches neither errno nor anything else of the calling thread: for code that shares the memory of
// a thread which runs at the same time. x86-64.
#pragma once

namespace bucketprof {

/// The kernel's result: -4095 to -1 are the negative errno.
template <class... Arguments>
inline long system_call(long number, Arguments... arguments) noexcept {
  static_assert(sizeof...(Arguments) <= 6);
  long words[6] = {(long)arguments...};  // NOLINT(google-readability-casting): integers and pointers alike
  long result = number;
  register long fourth __asm__("r10") = words[3];
  register long fifth __asm__("r8") = words[4];
  register long sixth __asm__("r9") = words[5];
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(words[0]), "S"(words[1]), "d"(words[2]), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return result;
}

}  // namespace bucketprof
