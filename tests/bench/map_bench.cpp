// SPDX-License-Identifier: Apache-2.0
//
// One contender of `scripts/bench map`, measured once: bucketprof::Map, std::unordered_map or absl::flat_hash_map with
// u64 keys and values. Prints one line for each operation: `contender entries operation nanoseconds-per-entry`.
// go_map/main.go does the same work in the same order; change both together.
// Usage: map_bench bucketprof|std|absl ENTRIES
#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hashmap/map.h"

namespace {

constexpr std::uint64_t kWork = 1'000'000;  // entries handled per operation, in as many repetitions as that takes

std::uint64_t random_key(std::uint64_t i) {
  std::uint64_t x = i * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

struct Keys {
  std::vector<std::uint64_t> present;
  std::vector<std::uint64_t> shuffled;  // the same in another order
  std::vector<std::uint64_t> absent;

  explicit Keys(std::uint64_t n) {
    for (std::uint64_t i = 1; i <= n; ++i) {
      present.push_back(random_key(i));
      absent.push_back(random_key(i + (std::uint64_t{1} << 40)));
    }
    shuffled = present;
    for (std::uint64_t i = n; i > 1; --i) std::swap(shuffled[i - 1], shuffled[random_key(i) % i]);
  }
};

class Stopwatch {
 public:
  void start() { start_ = std::chrono::steady_clock::now(); }
  void stop() { total_ += std::chrono::steady_clock::now() - start_; }
  [[nodiscard]] double nanoseconds() const { return std::chrono::duration<double, std::nano>(total_).count(); }

 private:
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::duration total_{};
};

template <class M>
class Bench {
 public:
  Bench(std::string_view name, std::uint64_t n)
      : name_(name), n_(n), repetitions_(std::max<std::uint64_t>(1, kWork / n)), keys_(n) {}

  void run() {
    measure("insert", [](Stopwatch& watch, const Keys& keys) {
      watch.start();
      M map;
      fill(map, keys);
      watch.stop();
      return map.size();
    });
    measure("reserved", [this](Stopwatch& watch, const Keys& keys) {
      watch.start();
      M map;
      map.reserve(n_);
      fill(map, keys);
      watch.stop();
      return map.size();
    });
    M full;
    fill(full, keys_);
    measure("hit", [&full](Stopwatch& watch, const Keys& keys) {
      std::uint64_t sum = 0;
      watch.start();
      for (const std::uint64_t key : keys.shuffled) sum += full.find(key)->second;
      watch.stop();
      return sum;
    });
    measure("miss", [&full](Stopwatch& watch, const Keys& keys) {
      std::uint64_t sum = 0;
      watch.start();
      for (const std::uint64_t key : keys.absent) sum += full.find(key) == full.end() ? 1 : 0;
      watch.stop();
      return sum;
    });
    measure("iterate", [&full](Stopwatch& watch, const Keys&) {
      std::uint64_t sum = 0;
      watch.start();
      for (auto&& [key, value] : full) sum += key ^ value;
      watch.stop();
      return sum;
    });
    measure("erase", [](Stopwatch& watch, const Keys& keys) {
      M map;
      fill(map, keys);
      watch.start();
      for (const std::uint64_t key : keys.shuffled) map.erase(key);
      watch.stop();
      return map.size();
    });
  }

 private:
  static void fill(M& map, const Keys& keys) {
    for (const std::uint64_t key : keys.present) map[key] = key;
  }

  template <class Operation>
  void measure(std::string_view name, Operation operation) {
    Stopwatch watch;
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < repetitions_; ++i) sum += operation(watch, keys_);
    const double ns = watch.nanoseconds() / static_cast<double>(repetitions_ * n_);
    fmt::print("{} {} {} {:.3f} {}\n", name_, n_, name, ns, sum);
  }

  std::string_view name_;
  std::uint64_t n_;
  std::uint64_t repetitions_;
  Keys keys_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view contender = argc == 3 ? argv[1] : "";
  const std::uint64_t n = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (n != 0 && contender == "bucketprof") {
    Bench<bucketprof::Map<std::uint64_t, std::uint64_t>>(contender, n).run();
  } else if (n != 0 && contender == "std") {
    Bench<std::unordered_map<std::uint64_t, std::uint64_t>>(contender, n).run();
  } else if (n != 0 && contender == "absl") {
    Bench<absl::flat_hash_map<std::uint64_t, std::uint64_t>>(contender, n).run();
  } else {
    fmt::print(stderr, "usage: map_bench bucketprof|std|absl ENTRIES\n");
    return 2;
  }
}
