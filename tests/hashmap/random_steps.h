// SPDX-License-Identifier: Apache-2.0
//
// Runs random operations on the map and on a std::unordered_map and compares the two, with live iterators all the time
// and regular checks of the invariants. The test files that include this header choose the key and value types (Kind).
// BUCKETPROF_STEPS sets the number of steps, all kinds together (default: two million; fewer under sanitizers).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>
#include <unordered_map>

#include "hashmap/check.h"
#include "profiler/base/sanitizer.h"
#include "tests/hashmap/go_support.h"
#include "tests/support/sanitized.h"

namespace bucketprof::hashmap {

#if defined(BUCKETPROF_SANITIZED)
inline constexpr std::uint64_t kDefaultSteps = 200'000;
#else
inline constexpr std::uint64_t kDefaultSteps = 2'000'000;
#endif

inline constexpr std::uint64_t kKinds = 7;

inline std::uint64_t steps() {
  const char* text = std::getenv("BUCKETPROF_STEPS");
  return text != nullptr ? std::stoull(text) : kDefaultSteps;
}

struct MoveOnly {
  std::unique_ptr<std::uint64_t> id;
  bool operator==(const MoveOnly& other) const { return *id == *other.id; }
};

struct MayThrow {  // its move may throw, so it is stored indirectly
  std::string text;
  explicit MayThrow(std::string t = {}) : text(std::move(t)) {}
  MayThrow(const MayThrow&) = default;
  MayThrow(MayThrow&& other) noexcept(false) : text(std::move(other.text)) {}
  MayThrow& operator=(const MayThrow&) = default;
  MayThrow& operator=(MayThrow&&) noexcept(false) = default;
};

/// The object of type T that stands for the number `id`. number() is the inverse.
template <class T>
T make(std::uint64_t id) {
  if constexpr (std::is_same_v<T, std::string>) {
    return "a string too long for its own pocket, number " + std::to_string(id);
  } else if constexpr (std::is_same_v<T, MoveOnly>) {
    return MoveOnly{std::make_unique<std::uint64_t>(id)};
  } else if constexpr (std::is_same_v<T, MayThrow>) {
    return MayThrow(std::to_string(id));
  } else if constexpr (std::is_same_v<T, Large>) {
    Large large{};
    for (unsigned i = 0; i < 8; ++i) large[i * 20] = static_cast<std::uint8_t>(id >> (8 * i));
    return large;
  } else if constexpr (std::is_same_v<T, Nothing>) {
    return Nothing{};
  } else {
    return static_cast<T>(id);
  }
}

template <class T>
std::uint64_t number(const T& t) {
  if constexpr (std::is_same_v<T, std::string>) {
    return std::stoull(t.substr(t.rfind(' ')));
  } else if constexpr (std::is_same_v<T, MoveOnly>) {
    return *t.id;
  } else if constexpr (std::is_same_v<T, MayThrow>) {
    return std::stoull(t.text);
  } else if constexpr (std::is_same_v<T, Large>) {
    std::uint64_t id = 0;
    for (unsigned i = 0; i < 8; ++i) id |= std::uint64_t{t[i * 20]} << (8 * i);
    return id;
  } else if constexpr (std::is_same_v<T, Nothing>) {
    return 0;
  } else {
    return static_cast<std::uint64_t>(t);
  }
}

struct GoodHash {
  template <class T>
  std::size_t operator()(const T& t) const {
    return std::hash<std::uint64_t>()(number(t));
  }
};

struct PoorHash {  // few buckets and few tophashes, so chains are long
  using is_avalanching = void;
  template <class T>
  std::uint64_t operator()(const T& t) const {
    return number(t) % 24 | (number(t) % 3) << 60;
  }
};

template <class Key, class Value, class HashType = GoodHash>
struct Kind {
  using K = Key;
  using V = Value;
  using Hash = HashType;
};

template <class Kind>
class Random : public testing::Test {
 protected:
  using K = typename Kind::K;
  using V = typename Kind::V;
  using M = Map<K, V, typename Kind::Hash>;

  /// An iterator, the entries that it has yielded, and those that it must yield.
  struct Walker {
    typename M::iterator at;
    std::set<std::uint64_t> seen;
    std::set<std::uint64_t> due;  // in the map since the start: to be seen before the end
    bool complete = false;        // false: it may end early
  };

  std::uint64_t draw(std::uint64_t n) { return splitmix(random_ += 0x9e3779b97f4a7c15) % n; }
  static std::uint64_t shown(std::uint64_t value) { return std::is_same_v<V, Nothing> ? 0 : value; }

  void erased(std::uint64_t id) {
    for (Walker& walker : walkers_) {
      walker.due.erase(id);
      walker.seen.erase(id);  // if it is inserted again, that is another entry
    }
  }

  void start(Walker& walker) {
    walker = Walker{map_.begin(), {}, {}, std::is_copy_constructible_v<K>};
    for (const auto& [id, value] : model_) walker.due.insert(id);
    see(walker);
  }

  void see(Walker& walker) {
    if (walker.at == map_.end()) {
      for (const std::uint64_t id : walker.due) ASSERT_TRUE(!walker.complete || walker.seen.contains(id)) << id;
      walker.due.clear();
      return;
    }
    const auto [key, value] = *walker.at;
    const std::uint64_t id = number(key);
    ASSERT_TRUE(walker.seen.insert(id).second) << id << " came twice";
    ASSERT_TRUE(model_.contains(id)) << id << " had been erased";
    ASSERT_EQ(number(value), shown(model_[id]));
  }

