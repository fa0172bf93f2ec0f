// SPDX-License-Identifier: Apache-2.0
//
// What makes a program with profiled tables contain the library's start-up code (process/autostart.cpp). Nothing calls
// that code, so the linker would leave it out of the program, which would then ignore its environment.
#pragma once

extern "C" const char bucketprof_autostart [[gnu::visibility("default")]];

namespace bucketprof::alloc {

[[gnu::used, gnu::visibility("hidden")]] inline const char* const kAutostart = &bucketprof_autostart;

}  // namespace bucketprof::alloc
