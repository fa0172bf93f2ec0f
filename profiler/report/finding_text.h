// SPDX-License-Identifier: Apache-2.0
//
// The phrases about a finding that all reports for people share. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

#include "profiler/analyze/finding.h"

namespace bucketprof::report {

/// "users (go_map)"; "users" if the kind is not known
[[nodiscard]] std::string table_of(std::string_view table, std::string_view kind);

/// "users (go_map)"; "users and 19 others (go_map)"
[[nodiscard]] std::string tables_of(const analyze::Finding& finding);

/// "src/users.cpp:12 load_users", what is known of it
[[nodiscard]] std::string place_of(const analyze::Frame& site);

/// "38.2 MiB of what is allocated over the run, 38.2 MiB of them in use at the moment", with the error when sampled
[[nodiscard]] std::string savings_of(const analyze::Finding& finding);

}  // namespace bucketprof::report
