// SPDX-License-Identifier: Apache-2.0
//
// Interned strings, each stored once and never freed. Many rows share the same names: a Name takes eight bytes, and
// comparing for equality compares pointers. Thread-safe.
#pragma once

#include <fmt/core.h>

#include <compare>
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace bucketprof::compare {

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
  /// Orders by text.
  friend std::strong_ordering operator<=>(Name a, Name b) {
    return a.text_ == b.text_ ? std::strong_ordering::equal : a.text_->compare(*b.text_) <=> 0;
  }
  friend std::ostream& operator<<(std::ostream& out, Name name) { return out << *name.text_; }
  [[nodiscard]] std::size_t hash() const { return std::hash<const void*>()(text_); }

 private:
  const std::string* text_;
};

}  // namespace bucketprof::compare

template <>
struct fmt::formatter<bucketprof::compare::Name> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const bucketprof::compare::Name& name, Context& context) const {
    return fmt::formatter<std::string_view>::format(name.str(), context);
  }
};
