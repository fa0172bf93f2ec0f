// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "profiler/containers_std.h"

namespace chat {

struct Session {
  std::uint64_t user = 0;
  std::uint64_t room = 0;
};

/// Who is there, and how many are in each room.
class Sessions {
 public:
  void expect(std::size_t count);
  void open(std::uint64_t user, std::uint64_t room);
  void close(std::uint64_t user);
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  bucketprof::profiled::unordered_map<std::uint64_t, Session> sessions_{bucketprof::named("sessions")};
  bucketprof::profiled::unordered_map<std::uint64_t, std::uint64_t> rooms_{bucketprof::named("rooms")};
};

}  // namespace chat
