// SPDX-License-Identifier: Apache-2.0
//
// Replays recordings of Go's own runtime command by command and compares every recorded line: header state, a digest of
// all cells, cell dumps, growth events and iteration order. The command language is described in go_vectors/README.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "hashmap/check.h"
#include "tests/hashmap/go_support.h"

namespace bucketprof::hashmap {
namespace {

struct Vector {
  std::string name;
  std::vector<std::vector<std::string>> commands;
  std::vector<std::string> expected;
};

std::vector<Vector> read_vectors(const std::string& file) {
  std::ifstream in(data_path(file));
  if (!in) throw std::runtime_error("cannot read " + data_path(file));
  std::vector<Vector> all;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (line.starts_with("vector ")) {
      all.emplace_back().name = line.substr(7);
    } else if (line.starts_with("= ")) {
      all.back().expected.push_back(line.substr(2));
    } else if (line != "end") {
      std::istringstream words(line);
      std::vector<std::string> command;
      for (std::string word; words >> word;) command.push_back(word);
      all.back().commands.push_back(command);
    }
  }
  return all;
}

class Fnv {
 public:
  void byte(std::uint8_t b) { value_ = (value_ ^ b) * 1099511628211U; }
  void word(std::uint64_t w) {
    for (int i = 0; i < 8; ++i) byte(static_cast<std::uint8_t>(w >> (8 * i)));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037U;
};

template <class K, class V>
class Replay {
 public:
  using M = Map<K, V, GoHash, std::equal_to<K>, std::allocator<std::pair<const K, V>>, ScriptedRandom>;

  explicit Replay(const Vector& vector) : vector_(vector) {
    GoHash hash;
    for (const auto& command : vector.commands) {
      if (command[0] == "hash") {
        hash.kind = command[1];
        hash.s = command.size() > 2 ? std::stoull(command[2], nullptr, 0) : 0;
      } else if (command[0] == "hint") {
        map_.emplace(std::stoull(command[1]), hash);
      }
    }
    for (const auto& command : vector.commands) {
      run(command);
      if (const std::string broken = check(*map_); !broken.empty())
        throw std::runtime_error(vector.name + ": " + broken);
    }
  }

  std::vector<std::string> lines;

 private:
  void run(const std::vector<std::string>& command) {
    const auto number = [&](std::size_t i, std::uint64_t otherwise) {
      return i < command.size() ? std::stoull(command[i], nullptr, 0) : otherwise;
    };
    const std::string& verb = command[0];
    if (verb == "type" || verb == "hash" || verb == "hint") return;  // the constructor has done these
    const std::uint64_t first = number(1, 0);
    if (verb == "i" || verb == "d" || verb == "g" || verb == "events") {
      for (std::uint64_t key = first, last = number(2, first); key <= last; key += number(3, 1)) {
        if (verb == "d") {
          erase(key);
        } else if (verb == "g") {
          get(key);
        } else {
          insert(key, verb == "events");
        }
      }
    } else if (verb == "rand") {
      random(command);
    } else if (verb == "slide") {
      for (std::uint64_t key = 1; key <= number(2, 0); ++key) {
        insert(key, true);
        if (key > first) watch([&] { erase(key - first); }, true);
      }
    } else if (verb == "c") {
      map_->clear();
    } else if (verb == "state") {
      state();
    } else if (verb == "dump") {
      dump();
    } else if (verb == "iter") {
      start_iterator();
    } else if (verb == "n") {
      for (std::uint64_t i = 0; i < first; ++i) step();
    } else if (verb == "drain") {
      while (at_ != map_->end()) step();
    } else if (verb == "drainsum") {
      // The digest begins with the entry yielded last. It may have moved since, so it is not read again.
      Fnv digest;
      digest.word(last_key_);
      std::uint64_t n = 1;
      for (++at_; at_ != map_->end(); ++at_, ++n) digest.word(static_cast<std::uint64_t>(at_->first));
      lines.push_back(fmt::format("sequence n={} digest={:016x}", n, digest.value()));
    }
  }

  static std::uint64_t shown(const V& value) {
    if constexpr (std::is_same_v<V, std::uint64_t>) return value;
    return 0;
  }

  static std::string entry(const K& key, const V& value) {
    if constexpr (std::is_same_v<V, std::uint64_t>) return fmt::format("{} {}", key, value);
    return fmt::format("{} {}", key, 0);
  }

  void insert(std::uint64_t key, bool events) {
    ++op_;
    watch(
        [&] {
          if constexpr (std::is_same_v<V, std::uint64_t>) {
            map_->insert_or_assign(static_cast<K>(key), op_);
          } else {
            map_->insert_or_assign(static_cast<K>(key), V{});
          }
        },
        events);
  }

  void erase(std::uint64_t key) {
    ++op_;
    map_->erase(static_cast<K>(key));
  }

  void get(std::uint64_t key) {
    ++op_;
    const auto at = map_->find(static_cast<K>(key));
    if (at == map_->end()) return;
    ++hits_;
    sum_ += shown(at->second);
  }

  void random(const std::vector<std::string>& command) {
    std::uint64_t s = std::stoull(command[1]);
    const std::uint64_t keys = std::stoull(command[3]);
    const std::uint64_t insert_percent = std::stoull(command[4]);
    const std::uint64_t erase_percent = std::stoull(command[5]);
    for (std::uint64_t n = std::stoull(command[2]); n > 0; --n) {
      const std::uint64_t x = splitmix(s += 0x9e3779b97f4a7c15);
      const std::uint64_t key = (x >> 32) % keys + 1;
      if (x % 100 < insert_percent) {
        insert(key, false);
      } else if (x % 100 < insert_percent + erase_percent) {
        erase(key);
      } else {
        get(key);
      }
    }
  }

