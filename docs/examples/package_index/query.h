// SPDX-License-Identifier: Apache-2.0
//
// The questions that the program answers, each with text for a terminal, names in alphabetical order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "package_index/index.h"

namespace package_index {

/// Each answer is nullopt where the index has nothing that fits.
[[nodiscard]] std::optional<std::string> show(const Index& index, std::string_view package);
[[nodiscard]] std::optional<std::string> depends_on(const Index& index, std::string_view package);
[[nodiscard]] std::optional<std::string> described_by(const Index& index, std::string_view word);
/// All maintainers whose name or address has `part` in it; upper and lower case are the same.
[[nodiscard]] std::optional<std::string> maintained_by(const Index& index, std::string_view part);

/// How much of everything there is, and the largest few of each.
[[nodiscard]] std::string summary(const Index& index);

}  // namespace package_index
