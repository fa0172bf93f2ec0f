// SPDX-License-Identifier: Apache-2.0
//
// UTF-8, which is what a profile's strings must be. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::model {

/// Well-formed UTF-8 as Unicode defines it: shortest forms only, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with each byte that belongs to no well-formed character replaced by U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view text);

}  // namespace bucketprof::model
