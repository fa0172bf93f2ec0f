// SPDX-License-Identifier: Apache-2.0
//
// Reads the grammar once, from left to right; a back reference is read where it points to. Types and constants are
// skipped, except that a path is also a type.
#include "profiler/recognize/rust_path.h"

#include <cstddef>

namespace bucketprof::recognize {
namespace {

constexpr int kMostNested = 100;           // of nested paths and types
constexpr std::size_t kMostRead = 20'000;  // back references may repeat long paths

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  std::string read() {
    while (is_decimal(peek())) ++at_;  // a version
    return path();
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void fail() { at_ = text_.size(); }

  /// A number to base 62 that ends with '_', which alone is 0. Hashes wrap around; they are not used.
  std::size_t base_62() {
    std::size_t value = 0;
    if (take('_')) return 0;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '_') return value + 1;
      const int digit = is_decimal(c)          ? c - '0'
                        : c >= 'a' && c <= 'z' ? c - 'a' + 10
                        : c >= 'A' && c <= 'Z' ? c - 'A' + 36
                                               : -1;
      if (digit < 0) break;
      value = value * 62 + static_cast<std::size_t>(digit);
    }
    fail();
    return 0;
  }

  void disambiguator() {
    if (take('s')) base_62();
  }

  std::string_view identifier() {
    take('u');
    std::size_t length = 0;
    if (!is_decimal(peek())) fail();
    while (is_decimal(peek()) && length < text_.size()) length = length * 10 + std::size_t(text_[at_++] - '0');
    take('_');
    if (length > text_.size() - at_) {
      fail();
      return {};
    }
    const std::string_view name = text_.substr(at_, length);
    at_ += length;
    return name;
  }

  /// Reads with `what` at an earlier place.
  template <class What>
  std::string refer(What what) {
    const std::size_t start = at_;
    const std::size_t target = base_62();
    if (target >= start) return {};
    const std::size_t after = at_;
    at_ = target;
    std::string read = what();
    at_ = after;
    return read;
  }

  std::string path() {
    if (++depth_ > kMostNested || ++steps_ > kMostRead) fail();
    std::string read = path_here();
    --depth_;
    return read;
  }

  std::string path_here() {
    const char c = peek();
    if (at_ < text_.size()) ++at_;
    switch (c) {
      case 'C':  // a crate
        disambiguator();
        return std::string(identifier());
      case 'M':  // an impl, behind the path of the module it is in
        disambiguator();
        path();
        return type();
      case 'X': {  // the same of a trait
        disambiguator();
        path();
        std::string of = type();
        path();
        return of;
      }
      case 'Y':  // a trait's own function
        type();
        return path();
      case 'N': {
        if (at_ < text_.size()) ++at_;  // types, values, closures
        std::string read = path();
        disambiguator();
        const std::string_view name = identifier();
        if (!name.empty()) read.append("::").append(name);
        return read;
      }
      case 'I': {
        std::string read = path();
        while (at_ < text_.size() && !take('E')) generic();
        return read;
      }
      case 'B':
        return refer([this] { return path(); });
      default:
        fail();
        return {};
    }
  }

  void generic() {
    if (take('L')) {
      base_62();
    } else if (take('K')) {
      constant();
    } else {
      type();
    }
  }

  /// The path if the type is one, else "".
  std::string type() {
    if (++depth_ > kMostNested || ++steps_ > kMostRead) fail();
    std::string read = type_here();
    --depth_;
    return read;
  }

  std::string type_here() {
    const char c = peek();
    if (c >= 'a' && c <= 'z') {
      ++at_;
      return {};
    }
    switch (c) {
      case 'A':
        ++at_;
        type();
        constant();
        return {};
      case 'S':
      case 'P':
      case 'O':
        ++at_;
        type();
        return {};
      case 'R':
      case 'Q':
        ++at_;
        if (take('L')) base_62();
        type();
        return {};
      case 'T':
        ++at_;
        while (at_ < text_.size() && !take('E')) type();
        return {};
      case 'F':
        ++at_;
        function_type();
        return {};
      case 'D':
        ++at_;
        traits();
        return {};
      case 'B':
        ++at_;
        return refer([this] { return type(); });
      default:
        return path();
    }
  }

  void binder() {
    if (take('G')) base_62();
  }

  void function_type() {
    binder();
    take('U');
    if (take('K') && !take('C')) identifier();
    while (at_ < text_.size() && !take('E')) type();
    type();
  }

  void traits() {
    binder();
    while (at_ < text_.size() && !take('E')) {
      path();
      while (take('p')) {
        identifier();
        type();
      }
    }
    if (take('L')) base_62();
  }

  void constant() {
    if (take('B')) {
      base_62();
      return;
    }
    type();
    if (take('p')) return;
    take('n');
    while (at_ < text_.size() && !take('_')) ++at_;
  }

  std::string_view text_;  // behind "_R"
  std::size_t at_ = 0;
  int depth_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

std::string rust_path(std::string_view name) { return PathReader(name.substr(2)).read(); }

}  // namespace bucketprof::recognize
