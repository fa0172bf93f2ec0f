// SPDX-License-Identifier: Apache-2.0
//
// Reads a profile of any supported format, recognized by its first bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"
#include "profiler/pprof/pprof.h"

namespace bucketprof::pprof {

/// profile.proto or legacy heap text, gzip compressed or plain. Errors are one line without the file's name.
[[nodiscard]] Result<model::Profile> read_any(std::string_view bytes, std::uint64_t max_bytes = kMaxProfileBytes);

}  // namespace bucketprof::pprof
