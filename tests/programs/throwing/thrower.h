// SPDX-License-Identifier: Apache-2.0
//
// Throws and catches exceptions.
#pragma once

/// Throws n exceptions through five frames with destructors and catches each; returns how many destructors ran.
[[gnu::visibility("default")]] int throw_and_catch(int n);
