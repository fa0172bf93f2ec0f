// SPDX-License-Identifier: Apache-2.0
//
// Preloaded after the agent, so initialised before it. Creates so many pthread keys that for any later key the C
// library must allocate memory when a thread sets its first value.
#include <pthread.h>

namespace {

[[gnu::constructor]] void take() {
  for (int i = 0; i < 40; ++i) {
    pthread_key_t key{};
    pthread_key_create(&key, nullptr);
  }
}

}  // namespace
