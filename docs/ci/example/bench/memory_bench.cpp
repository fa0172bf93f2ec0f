// SPDX-License-Identifier: Apache-2.0
//
// A day of fixed size: the same calls in every run, so the same bytes.
#include <cstdint>

#include "sessions.h"

int main() {
  constexpr std::uint64_t kUsers = 50'000;
  auto& sessions = *new chat::Sessions;  // never destroyed: in use when the profile is written
  sessions.expect(kUsers);
  for (std::uint64_t user = 0; user < kUsers; ++user) sessions.open(user, user % 700);
  for (std::uint64_t user = 0; user < kUsers; user += 2) sessions.close(user);
  return sessions.size() == kUsers / 2 ? 0 : 1;
}
