// SPDX-License-Identifier: Apache-2.0
//
// Shared by the tests that compare with Go's recorded numbers: the hash functions of the recordings, a random source
// whose numbers a test can force, and a reader of the CSV files.
#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "hashmap/map.h"

namespace bucketprof::hashmap {

inline std::uint64_t splitmix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// A hash of the recordings, chosen by name: mix, ident, const, skew, low. Used as it is, without the table's seed.
struct GoHash {
  using is_avalanching = void;
  std::string kind = "mix";
  std::uint64_t s = 1;
  std::uint64_t* calls = nullptr;

  template <class K>
  std::uint64_t operator()(K k) const {
    if (calls != nullptr) ++*calls;
    const auto key = static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<K>>(k));
    if (kind[0] == 'm') return splitmix(key + s);
    if (kind[0] == 'i') return key;
    if (kind[0] == 'c') return s;
    if (kind[0] == 's') {
      const std::uint64_t x = splitmix(key + s);
      return ((x >> 40) & 3) != 0 ? x & 0xffffffff00000000 : x;
    }
    const std::uint64_t x = splitmix(key);  // low
    return (x & 0xffffffff00000000) | static_cast<std::uint32_t>((x >> 8) % s);
  }
};

struct ScriptedRandom {
  inline static thread_local std::optional<std::uint64_t> forced;
  inline static thread_local std::uint64_t state = 0;

  static std::uint64_t next() noexcept {
    if (forced.has_value()) return *forced;
    return splitmix(state += 0x9e3779b97f4a7c15);
  }
};

struct Nothing {};
struct TwoWords {  // of the size of a Go string or interface
  std::uint64_t a, b;
  bool operator==(const TwoWords&) const = default;
};
using Large = std::array<std::uint8_t, 200>;

inline std::string data_path(const std::string& name) { return BUCKETPROF_TEST_DATA "/hashmap/go_vectors/" + name; }

/// A CSV file as rows of cells; commas inside double quotes do not separate. The first row names the columns.
class Csv {
 public:
  explicit Csv(const std::string& name) {
    std::ifstream in(data_path(name));
    if (!in) throw std::runtime_error("cannot read " + data_path(name));
    for (std::string line; std::getline(in, line);) {
      if (line.empty() || line[0] == '#') continue;
      std::vector<std::string> cells(1);
      bool quoted = false;
      for (const char c : line) {
        if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          cells.emplace_back();
        } else {
          cells.back() += c;
        }
      }
      if (names_.empty()) {
        names_ = cells;
      } else {
        rows_.push_back(cells);
      }
    }
  }

  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] const std::string& text(std::size_t row, const std::string& column) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == column) return rows_[row].at(i);
    }
    throw std::runtime_error("no column " + column);
  }
  [[nodiscard]] std::uint64_t number(std::size_t row, const std::string& column) const {
    return std::stoull(text(row, column));
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace bucketprof::hashmap

template <>
struct std::hash<bucketprof::hashmap::TwoWords> {
  std::size_t operator()(const bucketprof::hashmap::TwoWords& key) const noexcept { return key.a ^ key.b; }
};
