// SPDX-License-Identifier: Apache-2.0
//
// Escapes text for XML 1.0.
#pragma once

#include <string>
#include <string_view>

namespace bucketprof::report {

/// Escapes `text` for an element's content or a double-quoted attribute. A parser returns it unchanged, including line
/// ends, except that characters which XML cannot represent (most control characters, U+FFFE, U+FFFF) and bytes that are
/// not UTF-8 become U+FFFD.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace bucketprof::report
