// SPDX-License-Identifier: Apache-2.0
//
// Turns a user's hash into the 64 bits that the table uses. The low bits choose the bucket and the top byte is the
// tophash, so both ends must be well distributed. A hash function with a nested type `is_avalanching` is used as it is;
// any other hash is mixed with the table's random seed. Also the source of random numbers, which are not for
// cryptography. Thread-safe: the random state is per thread.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <type_traits>

namespace bucketprof::hashmap {

namespace detail {
template <class Hash>
consteval bool claims_avalanching() {
  if constexpr (requires { typename Hash::is_avalanching; }) {
    // Two conventions are in use: any type at all, or a boolean constant.
    if constexpr (requires {
                    { Hash::is_avalanching::value } -> std::convertible_to<bool>;
                  }) {
      return Hash::is_avalanching::value;
    }
    return true;
  } else {
    return false;
  }
}
}  // namespace detail

template <class Hash>
inline constexpr bool kAvalanching = detail::claims_avalanching<Hash>();

/// Whether every key equals itself. NaN does not, so each NaN is an entry of its own that no look-up finds.
template <class K>
inline constexpr bool kReflexive = !std::is_floating_point_v<K>;

/// Folds the 128-bit product with an odd constant, so that every input bit affects both ends of the result.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t hash, std::uint32_t seed) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(hash ^ (seed * std::uint64_t{0xd6e8feb86659fd93})) * 0x9e3779b97f4a7c15;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// The default random source: splitmix64 with one state per thread, seeded from the clock and an address. With
/// BUCKETPROF_HASH_SEED=N in the environment (a whole number) every thread is seeded from N instead, so that a
/// deterministic program builds the same tables in every run. Set-uid programs ignore the variable.
struct ThreadRandom {
  [[nodiscard]] static std::uint64_t next() noexcept {
    if (state == 0) [[unlikely]]
      seed();
    state += 0x9e3779b97f4a7c15;
    std::uint64_t x = state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  /// A thread's first state for this value of BUCKETPROF_HASH_SEED; 0 if it is null or not a whole number.
  [[nodiscard]] static std::uint64_t fixed_seed(const char* text) noexcept {
    if (text == nullptr || *text < '0' || *text > '9') return 0;
    char* end = nullptr;
    const std::uint64_t number = std::strtoull(text, &end, 10);
    return *end == '\0' ? mix(number, 1) | 1 : 0;
  }

 private:
  [[nodiscard]] static const char* setting() noexcept {
#ifdef __GLIBC__
    return ::secure_getenv("BUCKETPROF_HASH_SEED");
#else
    return std::getenv("BUCKETPROF_HASH_SEED");
#endif
  }

  [[gnu::noinline]] static void seed() noexcept {
    static const std::uint64_t kFixed = fixed_seed(setting());
    const auto now = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    state = kFixed != 0
                ? kFixed
                : mix(now ^ reinterpret_cast<std::uintptr_t>(&state), static_cast<std::uint32_t>(now >> 20)) | 1;
  }

  inline static thread_local constinit std::uint64_t state = 0;
};

}  // namespace bucketprof::hashmap
