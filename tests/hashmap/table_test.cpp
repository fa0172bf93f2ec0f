// SPDX-License-Identifier: Apache-2.0
//
// Exceptions from the user's types and the allocator, at random points of every operation: the entries stay as they
// were, the invariants hold, and nothing leaks. Also that erase does not fail for lack of memory.
#include "hashmap/table.h"

#include <gtest/gtest.h>

#include <string>
#include <unordered_map>

#include "hashmap/check.h"
#include "tests/hashmap/go_support.h"
#include "tests/hashmap/ledger.h"
#include "tests/support/sanitized.h"

namespace bucketprof::hashmap {
namespace {

/// The exception that tick() throws at the end of the countdown. The types below and the allocator call tick().
struct Bomb : std::exception {
  inline static int countdown = -1;  // negative: off
  static void tick() {
    if (countdown >= 0 && countdown-- == 0) throw Bomb();
  }
  const char* what() const noexcept override { return "bomb"; }
};

struct Key {
  std::string text;
  explicit Key(std::uint64_t id) : text("a key with a block of its own " + std::to_string(id)) {}
  Key(const Key& other) : text(other.text) { Bomb::tick(); }
  Key(Key&&) noexcept = default;
  Key& operator=(const Key&) = default;
  Key& operator=(Key&&) noexcept = default;
};
struct Value {
  std::string text;
  Value() { Bomb::tick(); }
  explicit Value(std::uint64_t id) : text("a value with a block of its own " + std::to_string(id)) { Bomb::tick(); }
  Value(const Value& other) : text(other.text) { Bomb::tick(); }
  Value(Value&&) noexcept = default;
  Value& operator=(const Value& other) {
    Bomb::tick();
    text = other.text;
    return *this;
  }
  Value& operator=(Value&&) noexcept = default;
  bool operator==(const Value&) const = default;
};
struct Hash {
  std::size_t operator()(const Key& key) const {
    Bomb::tick();
    return std::hash<std::string>()(key.text);
  }
};
struct PoorHash {
  using is_avalanching = void;
  std::size_t operator()(const Key& key) const {
    Bomb::tick();
    return std::hash<std::string>()(key.text) % 8;
  }
};
struct Equal {
  bool operator()(const Key& a, const Key& b) const {
    Bomb::tick();
    return a.text == b.text;
  }
};

template <class K, class V, class H, class E>
class Exceptions {
 public:
  using M = Map<K, V, H, E, LedgerAllocator<std::pair<const K, V>>>;
  using Model = std::unordered_map<std::uint64_t, V>;

  explicit Exceptions(std::uint64_t seed) : random_(seed) { ledger_.before = Bomb::tick; }

  void run(int steps) {
    {
      M map(0, H(), E(), LedgerAllocator<std::pair<const K, V>>(ledger_));
      typename M::iterator walk;
      for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
        if (i % 700 == 0) map = M(0, H(), E(), LedgerAllocator<std::pair<const K, V>>(ledger_)), model_.clear();
        if (i % 11 == 0) walk = map.begin();  // a live iterator makes evacuation keep keys
        if (i % 37 == 0) walk = map.end();
        step(map);
      }
      EXPECT_GT(thrown_, steps / 20);
    }
    EXPECT_TRUE(ledger_.live.empty());
    EXPECT_FALSE(ledger_.mismatch);
  }

 private:
  std::uint64_t draw(std::uint64_t n) { return splitmix(random_ += 0x9e3779b97f4a7c15) % n; }

  void step(M& map) {
    const std::uint64_t id = draw(500);
    const K key(id);
    const V value(id * 7);
    const std::uint64_t what = draw(100);
    Bomb::countdown = draw(3) == 0 ? static_cast<int>(draw(draw(4) == 0 ? 60 : 8)) : -1;
    const bool armed = Bomb::countdown >= 0;
    try {
      if (what < 40) {
        map.try_emplace(key, value);
        Bomb::countdown = -1;
        model_.try_emplace(id, value);
      } else if (what < 55) {
        map.insert_or_assign(key, value);
        Bomb::countdown = -1;
        model_.insert_or_assign(id, value);
      } else if (what < 70) {
        map.emplace(K(id), V(id));
        Bomb::countdown = -1;
        model_.try_emplace(id, V(id));
      } else if (what < 71) {
        map.reserve(map.size() + draw(2000));
      } else if (what < 73) {
        M copy(map);
        Bomb::countdown = -1;
        expect_same(copy);
      } else if (what < 75) {
        M copy(0, H(), E(), map.get_allocator());
        copy = map;
        map = copy;
      } else {
        map.erase(key);
        Bomb::countdown = -1;
        model_.erase(id);
      }
    } catch (const Bomb&) {
      ++thrown_;
      ASSERT_TRUE(armed);
    }
    Bomb::countdown = -1;
    ASSERT_EQ(check(map), "");
    expect_same(map);
  }

