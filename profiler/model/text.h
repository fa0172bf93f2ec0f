// SPDX-License-Identifier: Apache-2.0
//
// Checks and repairs UTF-8, the encoding of a profile's strings.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::model {

/// Whether `text` is well-formed UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with each byte that belongs to no well-formed character replaced by U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view text);

}  // namespace bucketprof::model
