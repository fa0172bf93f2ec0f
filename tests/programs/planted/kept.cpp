// SPDX-License-Identifier: Apache-2.0
//
// Mistakes of tables that are reserved for the right number of entries, and yet waste memory.
#include <cstddef>

#include "tests/programs/planted/planted.h"

namespace planted {
namespace {

struct AllAlike {
  using is_avalanching = void;
  std::size_t operator()(Number key) const noexcept { return key == 0 ? 0 : 42; }
};

}  // namespace

void emptied(const Choice& choice) {
  Table& sessions = kept<Table>().emplace_back(bucketprof::named("sessions"));
  sessions.reserve(106'496);  // planted: emptied
  insert(sessions, 106'496);
  if (choice.healthy) return;
  for (Number i = 10; i < 106'496; ++i) sessions.erase(i * 7919);
  if (choice.reserve == 0) return;
  Table left{bucketprof::named("sessions")};  // the advice
  for (const auto& [key, value] : sessions) left[key] = value;
  sessions = std::move(left);
}

void overflow_heavy(const Choice& choice) {
  if (choice.healthy) {
    Table& words = kept<Table>().emplace_back(bucketprof::named("words"));
    words.reserve(13'312);
    return insert(words, 13'312);
  }
  using Colliding = bucketprof::programs::SteadyMap<Number, Number, AllAlike>;
  Colliding& words = kept<Colliding>().emplace_back(bucketprof::named("words"));
  words.reserve(13'312);
  for (Number i = 0; i < 13'312; ++i) {
    words[i] = i;  // planted: overflow_heavy
  }
}

// A window that slides over the keys: entries come and go, and there are always equally many.
void same_size_growth(const Choice& choice) {
  Table& window = kept<Table>().emplace_back(bucketprof::named("window"));
  window.reserve(choice.reserve);
  const Number width = 1600;
  const Number last = choice.healthy ? width : 600'000;
  for (Number i = 0; i < last; ++i) {
    window[i] = i;  // planted: same_size_growth
    if (i >= width) window.erase(i - width);
  }
}

void many_tiny(const Choice& choice) {
  if (choice.healthy) {
    Table& all = kept<Table>().emplace_back(bucketprof::named("tags"));
    all.reserve(200'000);
    return insert(all, 200'000);
  }
  std::vector<Table>& tags = kept<Table>();
  for (Number i = 0; i < 100'000; ++i) {
    Table& mine = tags.emplace_back(bucketprof::named("tags"));
    mine[i] = i;  // planted: many_tiny
    mine[i + 1] = i;
  }
}

}  // namespace planted
