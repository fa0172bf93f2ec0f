// SPDX-License-Identifier: Apache-2.0
//
// The exchange format: model::Profile <-> profile.proto, gzip compressed. Thread-safe (no state).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::pprof {

/// The profile as gzip-compressed profile.proto. The same profile gives the same bytes.
[[nodiscard]] std::string encode(const model::Profile& profile);

/// Reads gzip-compressed or plain profile.proto. Every kind of damage is its own one-line error; never throws, never
/// trusts a length or an index of the input.
[[nodiscard]] Result<model::Profile> decode(std::string_view bytes);

}  // namespace bucketprof::pprof
