// SPDX-License-Identifier: Apache-2.0
//
// A program that links bucketprof::bucketprof writes a profile without a line of code when it finds, at its start:
//
//   BUCKETPROF_OUTPUT=FILE        write a profile to FILE at exit; %p becomes the process id. Recording starts at once.
//   BUCKETPROF_INTERVAL=BYTES     mean sampling interval; 1, the default, is exact
//   BUCKETPROF_AT=peak|exit       the moment of the in-use values; default peak
//   BUCKETPROF_SIGNAL=SIGNAL      write a profile to FILE.1, FILE.2, ... (before .pb.gz) whenever this signal comes;
//                                 a number, or a name such as USR2
//   BUCKETPROF_EVERY=SECONDS      write such a numbered profile every so many seconds, too; from 1 to 1000000
//   BUCKETPROF_MEMORY_LIMIT=BYTES what the recorder may take for itself
//   BUCKETPROF_SEED=N             of the sampler: another one samples other blocks; default 1
//   BUCKETPROF_AUDIT_INTERVAL=N   one remembered stack in N is unwound again to be sure; default 4096
//
// A value that makes no sense is said once on stderr and the default holds. A process forked from this one writes
// FILE.<pid> if FILE has no %p, at its exit alone: the signal is answered, and time
// counted, in this process. No profile is written by
// _exit, quick_exit, abort or a fatal signal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profiler/profiler.h"

namespace bucketprof {

struct Environment {
  std::string output;  // empty: do nothing
  Options options;
  At at = At::kPeak;
  int signal = 0;           // 0: none
  std::uint32_t every = 0;  // seconds; 0: never
};

/// What the environment asks for; each value that makes no sense adds a line to `complaints`.
[[nodiscard]] Environment read_environment(const char* (*get)(const char*), std::string& complaints);

/// The file for a profile: %p becomes `pid`; a forked child without %p gets .<pid>; `number` > 0 is put before .pb.gz.
[[nodiscard]] std::string output_path(std::string_view pattern, std::int64_t pid, bool forked, int number);

}  // namespace bucketprof
