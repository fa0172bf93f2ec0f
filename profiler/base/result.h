// SPDX-License-Identifier: Apache-2.0
//
// Result<T>: a value, or one line with what went wrong, where, and what to do. The code that reads profiles returns it
// instead of throwing. Thread-compatible.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace bucketprof {

/// One line for a person, without a trailing newline: what, where, what to do.
struct Error {
  std::string message;
};

/// A value of T or an Error. Access to the one that it does not hold is a programming error (std::bad_variant_access).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] const std::string& error() const { return std::get<1>(state_).message; }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value.
using Status = Result<std::monostate>;
[[nodiscard]] inline Status ok_status() { return std::monostate{}; }

}  // namespace bucketprof
