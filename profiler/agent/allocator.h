// SPDX-License-Identifier: Apache-2.0
//
// What the allocator behind the agent (next.h) is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace bucketprof::agent {

struct Allocator {
  std::string name;                         // "glibc 2.36", "jemalloc 5.3.0"; the file's name if it is another one
  std::optional<std::uint64_t> used_bytes;  // in use now, as it counts them; nullopt if it does not say
};

/// Asks the allocator. May call malloc.
[[nodiscard]] Allocator describe_allocator();

/// The addresses of its functions; a signal handler that has interrupted one of them must not allocate.
[[nodiscard]] std::array<const void*, 6> allocator_functions() noexcept;

}  // namespace bucketprof::agent
