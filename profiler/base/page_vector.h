// SPDX-License-Identifier: Apache-2.0
//
// A growing array in pages from the kernel, for use where malloc is forbidden (while a recorder lock is held). Elements
// are trivially copyable. Thread-compatible.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "profiler/base/arena.h"

namespace bucketprof {

template <class T>
class PageVector {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit PageVector(Arena& arena) : arena_(&arena) {}
  PageVector(PageVector&& other) noexcept
      : arena_(other.arena_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  PageVector& operator=(PageVector&&) = delete;
  ~PageVector() {
    if (data_ != nullptr) arena_->unmap(data_, capacity_ * sizeof(T));
  }

  /// False if the arena has no room; the vector is then unchanged.
  [[nodiscard]] bool push_back(const T& value) noexcept {
    constexpr std::size_t kFirst = (4096 + sizeof(T) - 1) / sizeof(T);
    if (size_ == capacity_ && !grow(capacity_ == 0 ? kFirst : capacity_ * 2)) return false;
    data_[size_++] = value;
    return true;
  }
  /// Makes room for `more` further elements. False if the arena has no room.
  [[nodiscard]] bool reserve(std::size_t more) noexcept {
    return capacity_ - size_ >= more || grow(std::max(size_ + more, capacity_ * 2));
  }
  void truncate(std::size_t size) noexcept { size_ = size; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data_, size_}; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }

 private:
  [[nodiscard]] bool grow(std::size_t bigger) noexcept {
    auto* data = static_cast<T*>(arena_->map(bigger * sizeof(T)));
    if (data == nullptr) return false;
    if (size_ != 0) std::memcpy(static_cast<void*>(data), data_, size_ * sizeof(T));
    if (data_ != nullptr) arena_->unmap(data_, capacity_ * sizeof(T));
    data_ = data;
    capacity_ = bigger;
    return true;
  }

  Arena* arena_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace bucketprof
