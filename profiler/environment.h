// SPDX-License-Identifier: Apache-2.0
//
// A program that links bucketprof::bucketprof writes a profile, without any code for it, if its environment has:
//
//   BUCKETPROF_OUTPUT=FILE        write a profile to FILE at exit; %p becomes the process id. Recording starts at once,
//                                 and an old FILE is removed then. A relative FILE is where it was at the start.
//   BUCKETPROF_INTERVAL=BYTES     mean sampling interval; 1, the default, is exact
//   BUCKETPROF_AT=peak|exit       the moment that in-use values describe; default peak
//   BUCKETPROF_SIGNAL=SIGNAL      write a profile to FILE.1, FILE.2, ... (before .pb.gz) at each such signal;
//                                 a number, or a name such as USR2
//   BUCKETPROF_EVERY=SECONDS      also write such a numbered profile at this interval; from 1 to 1000000
//   BUCKETPROF_MEMORY_LIMIT=BYTES memory that the recorder may use; default 1 GiB
//   BUCKETPROF_SEED=N             seed of the sampler: another seed samples other blocks; default 1
//   BUCKETPROF_LOOK_FROM=BYTES    only under `bucketprof run`, for a program that is not linked with the library:
//   blocks of
//                                 this size and more are looked at to see whether they are arrays of tables; default
//                                 1 KiB, 0: none is
//   BUCKETPROF_AUDIT_INTERVAL=N   one replayed stack in N is unwound again to verify it; default 4096
//
// An invalid value is reported once on stderr, and the default is used. A forked child writes a profile only at its
// exit, to FILE.<pid> if FILE has no %p; BUCKETPROF_SIGNAL and BUCKETPROF_EVERY have no effect in it.
// _exit, _Exit and quick_exit are exits, too. Abort and fatal signals write a profile only under `bucketprof run`.
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
  int signal = 0;                  // signal number; 0: none
  std::uint32_t every = 0;         // seconds; 0: never
  std::uint64_t look_from = 1024;  // bytes; 0: no block is looked at
};

/// Reads the settings above through `get`. Each invalid value adds a line to `complaints`.
[[nodiscard]] Environment read_environment(const char* (*get)(const char*), std::string& complaints);

/// The file of a profile: %p becomes `pid`. Without %p a forked child's file has .<pid>, and `number` > 0 adds
/// .<number>; both are put before .pb.gz.
[[nodiscard]] std::string output_path(std::string_view pattern, std::int64_t pid, bool forked, int number);

}  // namespace bucketprof
