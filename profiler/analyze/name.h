// SPDX-License-Identifier: Apache-2.0
//
// Texts that many rows share, each kept once for the life of the process: a row holds eight bytes, and equal texts are
// found equal without looking at them. Thread-safe.
#pragma once

#include <fmt/core.h>

#include <compare>
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace bucketprof::analyze {

class Name {
 public:
  Name();                                                          // ""
  Name(std::string_view text);                                     // NOLINT(google-explicit-constructor)
  Name(const char* text) : Name(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)
  Name(const std::string& text) : Name(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] const std::string& str() const { return *text_; }
  operator const std::string&() const { return *text_; }  // NOLINT(google-explicit-constructor)
  operator std::string_view() const { return *text_; }    // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool empty() const { return text_->empty(); }

  friend bool operator==(Name a, Name b) { return a.text_ == b.text_; }
  /// As the texts compare.
  friend std::strong_ordering operator<=>(Name a, Name b) {
    return a.text_ == b.text_ ? std::strong_ordering::equal : a.text_->compare(*b.text_) <=> 0;
  }
  friend std::ostream& operator<<(std::ostream& out, Name name) { return out << *name.text_; }
  [[nodiscard]] std::size_t hash() const { return std::hash<const void*>()(text_); }

 private:
  const std::string* text_;
};

}  // namespace bucketprof::analyze

template <>
struct fmt::formatter<bucketprof::analyze::Name> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const bucketprof::analyze::Name& name, Context& context) const {
    return fmt::formatter<std::string_view>::format(name.str(), context);
  }
};
