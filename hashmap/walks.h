// SPDX-License-Identifier: Apache-2.0
//
// The live iterators of a table. An iterator that has been started is linked here, so that the table knows which arrays
// are still being read. Such arrays outlive their growth, and the table can end iterators that it cannot keep valid.
// Linking and unlinking take a small lock, because concurrent readers may start and drop iterators; everything else is
// for a writer with exclusive access. Nothing here allocates: the links are inside the iterators.
#pragma once

#include <atomic>
#include <thread>
#include <utility>

namespace bucketprof::hashmap {

template <class Owner, class Array>
struct RegisteredIterator {
  Owner* owner = nullptr;  ///< null once the iterator has ended
  RegisteredIterator* previous = nullptr;
  RegisteredIterator* next = nullptr;
  Array array;  ///< the current array when the iterator was started
  Array side;   ///< the latest old array that the iterator had to read, if any
};

template <class Owner, class Array>
class WalkList {
 public:
  using Link = RegisteredIterator<Owner, Array>;

  /// Held by readers while they change the list or a linked iterator's arrays.
  class Lock {
   public:
    explicit Lock(WalkList& list) noexcept : list_(list) {
      while (list_.busy_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() { list_.busy_.clear(std::memory_order_release); }

   private:
    WalkList& list_;
  };

  void link(Link& walk) noexcept {
    walk.previous = nullptr;
    walk.next = head_;
    if (head_ != nullptr) head_->previous = &walk;
    head_ = &walk;
  }

  void unlink(Link& walk) noexcept {
    (walk.previous != nullptr ? walk.previous->next : head_) = walk.next;
    if (walk.next != nullptr) walk.next->previous = walk.previous;
    walk.owner = nullptr;
  }

  /// Whether a live iterator may still read `array`.
  [[nodiscard]] bool uses(const Array& array) const noexcept {
    for (const Link* walk = head_; walk != nullptr; walk = walk->next) {
      if (walk->array == array || walk->side == array) return true;
    }
    return false;
  }

  [[nodiscard]] Link* head() const noexcept { return head_; }

  /// Swaps the iterators of two tables that swap their entries.
  void exchange(WalkList& other, Owner* owner, Owner* other_owner) noexcept {
    std::swap(head_, other.head_);
    for (Link* walk = head_; walk != nullptr; walk = walk->next) walk->owner = owner;
    for (Link* walk = other.head_; walk != nullptr; walk = walk->next) walk->owner = other_owner;
  }

 private:
  Link* head_ = nullptr;
  std::atomic_flag busy_;
};

}  // namespace bucketprof::hashmap
