// SPDX-License-Identifier: Apache-2.0
//
// The exchange format: converts between model::Profile and gzip-compressed profile.proto.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::pprof {

/// The largest uncompressed profile that is read: protobuf allows no larger message. Limits the model's memory, too.
inline constexpr std::uint64_t kMaxProfileBytes = std::uint64_t{2} << 30;

/// The profile as gzip-compressed profile.proto; equal profiles give equal bytes. The profile must satisfy rules 3 and
/// 4 of model/validate.h (ranges). Throws std::bad_alloc when memory is short, nothing else.
[[nodiscard]] std::string encode(const model::Profile& profile);

/// Reads gzip-compressed or plain profile.proto. Every kind of damage has its own one-line error. Never throws, and
/// trusts no length or index of the input. Ids may be sparse and in any order; unknown fields are skipped. A label that
/// pprof would drop (no text, or 0 without a unit) becomes the number 0.
[[nodiscard]] Result<model::Profile> decode(std::string_view bytes, std::uint64_t max_bytes = kMaxProfileBytes);

}  // namespace bucketprof::pprof
