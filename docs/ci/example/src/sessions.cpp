// SPDX-License-Identifier: Apache-2.0
#include "sessions.h"

namespace chat {

void Sessions::expect(std::size_t count) { sessions_.reserve(count); }

void Sessions::open(std::uint64_t user, std::uint64_t room) {
  sessions_[user] = {user, room};
  ++rooms_[room];
}

void Sessions::close(std::uint64_t user) {
  const auto found = sessions_.find(user);
  if (found == sessions_.end()) return;
  --rooms_[found->second.room];
  sessions_.erase(found);
}

}  // namespace chat
