// SPDX-License-Identifier: Apache-2.0
//
// Preloaded behind the agent, so initialised before it: takes so many of the process's keys that the C library needs
// memory for a thread's first value of any later one.
#include <pthread.h>

namespace {

[[gnu::constructor]] void take() {
  for (int i = 0; i < 40; ++i) {
    pthread_key_t key{};
    pthread_key_create(&key, nullptr);
  }
}

}  // namespace