  void expect_same(const M& map) {
    ASSERT_EQ(map.size(), model_.size());
    for (const auto& [id, value] : model_) {
      const auto at = map.find(K(id));
      ASSERT_TRUE(at != map.end());
      ASSERT_TRUE(at->second == value);
    }
  }

  Ledger ledger_;
  Model model_;
  std::uint64_t random_;
  int thrown_ = 0;
};

TEST(Table, ExceptionsLeaveTheEntriesAsTheyWere) {
  Exceptions<Key, Value, Hash, Equal>(1).run(testing_support::kSanitized ? 1000 : 4000);
}

TEST(Table, ExceptionsInLongChains) {
  Exceptions<Key, Value, PoorHash, Equal>(2).run(testing_support::kSanitized ? 400 : 1500);
}

struct BigKey : Key {
  using Key::Key;
  std::array<char, 128> bulk{};
};
struct BigValue : Value {
  using Value::Value;
  std::array<char, 128> bulk{};
};

TEST(Table, ExceptionsWithIndirectEntries) { Exceptions<BigKey, BigValue, Hash, Equal>(3).run(2500); }

TEST(Table, EraseDoesNotNeedMemory) {
  using M = Map<std::uint64_t, std::uint64_t, GoHash, std::equal_to<>,
                LedgerAllocator<std::pair<const std::uint64_t, std::uint64_t>>, ScriptedRandom>;
  Ledger ledger;
  GoHash hash;
  hash.kind = "low";  // four long chains: evacuating one needs several overflow buckets, more than there are spares
  hash.s = 4;
  M map(0, hash, std::equal_to<>(), M::allocator_type(ledger));
  for (std::uint64_t key = 1; key <= 209; ++key) map[key] = key;
  ASSERT_TRUE(Access::state(map).growing);
  const auto waiting = [&map] {
    std::size_t deepest = 0;
    Access::for_each_bucket(map, [&](const auto& view) { deepest = std::max(deepest, view.old ? view.depth : 0); });
    return deepest;
  };
  ASSERT_GE(waiting(), 5U);
  ledger.fail_after = 1;  // so that the first attempt fails after it has filled more than one bucket
  for (std::uint64_t key = 1; key <= 209; key += 8) EXPECT_EQ(map.erase(key), 1U);
  for (std::uint64_t key = 1; key <= 209; ++key) EXPECT_EQ(map.contains(key), key % 8 != 1);
  EXPECT_EQ(check(map), "");
  EXPECT_GE(waiting(), 5U) << "nothing could be moved";
  ledger.fail_after = -1;
  for (std::uint64_t key = 1; key <= 209; ++key) map[key] = key;
  EXPECT_EQ(map.size(), 209U);
  EXPECT_EQ(check(map), "");
}

TEST(Table, GrowthThatFailsIsTriedAgain) {
  using M = Map<int, int, std::hash<int>, std::equal_to<>, LedgerAllocator<std::pair<const int, int>>>;
  Ledger ledger;
  M map{M::allocator_type(ledger)};
  ledger.fail_after = 0;
  EXPECT_THROW(map[0] = 1, std::bad_alloc);
  EXPECT_TRUE(map.empty());
  ledger.fail_after = -1;
  for (int i = 0; i < 8; ++i) map[i] = i;
  ledger.fail_after = 0;
  EXPECT_THROW(map[8] = 8, std::bad_alloc);
  EXPECT_NO_THROW(map[3] = 33);
  EXPECT_EQ(map.size(), 8U);
  EXPECT_EQ(check(map), "");
  ledger.fail_after = -1;
  map[8] = 8;
  EXPECT_EQ(map.size(), 9U);
  EXPECT_THROW(map.reserve(map.max_size() + 1), std::length_error);
  ledger.fail_after = 0;
  EXPECT_THROW(map.reserve(1000), std::bad_alloc);
  EXPECT_EQ(map.size(), 9U);
  EXPECT_EQ(check(map), "");
}

}  // namespace
}  // namespace bucketprof::hashmap