  const char* kind() const { return Access::current(*map_).log2 == before_log2_ ? "same" : "double"; }

  void watch(const std::function<void()>& operation, bool events) {
    const auto array = Access::current(*map_);
    const bool growing = Access::state(*map_).growing;
    before_log2_ = array.log2;
    operation();
    if (!events) return;
    const State now = Access::state(*map_);
    const bool started = array && Access::current(*map_) != array;
    if (growing && (!now.growing || started)) lines.push_back(fmt::format("growend op={}", op_));
    if (!started) return;
    if (now.growing) {
      lines.push_back(fmt::format("growstart op={} {} B={} count={} nevacuate={} noverflow={}", op_, kind(), now.log2,
                                  now.count, now.evacuated, now.overflow));
    } else if (now.log2 != before_log2_) {  // Go's recording shows a growth that ends at once only by its size
      lines.push_back(
          fmt::format("growdone op={} {} B={} count={} noverflow={}", op_, kind(), now.log2, now.count, now.overflow));
    }
  }

  std::uint64_t digest() const {
    Fnv digest;
    Access::for_each_bucket(*map_, [&](const auto& view) {
      digest.byte(view.depth == 0 ? 0xB0 : 0xB1);
      for (unsigned i = 0; i < kCells; ++i) {
        digest.byte(view.node->tophashes[i]);
        if (view.node->tophashes[i] < kMinTop) continue;
        digest.word(static_cast<std::uint64_t>(view.node->key(i)));
        digest.word(shown(view.node->value(i)));
      }
    });
    return digest.value();
  }

  void state() {
    const State s = Access::state(*map_);
    const char* growing = !s.growing ? "no" : (s.flags & Flags::kSameSizeGrow) != 0 ? "same" : "double";
    lines.push_back(fmt::format(
        "state op={} count={} B={} flags={} noverflow={} growing={} nevacuate={} buckets={} next={} left={} hits={} "
        "sum={} digest={:016x}",
        op_, s.count, s.log2, s.flags, s.overflow, growing, s.evacuated, s.has_buckets ? "set" : "nil", s.next_spare,
        s.spares_left, hits_, sum_, digest()));
  }

  void dump() {
    Access::for_each_bucket(*map_, [&](const auto& view) {
      std::string line = fmt::format("{} {}.{}", view.old ? "old" : "new", view.index, view.depth);
      for (unsigned i = 0; i < kCells; ++i) {
        line += fmt::format(" {:02x}", view.node->tophashes[i]);
        if (view.node->tophashes[i] < kMinTop) continue;
        line += fmt::format(":{}", view.node->key(i));
        if constexpr (std::is_same_v<V, std::uint64_t>) line += fmt::format("={}", view.node->value(i));
      }
      lines.push_back(line);
    });
  }

  void start_iterator() {
    const std::string& line = vector_.expected.at(lines.size());
    std::uint64_t bucket = 0;
    std::uint64_t offset = 0;
    unsigned log2 = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "iterstart bucket=%lu offset=%lu B=%u", &bucket, &offset, &log2), 3) << line;
    ScriptedRandom::forced = bucket | offset << log2;
    at_ = map_->begin();
    ScriptedRandom::forced.reset();
    lines.push_back(fmt::format("iterstart bucket={} offset={} B={}", bucket, offset, Access::state(*map_).log2));
    show();
  }

  void step() {
    ++at_;
    show();
  }

  void show() {
    if (at_ == map_->end()) {
      lines.emplace_back("stop");
    } else {
      last_key_ = static_cast<std::uint64_t>(at_->first);
      lines.push_back("yield " + entry(at_->first, at_->second));
    }
  }

  const Vector& vector_;
  std::optional<M> map_;
  typename M::iterator at_;
  std::uint64_t op_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t last_key_ = 0;
  unsigned before_log2_ = 0;
};

std::vector<std::string> replay(const Vector& vector) {
  for (const auto& command : vector.commands) {
    if (command[0] != "type") continue;
    if (command[1] == "i32_i8") return Replay<std::uint32_t, std::int8_t>(vector).lines;
    if (command[1] == "i64_empty") return Replay<std::uint64_t, Nothing>(vector).lines;
    if (command[1] == "i64_a200") return Replay<std::uint64_t, Large>(vector).lines;
    EXPECT_EQ(command[1], "i64_i64");
  }
  return Replay<std::uint64_t, std::uint64_t>(vector).lines;
}

class VectorFile : public testing::TestWithParam<std::pair<const char*, std::size_t>> {};

TEST_P(VectorFile, IsReproducedExactly) {
  const auto& [file, vectors] = GetParam();
  const std::vector<Vector> all = read_vectors(file);
  EXPECT_EQ(all.size(), vectors);
  for (const Vector& vector : all) {
    SCOPED_TRACE(vector.name);
    ASSERT_FALSE(vector.expected.empty());
    const std::vector<std::string> lines = replay(vector);
    for (std::size_t i = 0; i < std::min(lines.size(), vector.expected.size()); ++i) {
      ASSERT_EQ(lines[i], vector.expected[i]) << "line " << i;
    }
    EXPECT_EQ(lines.size(), vector.expected.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Go, VectorFile,
                         testing::Values(std::pair{"e_delete.vec", std::size_t{18}},
                                         std::pair{"t_trace.vec", std::size_t{34}},
                                         std::pair{"d_samesize.vec", std::size_t{13}},
                                         std::pair{"g_collision.vec", std::size_t{8}},
                                         std::pair{"it_iter.vec", std::size_t{27}}),
                         [](const auto& run) {
                           const std::string file = run.param.first;
                           return file.substr(0, file.find('.'));
                         });

}  // namespace
}  // namespace bucketprof::hashmap