  void walk() {
    Walker& walker = walkers_[draw(walkers_.size())];
    if (walker.at == map_.end()) return start(walker);
    ++walker.at;
    see(walker);
    if (walker.at != map_.end() && draw(20) == 0) {
      const std::uint64_t id = number(walker.at->first);
      walker.at = map_.erase(walker.at);
      model_.erase(id);
      erased(id);
      see(walker);
    }
  }

  void insert(std::uint64_t id, std::uint64_t value) {
    const bool absent = !model_.contains(id);
    switch (draw(4)) {
      case 0: {
        const auto [at, fresh] = map_.try_emplace(make<K>(id), make<V>(value));
        ASSERT_EQ(fresh, absent);
        ASSERT_EQ(number(at->first), id);
        model_.try_emplace(id, value);
        ASSERT_EQ(number(at->second), shown(model_[id]));
        break;
      }
      case 1:
        ASSERT_EQ(map_.emplace(make<K>(id), make<V>(value)).second, absent);
        model_.emplace(id, value);
        break;
      case 2:
        map_[make<K>(id)] = make<V>(value);
        model_[id] = value;
        break;
      default:
        ASSERT_EQ(map_.insert_or_assign(make<K>(id), make<V>(value)).second, absent);
        model_.insert_or_assign(id, value);
    }
  }

  void erase(std::uint64_t id) {
    const bool present = model_.erase(id) != 0;
    if (draw(2) == 0) {
      ASSERT_EQ(map_.erase(make<K>(id)), present ? 1U : 0U);
    } else {
      const auto at = map_.find(make<K>(id));
      ASSERT_EQ(at != map_.end(), present);
      if (present && draw(2) == 0) {
        ASSERT_EQ(map_.erase(at->first), 1U);  // the key is a reference to that of the entry
      } else if (present) {
        map_.erase(at);
      }
    }
    erased(id);
  }

  void find(std::uint64_t id) {
    const auto found = model_.find(id);
    const auto at = std::as_const(map_).find(make<K>(id));
    ASSERT_EQ(at != map_.end(), found != model_.end());
    if (found != model_.end()) {
      ASSERT_EQ(number(at->second), shown(found->second));
    }
  }

  void rare() {
    switch (draw(6)) {
      case 0:
        map_.clear();
        model_.clear();
        for (Walker& walker : walkers_) walker.due.clear();
        break;
      case 1:
        map_.reserve(draw(4000));
        for (Walker& walker : walkers_) walker.complete = false;
        break;
      case 2: {  // iterators follow the entries
        M moved(std::move(map_));
        ASSERT_TRUE(map_.empty());
        map_ = std::move(moved);
        break;
      }
      case 3:
        if constexpr (std::is_copy_constructible_v<K> && std::is_copy_constructible_v<V>) {
          M copy(map_);
          if constexpr (std::equality_comparable<V>) {
            ASSERT_TRUE(copy == map_);
          }
          ASSERT_EQ(check(copy), "");
          copy.swap(map_);
          for (Walker& walker : walkers_) walker.complete = false;  // they follow the entries to `copy`, destroyed here
        }
        break;
      case 4: {
        const std::uint64_t odd = draw(5);
        const std::size_t gone = erase_if(map_, [odd](const auto& entry) { return number(entry.first) % 5 == odd; });
        ASSERT_EQ(gone, std::erase_if(model_, [&](const auto& entry) {
                    if (entry.first % 5 == odd) erased(entry.first);
                    return entry.first % 5 == odd;
                  }));
        break;
      }
      default:
        map_ = M();
        model_.clear();
        for (Walker& walker : walkers_) walker.due.clear();
    }
  }

  void compare() {
    ASSERT_EQ(check(map_), "");
    ASSERT_EQ(map_.size(), model_.size());
    std::size_t n = 0;
    for (auto [key, value] : map_) {
      const auto found = model_.find(number(key));
      ASSERT_TRUE(found != model_.end());
      ASSERT_EQ(number(value), shown(found->second));
      ++n;
    }
    ASSERT_EQ(n, model_.size());
  }

  M map_;
  std::unordered_map<std::uint64_t, std::uint64_t> model_;
  std::array<Walker, 3> walkers_;
  std::uint64_t random_ = 0;
};

TYPED_TEST_SUITE_P(Random);

TYPED_TEST_P(Random, DoesWhatTheStandardMapDoes) {
  const std::uint64_t n = steps() / kKinds;
  const std::uint64_t keys = sizeof(typename TypeParam::K) == 1 ? 256 : 3000;
  std::uint64_t inserts = 60;  // percent; changes, so that the table fills and empties
  for (std::uint64_t step = 0; step < n && !this->HasFatalFailure(); ++step) {
    if (step % 5000 == 0) inserts = 20 + this->draw(60);
    const std::uint64_t id = this->draw(keys);
    const std::uint64_t what = this->draw(1000);
    if (what < 2) {
      if (what == 0 || this->draw(4) == 0) this->rare();
    } else if (what < 150) {
      this->walk();
    } else if (what < 300) {
      this->find(id);
    } else if (what < 300 + 7 * inserts) {
      this->insert(id, step);
    } else {
      this->erase(id);
    }
    if (step % 997 == 0 || step + 1 == n) this->compare();
  }
}

REGISTER_TYPED_TEST_SUITE_P(Random, DoesWhatTheStandardMapDoes);

}  // namespace bucketprof::hashmap
