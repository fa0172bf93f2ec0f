// SPDX-License-Identifier: Apache-2.0
//
// What libFuzzer calls with each input, for tests that call it, too. Aborts if a check fails; returns 0.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
