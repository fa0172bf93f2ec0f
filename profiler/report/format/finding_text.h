// SPDX-License-Identifier: Apache-2.0
//
// The phrases about a finding that the text, markdown and HTML reports share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "profiler/findings/finding.h"

namespace bucketprof::report {

/// "users (go_map)"; "users" if the kind is not known
[[nodiscard]] std::string table_of(std::string_view table, std::string_view kind);

/// "users (go_map)"; "users and 19 others (go_map)"
[[nodiscard]] std::string tables_of(const findings::Finding& finding);

/// "src/users.cpp:12 load_users", as far as known
[[nodiscard]] std::string place_of(const recognize::Frame& site);

/// What is wrong: "100 tables, whose arrays take up to 1,792 entries, never held more than 5"
[[nodiscard]] std::string sentence_of(const findings::Finding& finding);

/// What to do: "reserve(5) here"; "" for none
[[nodiscard]] std::string advice_of(const std::optional<findings::Advice>& advice);

/// "38.2 MiB of what the run allocates, 38.2 MiB in use at the moment"; with error and confidence when sampled
[[nodiscard]] std::string savings_of(const findings::Finding& finding);

}  // namespace bucketprof::report
