// SPDX-License-Identifier: Apache-2.0
//
// The exchange format: model::Profile <-> profile.proto, gzip compressed. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profiler/base/result.h"
#include "profiler/model/profile.h"

namespace bucketprof::pprof {

/// Largest uncompressed profile that is read: protobuf allows no larger message. Holds for the memory of the model too.
inline constexpr std::uint64_t kMaxProfileBytes = std::uint64_t{2} << 30;

/// The profile as gzip-compressed profile.proto. The same profile gives the same bytes. The profile must keep the
/// ranges (model/validate.h, rules 3 and 4). Throws std::bad_alloc when memory is short, nothing else.
[[nodiscard]] std::string encode(const model::Profile& profile);

/// Reads gzip-compressed or plain profile.proto. Every kind of damage is its own one-line error; never throws, never
/// trusts a length or an index of the input. Ids may be sparse and out of order; unknown fields are skipped. A label
/// that pprof would drop (no text, or 0 without a unit) comes back as the number 0.
[[nodiscard]] Result<model::Profile> decode(std::string_view bytes, std::uint64_t max_bytes = kMaxProfileBytes);

}  // namespace bucketprof::pprof
