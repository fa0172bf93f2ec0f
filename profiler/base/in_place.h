// SPDX-License-Identifier: Apache-2.0
//
// For functions that are defined in place of the C library's. They are exported, so that libraries call them, too.
// Weak: a program that has a function of that name itself is linked with its own, and we do without.
#pragma once

#define BUCKETPROF_IN_PLACE [[gnu::visibility("default"), gnu::weak]]
